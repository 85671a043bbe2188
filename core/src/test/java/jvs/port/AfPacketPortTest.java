package jvs.port;

import static jvs.port.PortPair.hearing;
import static jvs.port.PortPair.send;
import static jvs.port.PortPair.testFrame;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import jvs.linux.Errno;
import jvs.linux.LinuxException;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** AF_PACKET, receiving frame by frame or in blocks. */
@Timeout(90)
final class AfPacketPortTest {
  // The compiler is behind when the machine is busy.
  private static final long COMPILED_NANOS = 30_000_000_000L;

  @Test
  void receivesWhatThePeerSends() {
    try (PortPair pair = new PortPair(hearing())) {
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        frames.add(testFrame(i, 46 + i));
      }

      send(pair.left, frames);

      List<byte[]> received = pair.receive(200);
      assertEquals(200, received.size());
      for (int i = 0; i < 200; i++) {
        assertArrayEquals(frames.get(i), received.get(i));
      }
      assertEquals(0, pair.left.sendErrors());
      assertEquals(0, pair.right.receiveOverruns());
      assertEquals(0, pair.left.receive(new FrameBatch(1)), "a port does not hear itself");
    }
  }

  @Test
  void leavesHeadroomAndAnEmptyVnetHeaderBeforeEachFrame() {
    try (PortPair pair = new PortPair(hearing().withGeometry(RingGeometry.of(1500)))) {
      send(pair.left, List.of(testFrame(1, 1500), testFrame(2, 1500)));

      FrameBatch batch = pair.receiveTwo();
      for (int i = 0; i < 2; i++) {
        long frame = batch.address(i);
        assertEquals(0, (frame + 14) % 16, "IP header aligned");
        assertEquals(0, VnetHeader.segmentSize(frame));
        assertTrue(!VnetHeader.needsChecksum(frame) && !VnetHeader.isSuperFrame(frame));
        Memory.zero(frame - VnetHeader.LENGTH - PacketPort.HEADROOM, PacketPort.HEADROOM);
        assertEquals(i + 1, Memory.u8(frame + 14));
        assertEquals(i + 1, Memory.u8(frame + 14 + 1499));
      }
      pair.right.release();

      send(pair.left, List.of(testFrame(3, 60)));
      assertEquals(3, pair.receive(1).getFirst()[14]);
    }
  }

  @Test
  void leavesAFrameWholeWhenTheHeadroomOfTheNextInItsBlockIsUsed() {
    try (PortPair pair = new PortPair(hearing(true))) {
      send(pair.left, List.of(testFrame(1, 60), testFrame(2, 1500)));

      FrameBatch batch = pair.receiveTwo();
      for (int i = 0; i < 2; i++) {
        long frame = batch.address(i);
        assertTrue(!VnetHeader.needsChecksum(frame) && !VnetHeader.isSuperFrame(frame));
        Memory.zero(frame - VnetHeader.LENGTH - PacketPort.HEADROOM, PacketPort.HEADROOM);
        assertEquals(i + 1, Memory.u8(frame + 14));
      }

      assertEquals(1, Memory.u8(batch.address(0) + 14 + 59));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void receivesEveryFrameOfManyRoundsInOrder(boolean inBlocks) {
    try (PortPair pair = new PortPair(hearing(inBlocks))) {
      // More than the whole ring holds.
      for (int round = 0; round < 800; round++) {
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
          frames.add(testFrame(round + i, 46 + 23 * i));
        }
        send(pair.left, frames);
        List<byte[]> received = pair.receive(64);
        assertEquals(64, received.size(), "round " + round);
        for (int i = 0; i < 64; i++) {
          assertArrayEquals(frames.get(i), received.get(i));
        }
      }

      assertEquals(0, pair.right.receiveOverruns());
      assertEquals(0, pair.right.receiveTruncated());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void putsTheVlanTagBack(boolean inBlocks) {
    try (PortPair pair = new PortPair(hearing(inBlocks))) {
      byte[] tagged = Frames.tagged(testFrame(9, 1500), 3 << 13 | 77);

      send(pair.left, List.of(tagged));

      assertArrayEquals(tagged, pair.receive(1).getFirst());
    }
  }

  @Test
  void skipsAndCountsWhatTheKernelRefuses() {
    try (PortPair pair = new PortPair(hearing())) {
      send(pair.left, List.of(testFrame(1, 60), testFrame(2, 1501), testFrame(3, 60)));

      List<byte[]> received = pair.receive(2);
      assertEquals(1, received.get(0)[14]);
      assertEquals(3, received.get(1)[14]);
      assertEquals(1, pair.left.sendErrors(), "longer than the MTU");
    }
  }

  @Test
  void receivesFramesLongerThanASlotWholeAndInTheirOrder() {
    try (PortPair pair = new PortPair(hearing().withGeometry(new RingGeometry(1024, 512)))) {
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        frames.add(testFrame(i, i % 3 == 0 ? 60 : 900 + i));
      }

      send(pair.left, frames);

      List<byte[]> received = pair.receive(frames.size());
      for (int i = 0; i < frames.size(); i++) {
        assertArrayEquals(frames.get(i), received.get(i), "frame " + i);
      }
      assertEquals(0, pair.right.receiveTruncated());
    }
  }

  @Test
  void countsLongFramesThatFindNoRoom() {
    int many = 40_000;
    try (PortPair pair = new PortPair(hearing().withGeometry(new RingGeometry(1024, many)))) {
      for (int sent = 0; sent < many; sent += 1000) {
        send(pair.left, Collections.nCopies(1000, testFrame(1, 1400)));
      }
      send(pair.left, List.of(testFrame(2, 60)));

      List<byte[]> received = pair.receive(many + 1);

      assertTrue(received.size() > 1000 && received.size() < many, received.size() + " frames");
      assertEquals(2, received.getLast()[14]);
      assertEquals(many + 1 - received.size(), pair.right.receiveTruncated());
      assertEquals(0, pair.right.receiveOverruns());
    }
  }

  @Test
  void countsLostFrames() {
    try (PortPair pair = new PortPair(hearing().withGeometry(new RingGeometry(1024, 1)))) {
      List<byte[]> burst = new ArrayList<>();
      for (int i = 0; i < 1030; i++) {
        burst.add(testFrame(i, 60));
      }

      send(pair.left, burst);

      assertEquals(1024, pair.receive(1024).size(), "one block of 1 MiB is the least");
      assertEquals(6, pair.right.receiveOverruns());
      assertEquals(6, pair.right.receiveOverruns());
      pair.right.close();
      assertEquals(6, pair.right.receiveOverruns(), "after closing too");
    }
  }

  @Test
  void neitherSpinsNorDiesWhenTheInterfaceGoesDown() {
    try (PortPair pair = new PortPair(hearing())) {
      pair.network.ip("right", "link", "set", "eth0", "down");

      try (Poller poller = new Poller(1)) {
        poller.add(pair.right.fileDescriptor());
        int returned = 0;
        long end = System.nanoTime() + 200_000_000L;
        while (System.nanoTime() < end) {
          poller.poll(50);
          returned++;
        }
        assertTrue(returned < 10, "poll returned " + returned + " times in 200 ms");
      }
      send(pair.right, List.of(testFrame(1, 60), testFrame(2, 60)));
      assertEquals(2, pair.right.sendErrors());

      pair.network.ip("right", "link", "set", "eth0", "up");
      send(pair.left, List.of(testFrame(3, 60)));
      assertEquals(3, pair.receive(1).getFirst()[14]);
    }
  }

  @Test
  void replacesTheFilterWhileRunning() {
    try (PortPair pair = new PortPair(hearing().withFilter(BpfProgram.NOTHING))) {
      send(pair.left, List.of(testFrame(1, 60)));

      pair.right.setFilter(PortPair.TEST_FRAMES);

      send(pair.left, List.of(testFrame(2, 60)));
      assertEquals(2, pair.receive(1).getFirst()[14]);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void receivesAndSendsWithoutAllocating(boolean inBlocks) {
    try (PortPair pair = new PortPair(hearing(inBlocks))) {
      MemoryPort memory = new MemoryPort("memory", 0);
      memory.inject(testFrame(1, 60));
      FrameBatch source = new FrameBatch(1);
      memory.receive(source);
      FrameBatch batch = new FrameBatch(64);
      Poller poller = new Poller(2);
      poller.add(pair.right.fileDescriptor());
      WakeUp wakeUp = new WakeUp();
      poller.add(wakeUp.fileDescriptor());
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      // Until the compiler is done some calls allocate.
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      while (allocated > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++) {
          pair.left.send(source.address(0), source.length(0));
          pair.left.flush();
          wakeUp.signal();
          poller.poll(0);
          wakeUp.drain();
          pair.right.receive(batch);
          batch.clear();
          pair.right.release();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertEquals(0, allocated, "bytes in 10000 rounds");
      poller.close();
      wakeUp.close();
      memory.close();
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
    try (PortPair pair = new PortPair(hearing())) {
      AfPacketPort port = pair.right;

      port.close();
      port.close();

      assertEquals(0, port.receive(new FrameBatch(4)));
      port.release();
      port.setFilter(BpfProgram.NOTHING);
      assertEquals(0, port.sendErrors());
    }
  }
}
