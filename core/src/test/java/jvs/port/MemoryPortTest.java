package jvs.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.Test;

final class MemoryPortTest {
  // The compiler is behind when the machine is busy.
  private static final long COMPILED_NANOS = 30_000_000_000L;

  private static byte[] frame(int number) {
    return Frames.ethernet(Frames.BROADCAST, 0x88b5, new byte[] {(byte) number, 2, 3, 4});
  }

  @Test
  void handsOutWhatWasInjectedAndCollectsWhatWasSent() {
    try (MemoryPort port = new MemoryPort("test", 3)) {
      port.inject(frame(1));
      port.inject(frame(2));
      FrameBatch batch = new FrameBatch(8);

      assertEquals(2, port.receive(batch));
      assertEquals(0, port.receive(batch));
      assertFalse(VnetHeader.needsChecksum(batch.address(0)));
      port.send(batch.address(1), batch.length(1));
      assertTrue(port.drain().isEmpty(), "not before the flush");
      port.flush();
      port.release();

      List<byte[]> sent = port.drain();
      assertEquals(1, sent.size());
      assertArrayEquals(frame(2), sent.getFirst());
      assertTrue(port.drain().isEmpty());
    }
  }

  @Test
  void carriesUnfinishedChecksums() {
    try (MemoryPort port = new MemoryPort("test", 3)) {
      port.injectUnfinished(frame(1), 34, 16);
      FrameBatch batch = new FrameBatch(1);
      port.receive(batch);
      long address = batch.address(0);

      assertTrue(VnetHeader.needsChecksum(address));
      assertEquals(34, VnetHeader.checksumStart(address));
      assertEquals(16, VnetHeader.checksumOffset(address));

      port.send(address, batch.length(0));
      port.flush();
      byte[] sent = port.drainWithHeaders().getFirst();
      assertEquals(VnetHeader.LENGTH + frame(1).length, sent.length);
      assertEquals(VnetHeader.NEEDS_CHECKSUM, sent[0]);
    }
  }

  @Test
  void countsWhatDoesNotFitUntilSlotsAreReleased() {
    try (MemoryPort port = new MemoryPort("test", 3, 2, 100)) {
      FrameBatch batch = new FrameBatch(8);
      assertTrue(port.inject(frame(1)) && port.inject(frame(2)));
      assertFalse(port.inject(frame(3)));
      port.receive(batch);
      assertFalse(port.inject(frame(4)));

      port.release();

      assertTrue(port.inject(frame(5)));
      assertEquals(2, port.receiveOverruns());
      assertThrows(IllegalArgumentException.class, () -> port.inject(new byte[1000]));
    }
  }

  @Test
  void replaysPristineFramesWithoutAllocating() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (ReplayPort port = new ReplayPort("replay", 1, List.of(frame(1), frame(2), frame(3)))) {
      FrameBatch batch = new FrameBatch(2);
      int rounds = 0;
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      while (allocated > 10_000 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++, rounds++) {
          if (port.receive(batch) != 2 || Memory.u8(batch.address(0) + 15) != 2) {
            throw new AssertionError("round " + rounds);
          }
          Memory.put32(batch.address(0) + 14, -1);
          Memory.put32(batch.address(1) + 14, -1);
          port.send(batch.address(0), batch.length(0));
          port.flush();
          port.release();
          batch.clear();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertTrue(allocated <= 10_000, allocated + " bytes");
      assertEquals(rounds, port.sentFrames());
      assertEquals(rounds * 18L, port.sentBytes());
    }
  }

  @Test
  void replaysNoMoreThanItHasUntilReleased() {
    try (ReplayPort port = new ReplayPort("replay", 1, List.of(frame(1), frame(2)))) {
      FrameBatch batch = new FrameBatch(8);

      assertEquals(2, port.receive(batch));
      assertEquals(0, port.receive(batch));
      port.release();
      assertEquals(2, port.receive(batch));
    }
  }
}
