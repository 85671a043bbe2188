package jvs.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jvs.linux.Errno;
import jvs.linux.LinuxException;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
final class AfPacketPortTest {
  // The compiler is behind when the machine is busy.
  private static final long COMPILED_NANOS = 30_000_000_000L;

  /** Frames of ours carry this type, so that the kernel's own chatter does not count. */
  private static final int TEST_TYPE = 0x88b5;

  private static byte[] testFrame(int number, int payloadBytes) {
    byte[] payload = new byte[payloadBytes];
    payload[0] = (byte) number;
    payload[payloadBytes - 1] = (byte) number;
    return Frames.ethernet(Frames.BROADCAST, TEST_TYPE, payload);
  }

  private static AfPacketOptions onlyTestFrames() {
    return AfPacketOptions.defaults().withFilter(OfType.program(TEST_TYPE));
  }

  /** Sends octets through a port as one burst. */
  static void send(AfPacketPort port, List<byte[]> frames) {
    try (MemoryPort memory = new MemoryPort("memory", 0, frames.size(), 70_000)) {
      FrameBatch batch = new FrameBatch(frames.size());
      frames.forEach(memory::inject);
      memory.receive(batch);
      for (int i = 0; i < batch.size(); i++) {
        port.send(batch.address(i), batch.length(i));
      }
      port.flush();
    }
  }

  static List<byte[]> receive(AfPacketPort port, int count) {
    List<byte[]> frames = new ArrayList<>();
    FrameBatch batch = new FrameBatch(16);
    long deadline = System.nanoTime() + 2_000_000_000L;
    try (Poller poller = new Poller(1)) {
      poller.add(port.fileDescriptor());
      while (frames.size() < count && System.nanoTime() < deadline) {
        poller.poll(100);
        port.receive(batch);
        for (int i = 0; i < batch.size(); i++) {
          byte[] frame = new byte[batch.length(i)];
          Memory.copy(batch.address(i), frame, 0, frame.length);
          frames.add(frame);
        }
        batch.clear();
        port.release();
      }
    }
    return frames;
  }

  @Test
  void receivesWhatThePeerSends() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames()));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        frames.add(testFrame(i, 46 + i));
      }

      send(left, frames);

      List<byte[]> received = receive(right, 200);
      assertEquals(200, received.size());
      for (int i = 0; i < 200; i++) {
        assertArrayEquals(frames.get(i), received.get(i));
      }
      assertEquals(0, left.sendErrors());
      assertEquals(0, right.receiveOverruns());
      assertEquals(0, left.receive(new FrameBatch(1)), "a port does not hear itself");
      left.close();
      right.close();
    }
  }

  @Test
  void leavesHeadroomAndAnEmptyVnetHeaderBeforeEachFrame() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right =
          network.in(
              "right",
              () ->
                  new AfPacketPort(
                      "eth0", onlyTestFrames().withGeometry(RingGeometry.plainFrames(1500))));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      send(left, List.of(testFrame(1, 1500), testFrame(2, 1500)));

      FrameBatch batch = new FrameBatch(2);
      while (batch.remaining() > 0) {
        right.receive(batch);
      }
      for (int i = 0; i < 2; i++) {
        long frame = batch.address(i);
        assertEquals(0, (frame + 14) % 16, "IP header aligned");
        assertEquals(0, VnetHeader.segmentSize(frame));
        assertTrue(!VnetHeader.needsChecksum(frame) && !VnetHeader.isSuperFrame(frame));
        Memory.zero(frame - VnetHeader.LENGTH - PacketPort.HEADROOM, PacketPort.HEADROOM);
        assertEquals(i + 1, Memory.u8(frame + 14));
        assertEquals(i + 1, Memory.u8(frame + 14 + 1499));
      }
      right.release();

      send(left, List.of(testFrame(3, 60)));
      assertEquals(3, receive(right, 1).getFirst()[14]);
      left.close();
      right.close();
    }
  }

  @Test
  void putsTheVlanTagBack() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames()));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      byte[] tagged = Frames.tagged(testFrame(9, 1500), 3 << 13 | 77);

      send(left, List.of(tagged));

      assertArrayEquals(tagged, receive(right, 1).getFirst());
      left.close();
      right.close();
    }
  }

  @Test
  void skipsAndCountsWhatTheKernelRefuses() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames()));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));

      send(left, List.of(testFrame(1, 60), testFrame(2, 1501), testFrame(3, 60)));

      List<byte[]> received = receive(right, 2);
      assertEquals(1, received.get(0)[14]);
      assertEquals(3, received.get(1)[14]);
      assertEquals(1, left.sendErrors(), "longer than the MTU");
      left.close();
      right.close();
    }
  }

  @Test
  void countsTruncatedAndLostFrames() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      RingGeometry small = new RingGeometry(1024, 1);
      AfPacketPort right =
          network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames().withGeometry(small)));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      send(left, List.of(testFrame(1, 1400), testFrame(2, 60)));
      assertEquals(2, receive(right, 1).getFirst()[14]);
      assertEquals(1, right.receiveTruncated());
      List<byte[]> burst = new ArrayList<>();
      for (int i = 0; i < 1030; i++) {
        burst.add(testFrame(i, 60));
      }

      send(left, burst);

      assertEquals(1024, receive(right, 1024).size(), "one block of 1 MiB is the least");
      assertEquals(6, right.receiveOverruns());
      assertEquals(6, right.receiveOverruns());
      left.close();
      right.close();
      assertEquals(6, right.receiveOverruns(), "after closing too");
    }
  }

  @Test
  void neitherSpinsNorDiesWhenTheInterfaceGoesDown() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames()));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      network.ip("right", "link", "set", "eth0", "down");

      try (Poller poller = new Poller(1)) {
        poller.add(right.fileDescriptor());
        int returned = 0;
        long end = System.nanoTime() + 200_000_000L;
        while (System.nanoTime() < end) {
          poller.poll(50);
          returned++;
        }
        assertTrue(returned < 10, "poll returned " + returned + " times in 200 ms");
      }
      send(right, List.of(testFrame(1, 60), testFrame(2, 60)));
      assertEquals(2, right.sendErrors());

      network.ip("right", "link", "set", "eth0", "up");
      send(left, List.of(testFrame(3, 60)));
      assertEquals(3, receive(right, 1).getFirst()[14]);
      left.close();
      right.close();
    }
  }

  @Test
  void replacesTheFilterWhileRunning() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right =
          network.in(
              "right",
              () ->
                  new AfPacketPort(
                      "eth0", AfPacketOptions.defaults().withFilter(BpfProgram.NOTHING)));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      send(left, List.of(testFrame(1, 60)));

      right.setFilter(OfType.program(TEST_TYPE));

      send(left, List.of(testFrame(2, 60)));
      assertEquals(2, receive(right, 1).getFirst()[14]);
      left.close();
      right.close();
    }
  }

  @Test
  void receivesAndSendsWithoutAllocating() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort right = network.in("right", () -> new AfPacketPort("eth0", onlyTestFrames()));
      AfPacketPort left = network.in("left", () -> new AfPacketPort("eth0", onlyTestFrames()));
      MemoryPort memory = new MemoryPort("memory", 0);
      memory.inject(testFrame(1, 60));
      FrameBatch source = new FrameBatch(1);
      memory.receive(source);
      FrameBatch batch = new FrameBatch(64);
      Poller poller = new Poller(2);
      poller.add(right.fileDescriptor());
      WakeUp wakeUp = new WakeUp();
      poller.add(wakeUp.fileDescriptor());
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      // Until the compiler is done some calls allocate.
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      while (allocated > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++) {
          left.send(source.address(0), source.length(0));
          left.flush();
          wakeUp.signal();
          poller.poll(0);
          wakeUp.drain();
          right.receive(batch);
          batch.clear();
          right.release();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertEquals(0, allocated, "bytes in 10000 rounds");
      poller.close();
      wakeUp.close();
      memory.close();
      left.close();
      right.close();
    }
  }

  @Test
  void saysWhichInterfaceIsMissing() {
    LinuxException missing =
        assertThrows(
            LinuxException.class, () -> new AfPacketPort("jvst-none", AfPacketOptions.defaults()));

    assertEquals(Errno.ENODEV, missing.errno());
    assertEquals("interface jvst-none: No such device (ENODEV)", missing.getMessage());
  }

  @Test
  void closesTwiceAndThenReceivesNothing() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      AfPacketPort port =
          network.in("right", () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));

      port.close();
      port.close();

      assertEquals(0, port.receive(new FrameBatch(4)));
      port.release();
      port.setFilter(BpfProgram.NOTHING);
      assertEquals(0, port.sendErrors());
    }
  }

  /** A filter by Ethernet type alone. */
  private static final class OfType {
    static BpfProgram program(int type) {
      return new BpfProgram(
          new long[] {
            BpfProgram.instruction(0x28, 0, 0, 12),
            BpfProgram.instruction(0x15, 0, 1, type),
            BpfProgram.instruction(0x06, 0, 0, -1),
            BpfProgram.instruction(0x06, 0, 0, 0)
          });
    }
  }
}
