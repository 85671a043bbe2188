package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class UmemTest {
  @Test
  void aChunkIsFreeWhenItIsBothSentAndReleased() {
    try (Umem memory = new Umem(4)) {
      int early = memory.take();
      int late = memory.take();
      memory.received(early);
      memory.received(late);

      assertTrue(memory.send(early));
      memory.sent(early); // before the worker has released it
      assertEquals(2, memory.freeCount());
      memory.release(early);
      assertEquals(3, memory.freeCount());

      assertTrue(memory.send(late));
      assertFalse(memory.send(late), "on its way already");
      memory.release(late);
      assertEquals(3, memory.freeCount());
      memory.sent(late);
      assertEquals(4, memory.freeCount());
    }
  }

  @Test
  void everyChunkIsTakenOnce() {
    try (Umem memory = new Umem(64)) {
      long taken = 0;
      for (int i = 0; i < 64; i++) {
        taken |= 1L << memory.take();
      }

      assertEquals(-1L, taken);
      assertEquals(0, memory.freeCount());
      memory.reset();
      assertEquals(64, memory.freeCount());
    }
  }
}
