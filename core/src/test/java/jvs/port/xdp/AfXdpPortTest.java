package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvs.port.FrameBatch;
import jvs.port.MemoryPort;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** AF_XDP between two namespaces: "left" sends by a packet socket, "right" has the program. */
@Timeout(90)
final class AfXdpPortTest {
  private static final int UDP = 17;
  private static final long COMPILED_NANOS = 30_000_000_000L;

  @ParameterizedTest
  @EnumSource(XdpMode.class)
  void takesTheDirectorsFramesAndNoOthers(XdpMode mode) {
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(mode)) {
      byte[] ours = ends.datagram(40_000, 53, 1);
      byte[] others = ends.datagram(40_000, 54, 2);

      ends.send(others);
      ends.send(ours);

      List<byte[]> received = XdpCable.receive(right.ports(0), 1);
      assertEquals(1, received.size());
      assertArrayEquals(ours, received.getFirst());
      FrameBatch rest = new FrameBatch(64);
      ends.rest().receive(rest);
      List<Integer> marks = new ArrayList<>();
      for (int i = 0; i < rest.size(); i++) {
        if (rest.length(i) == others.length && Memory.u8(rest.address(i) + 37) == 54) {
          marks.add(Memory.u8(rest.address(i) + others.length - 1));
        }
      }
      assertEquals(List.of(2), marks, "the packet socket sees the other one only");
    }
  }

  @Test
  void leavesWhatIsLongerThanTheMtuToThePacketSocket() {
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(XdpMode.SKB)) {
      ends.network().ip("left", "link", "set", "eth0", "mtu", "3000");
      byte[] longest = Arrays.copyOf(ends.datagram(40_000, 53, 1), 1514);
      byte[] longer = Arrays.copyOf(ends.datagram(40_000, 53, 2), 1515);

      ends.send(longer);
      ends.send(longest);

      List<byte[]> received = XdpCable.receive(right.ports(0), 1);
      assertEquals(1, received.size());
      assertEquals(1514, received.getFirst().length);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, SKB", "2, SKB", "1, NATIVE", "2, NATIVE", "4, SKB", "4, NATIVE"})
  void receivesOnEveryQueue(int queues, XdpMode mode) {
    try (XdpCable ends = XdpCable.make(queues);
        AfXdpInterfaces right = ends.open(mode)) {
      assertEquals(queues, right.ports(0).size(), right.descriptions().toString());

      for (int i = 0; i < 200; i++) {
        ends.send(ends.datagram(20_000 + 17 * i, 53, i));
      }

      assertEquals(200, XdpCable.receive(right.ports(0), 200).size());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = XdpMode.class,
      names = {"SKB", "NATIVE"})
  void sendsFramesFromWhereTheyWereReceivedAgainAndAgain(XdpMode mode) {
    int rounds = 10_000; // more than there are chunks
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(mode)) {
      AfXdpPort port = right.ports(0).getFirst();
      FrameBatch batch = new FrameBatch(64);
      byte[] frame = ends.datagram(40_000, 53, 1);
      int returned = 0;
      for (int i = 0; i < rounds; i++) {
        ends.send(frame);
        batch.clear();
        long deadline = System.nanoTime() + XdpCable.PATIENCE_NANOS;
        while (port.receive(batch) == 0 && System.nanoTime() < deadline) {
          Thread.onSpinWait();
        }
        Memory.put8(batch.address(0), 2); // to somebody else, or right would see it, too
        port.send(batch.address(0), batch.length(0));
        port.flush();
        port.release();
        batch.clear();
        returned += ends.left().receive(batch);
        ends.left().release();
      }

      assertTrue(returned >= rounds, returned + " came back");
      assertEquals(0, port.sendErrors());
      assertEquals(0, port.receiveOverruns());
    }
  }

  @Test
  void sendsBurstsOfDistinctFramesWholeAndOnce() {
    int rounds = 400;
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(XdpMode.SKB)) {
      AfXdpPort port = right.ports(0).getFirst();
      FrameBatch batch = new FrameBatch(64);
      int[] seen = new int[256];
      for (int round = 0; round < rounds; round++) {
        for (int i = 0; i < 64; i++) {
          ends.send(ends.datagram(40_000, 53, round + i));
        }
        batch.clear();
        long deadline = System.nanoTime() + XdpCable.PATIENCE_NANOS;
        while (batch.remaining() > 0 && System.nanoTime() < deadline) {
          port.receive(batch);
        }
        assertEquals(64, batch.size());
        for (int i = 0; i < batch.size(); i++) {
          Memory.put8(batch.address(i), 2);
          port.send(batch.address(i), batch.length(i));
          if (i % 8 == 7) {
            port.flush();
          }
        }
        port.flush();
        port.release();
        batch.clear();
        while (ends.left().receive(batch) > 0) {
          for (int i = 0; i < batch.size(); i++) {
            if (Memory.u8(batch.address(i)) == 2) {
              seen[Memory.u8(batch.address(i) + batch.length(i) - 1)]++;
            }
          }
          batch.clear();
          ends.left().release();
        }
      }

      for (int mark = 0; mark < 256; mark++) {
        int expected = 0;
        for (int round = 0; round < rounds; round++) {
          expected += (mark - round & 255) < 64 ? 1 : 0;
        }
        assertEquals(expected, seen[mark], "frames marked " + mark);
      }
    }
  }

  @Test
  void knowsUnfinishedChecksumsByTheirValueAndFinishesThem() {
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(XdpMode.SKB)) {
      AfXdpPort port = right.ports(0).getFirst();
      byte[] frame = ends.datagram(40_000, 53, 1);
      // 203.0.113.9, 192.0.2.1, UDP, 20 bytes
      int pseudo = 0xcb00 + 0x7109 + 0xc000 + 0x0201 + UDP + 20;
      pseudo = (pseudo & 0xffff) + (pseudo >>> 16);
      frame[40] = (byte) (pseudo >>> 8);
      frame[41] = (byte) pseudo;
      ends.send(frame);
      FrameBatch batch = new FrameBatch(1);
      long deadline = System.nanoTime() + XdpCable.PATIENCE_NANOS;
      while (port.receive(batch) == 0 && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }

      assertTrue(VnetHeader.needsChecksum(batch.address(0)));
      port.send(batch.address(0), batch.length(0));

      long sum = pseudo;
      for (int i = 34; i < frame.length; i += 2) {
        sum += Memory.u16(batch.address(0) + i);
      }
      assertEquals(0, ~((sum & 0xffff) + (sum >>> 16)) & 0xffff, "a receiver finds it right");
      assertFalse(VnetHeader.needsChecksum(batch.address(0)));
    }
  }

  @Test
  void copiesWhereTheDriverCannotDoWithout() {
    try (XdpCable ends = XdpCable.make(2);
        AfXdpInterfaces right = ends.open(XdpMode.AUTO, new Steering(2, 1), true)) {
      ends.send(ends.datagram(40_000, 53, 1));

      List<AfXdpPort> ports = new ArrayList<>(right.ports(0));
      ports.addAll(right.ports(1));
      assertEquals(1, XdpCable.receive(ports, 1).size());
      assertEquals(List.of("eth0 skb mode, 2 queues"), right.descriptions());
    }
  }

  @Test
  void opensAgainAtOnceAfterItWasClosed() {
    try (XdpCable ends = XdpCable.make(2)) {
      for (int i = 0; i < 5; i++) {
        AfXdpInterfaces right = ends.open(XdpMode.SKB);
        ends.send(ends.datagram(40_000, 53, i));
        assertEquals(1, XdpCable.receive(right.ports(0), 1).size());
        right.close();
        right.close();
      }
    }
  }

  @Test
  void receivesAndSendsWithoutAllocating() {
    try (XdpCable ends = XdpCable.make(1);
        AfXdpInterfaces right = ends.open(XdpMode.SKB);
        MemoryPort memory = new MemoryPort("memory", 0, 1, 2000)) {
      AfXdpPort port = right.ports(0).getFirst();
      FrameBatch source = new FrameBatch(1);
      memory.inject(ends.datagram(40_000, 53, 1));
      memory.receive(source);
      FrameBatch batch = new FrameBatch(64);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      // Until the compiler is done some calls allocate.
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      long received = 0;
      while (allocated > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++) {
          ends.left().send(source.address(0), source.length(0));
          ends.left().flush();
          received += port.receive(batch);
          for (int i = 0; i < batch.size(); i++) {
            Memory.put8(batch.address(i), 2);
            port.send(batch.address(i), batch.length(i));
          }
          port.flush();
          port.release();
          batch.clear();
          ends.left().receive(batch);
          batch.clear();
          ends.left().release();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertTrue(received >= 9_000, received + " received");
      assertEquals(0, allocated, "bytes in 10000 rounds");
    }
  }
}
