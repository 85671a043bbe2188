package jvs.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jvs.linux.Poller;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AF_PACKET in blocks: the same frames, handed over later. */
@Timeout(90)
final class BlockRingTest {
  private static final long COMPILED_NANOS = 30_000_000_000L;
  private static final int TEST_TYPE = 0x88b5;

  private static byte[] testFrame(int number, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    payload[0] = (byte) number;
    payload[payloadBytes - 1] = (byte) number;
    return Frames.ethernet(Frames.BROADCAST, TEST_TYPE, payload);
  }

  private static AfPacketPort open(TestNetwork network, String role, boolean inBlocks) {
    AfPacketOptions options = AfPacketOptions.defaults().withFilter(OfType.TEST);
    return network.in(
        role, () -> new AfPacketPort("eth0", inBlocks ? options.withBlocks() : options));
  }

  @Test
  void receivesEveryFrameOfManyRoundsInOrder() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = open(network, "right", true);
      AfPacketPort left = open(network, "left", false);

      // More than the whole ring holds.
      for (int round = 0; round < 800; round++) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          frames.add(testFrame(round + i, 46 + 23 * i));
        }
        AfPacketPortTest.send(left, frames);
        List<byte[]> received = AfPacketPortTest.receive(right, 64);
        assertEquals(64, received.size(), "round " + round);
        for (int i = 0; i < 64; i++) {
          assertArrayEquals(frames.get(i), received.get(i));
        }
      }

      assertEquals(0, right.receiveOverruns());
      assertEquals(0, right.receiveTruncated());
      left.close();
      right.close();
    }
  }

  @Test
  void leavesHeadroomAndAnEmptyVnetHeaderBeforeEachFrame() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = open(network, "right", true);
      AfPacketPort left = open(network, "left", false);
      AfPacketPortTest.send(left, List.of(testFrame(1, 60), testFrame(2, 1500)));

      FrameBatch batch = new FrameBatch(2);
      while (batch.remaining() > 0) {
        right.receive(batch);
      }

      for (int i = 0; i < 2; i++) {
        long frame = batch.address(i);
        assertTrue(!VnetHeader.needsChecksum(frame) && !VnetHeader.isSuperFrame(frame));
        // Of the second, what is overwritten would be the end of the first.
        Memory.zero(frame - VnetHeader.LENGTH - PacketPort.HEADROOM, PacketPort.HEADROOM);
        assertEquals(i + 1, Memory.u8(frame + 14));
      }
      assertEquals(1, Memory.u8(batch.address(0) + 14 + 59), "the first is whole yet");
      left.close();
      right.close();
    }
  }

  @Test
  void putsTagsBack() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = open(network, "right", true);
      AfPacketPort left = open(network, "left", false);
      byte[] tagged = Frames.tagged(testFrame(3, 60), 42);

      AfPacketPortTest.send(left, List.of(tagged));

      assertArrayEquals(tagged, AfPacketPortTest.receive(right, 1).getFirst());
      left.close();
      right.close();
    }
  }

  @Test
  void receivesWithoutAllocating() {
    try (TestNetwork network = new TestNetwork("left", "right");
        Poller poller = new Poller(1)) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = open(network, "right", true);
      AfPacketPort left = open(network, "left", false);
      MemoryPort memory = new MemoryPort("memory", 0);
      memory.inject(testFrame(1, 60));
      FrameBatch source = new FrameBatch(1);
      memory.receive(source);
      FrameBatch batch = new FrameBatch(64);
      poller.add(right.fileDescriptor());
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      // Until the compiler is done some calls allocate.
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      while (allocated > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++) {
          left.send(source.address(0), source.length(0));
          left.flush();
          poller.poll(0);
          right.receive(batch);
          batch.clear();
          right.release();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertEquals(0, allocated, "bytes in 10000 rounds");
      memory.close();
      left.close();
      right.close();
    }
  }

  /** A filter by Ethernet type alone; the kernel has taken the tag out by then. */
  private static final class OfType {
    static final BpfProgram TEST =
        new BpfProgram(
            new long[] {
              BpfProgram.instruction(0x28, 0, 0, 12),
              BpfProgram.instruction(0x15, 0, 1, TEST_TYPE),
              BpfProgram.instruction(0x06, 0, 0, -1),
              BpfProgram.instruction(0x06, 0, 0, 0)
            });
  }
}
