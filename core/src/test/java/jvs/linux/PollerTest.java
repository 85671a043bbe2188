package jvs.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class PollerTest {
  @Test
  void saysWhichDescriptorIsReady() {
    try (WakeUp first = new WakeUp();
        WakeUp second = new WakeUp();
        Poller poller = new Poller(3)) {
      assertEquals(0, poller.add(first.fileDescriptor()));
      assertEquals(1, poller.add(-1), "a port without a descriptor is never ready");
      assertEquals(2, poller.add(second.fileDescriptor()));
      assertEquals(0, poller.poll(0));

      second.signal();
      second.signal();

      assertEquals(1, poller.poll(1000));
      assertFalse(poller.isReady(0) || poller.isReady(1));
      assertTrue(poller.isReady(2));
      assertTrue(second.drain());
      assertFalse(second.drain());
      assertEquals(0, poller.poll(0));
      assertFalse(poller.isReady(2));
    }
  }

  @Test
  void isWokenByAnotherThread() throws InterruptedException {
    try (WakeUp wakeUp = new WakeUp();
        Poller poller = new Poller(1)) {
      poller.add(wakeUp.fileDescriptor());
      Thread signaller = Thread.ofPlatform().start(wakeUp::signal);

      assertEquals(1, poller.poll(-1));

      signaller.join();
    }
  }

  @Test
  void forgetsAClosedDescriptor() {
    WakeUp gone = new WakeUp();
    try (Poller poller = new Poller(1)) {
      poller.add(gone.fileDescriptor());
      gone.close();
      gone.close();

      assertEquals(0, poller.poll(1));

      long start = System.nanoTime();
      assertEquals(0, poller.poll(20));
      assertTrue(System.nanoTime() - start > 10_000_000, "it waits");
    }
  }

  @Test
  void refusesMoreDescriptorsThanItHasRoomFor() {
    try (Poller poller = new Poller(1)) {
      poller.add(0);

      assertThrows(IllegalStateException.class, () -> poller.add(0));
      assertThrows(IllegalArgumentException.class, () -> new Poller(0));
    }
  }
}
