package jvs.director.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import jvs.director.TestNetwork;
import jvs.director.kernel.Offloads;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.FilterRules;
import jvs.port.FrameBatch;
import jvs.port.MemoryPort;
import jvs.port.PacketPort;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
final class PcapPortTest {
  private static final int TEST_TYPE = 0x88b5;
  private static final String TEST_FILTER = "ether proto 0x88b5";

  private static byte[] testFrame(int number, int payloadBytes) {
    ByteBuffer frame = ByteBuffer.allocate(14 + payloadBytes);
    Arrays.fill(frame.array(), 0, 6, (byte) 0xff);
    frame.put(6, new byte[] {2, 0, 0, 0, 0, 1}).putShort(12, (short) TEST_TYPE);
    return frame.put(14, (byte) number).array();
  }

  private static void send(PacketPort port, List<byte[]> frames) {
    try (MemoryPort memory = new MemoryPort("memory", 0, frames.size(), 2000)) {
      FrameBatch batch = new FrameBatch(frames.size());
      frames.forEach(memory::inject);
      memory.receive(batch);
      for (int i = 0; i < batch.size(); i++) {
        port.send(batch.address(i), batch.length(i));
      }
      port.flush();
    }
  }

  /** Waits in a poller as a worker does. */
  private static List<byte[]> receive(PacketPort port, int count) {
    List<byte[]> frames = new ArrayList<>();
    FrameBatch batch = new FrameBatch(16);
    long deadline = System.nanoTime() + 3_000_000_000L;
    try (Poller poller = new Poller(1)) {
      poller.add(port.fileDescriptor());
      while (frames.size() < count && System.nanoTime() < deadline) {
        if (port.receive(batch) == 0) {
          poller.poll(1000);
        }
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
  void exchangesFramesWithThePeer() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      // With offloads on, libpcap takes 64 KiB a frame and its buffer is full after 512.
      Offloads offloads = network.in("right", () -> new Offloads("eth0"));
      assertEquals(List.of(), offloads.stillOn());
      PcapPort pcap = network.in("right", () -> new PcapPort("eth0", TEST_FILTER));
      AfPacketPort peer =
          network.in("left", () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));
      List<byte[]> frames = new ArrayList<>();
      for (int i = 0; i < 2000; i++) {
        frames.add(testFrame(i, 46 + i % 1400));
      }

      send(peer, frames);
      List<byte[]> received = receive(pcap, 2000);

      assertEquals(2000, received.size());
      for (int i = 0; i < 2000; i++) {
        assertArrayEquals(frames.get(i), received.get(i));
      }
      assertEquals(0, pcap.receiveOverruns());

      send(pcap, List.of(frames.get(7)));
      byte[] sent =
          receive(peer, 1).stream()
              .filter(f -> (f[12] & 0xff) == 0x88 && (f[13] & 0xff) == 0xb5)
              .findFirst()
              .orElseThrow();
      assertArrayEquals(frames.get(7), sent);
      assertEquals(0, pcap.receive(new FrameBatch(1)), "a port does not hear itself");
      pcap.close();
      pcap.close();
      assertEquals(0, pcap.receive(new FrameBatch(1)));
      peer.close();
    }
  }

  @Test
  void countsWhatCannotBeSent() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      PcapPort pcap = network.in("right", () -> new PcapPort("eth0", TEST_FILTER));

      send(pcap, List.of(testFrame(1, 60), testFrame(2, 1800), testFrame(3, 60)));

      assertEquals(1, pcap.sendErrors());
      pcap.close();
    }
  }

  @Test
  void finishesChecksums() {
    // UDP of two bytes, "ab", from 10.0.0.1:1 to 10.0.0.2:2; RFC 1071 by hand.
    ByteBuffer packet = ByteBuffer.allocate(14 + 20 + 10);
    packet.putShort(12, (short) 0x0800).put(14, (byte) 0x45).put(23, (byte) 17);
    packet.position(14 + 20);
    int pseudo = 0x0a00 + 0x0001 + 0x0a00 + 0x0002 + 17 + 10;
    packet.putShort((short) 1).putShort((short) 2).putShort((short) 10).putShort((short) pseudo);
    packet.put((byte) 'a').put((byte) 'b');
    try (TestNetwork network = new TestNetwork("left", "right");
        MemoryPort memory = new MemoryPort("memory", 0)) {
      network.join("left", "eth0", "right", "eth0");
      PcapPort pcap = network.in("right", () -> new PcapPort("eth0", TEST_FILTER));
      PcapPort peer = network.in("left", () -> new PcapPort("eth0", "udp port 2"));
      FrameBatch batch = new FrameBatch(1);
      memory.injectUnfinished(packet.array(), 34, 6);
      memory.receive(batch);

      pcap.send(batch.address(0), batch.length(0));

      byte[] received = receive(peer, 1).getFirst();
      int expected = ~(pseudo + 1 + 2 + 10 + 0x6162) & 0xffff;
      assertEquals(expected, (received[40] & 0xff) << 8 | received[41] & 0xff);
      pcap.close();
      peer.close();
    }
  }

  @Test
  void replacesTheFilterAndKeepsItIfTheNewOneIsNonsense() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      PcapPort pcap = network.in("right", () -> new PcapPort("eth0", "ether proto 1"));
      AfPacketPort peer =
          network.in("left", () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));
      send(peer, List.of(testFrame(1, 60)));

      pcap.setFilter(TEST_FILTER);
      PcapException refused = assertThrows(PcapException.class, () -> pcap.setFilter("port seven"));

      assertTrue(refused.getMessage().contains("port seven"), refused.getMessage());
      send(peer, List.of(testFrame(2, 60)));
      assertEquals(2, receive(pcap, 1).getFirst()[14]);
      Set<Endpoint> some =
          Set.of(
              new Endpoint(IpAddress.parse("192.0.2.1"), 6, 80),
              new Endpoint(IpAddress.parse("192.0.2.1"), 132, 80),
              new Endpoint(IpAddress.parse("192.0.2.1"), 1, 0),
              new Endpoint(IpAddress.parse("fd00::1"), 17, 0),
              new Endpoint(IpAddress.parse("fd00::1"), 17, 53));
      pcap.setFilter(PcapFilterText.of(new FilterRules(some, some, true, false)));
      pcap.setFilter(PcapFilterText.of(new FilterRules(Set.of(), Set.of(), true, true)));
      pcap.close();
      peer.close();
    }
  }

  @Test
  void comesBackAfterTheInterfaceWasDown() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      PcapPort pcap = network.in("right", () -> new PcapPort("eth0", TEST_FILTER));
      AfPacketPort peer =
          network.in("left", () -> new AfPacketPort("eth0", AfPacketOptions.defaults()));
      network.ip("right", "link", "set", "eth0", "down");
      send(pcap, List.of(testFrame(1, 60)));
      assertEquals(1, pcap.sendErrors());

      network.ip("right", "link", "set", "eth0", "up");

      List<byte[]> received = List.of();
      for (int i = 0; i < 5 && received.isEmpty(); i++) {
        send(peer, List.of(testFrame(3, 60)));
        received = receive(pcap, 1);
      }
      assertEquals(3, received.getFirst()[14]);
      pcap.close();
      peer.close();
    }
  }

  @Test
  void saysWhichInterfaceIsMissing() {
    RuntimeException missing =
        assertThrows(RuntimeException.class, () -> new PcapPort("jvst-none", ""));

    assertTrue(missing.getMessage().contains("jvst-none"), missing.getMessage());
  }

  /** Copies frames between two ports in both directions. */
  private static Callable<Boolean> bridge(PacketPort left, PacketPort right, WakeUp stop) {
    PacketPort[] ports = {left, right};
    return () -> {
      FrameBatch batch = new FrameBatch(64);
      try (Poller poller = new Poller(3)) {
        poller.add(left.fileDescriptor());
        poller.add(right.fileDescriptor());
        int stopping = poller.add(stop.fileDescriptor());
        while (!poller.isReady(stopping)) {
          boolean isIdle = true;
          for (int way = 0; way < 2; way++) {
            PacketPort from = ports[way];
            isIdle &= from.receive(batch) == 0;
            for (int i = 0; i < batch.size(); i++) {
              ports[1 - way].send(batch.address(i), batch.length(i));
            }
            from.release();
            batch.clear();
          }
          if (isIdle) {
            poller.poll(1000);
          }
        }
      }
      return true;
    };
  }

  @Test
  void carriesTcpWhenOffloadsAreOff() throws Exception {
    try (TestNetwork network = new TestNetwork("a", "bridge", "b");
        WakeUp stop = new WakeUp()) {
      network.join("a", "eth0", "bridge", "left");
      network.join("bridge", "right", "b", "eth0");
      network.ip("a", "address", "add", "10.9.0.1/24", "dev", "eth0");
      network.ip("b", "address", "add", "10.9.0.2/24", "dev", "eth0");
      for (String role : List.of("a", "b")) {
        assertEquals(List.of(), network.in(role, () -> new Offloads("eth0").stillOn()));
      }
      for (String name : List.of("left", "right")) {
        assertEquals(List.of(), network.in("bridge", () -> new Offloads(name).stillOn()));
      }
      PcapPort left = network.in("bridge", () -> new PcapPort("left", ""));
      PcapPort right = network.in("bridge", () -> new PcapPort("right", ""));
      FutureTask<Boolean> bridge = network.start("bridge", bridge(left, right, stop));
      byte[] data = new byte[8 << 20];
      new Random(5).nextBytes(data);
      ServerSocket listening =
          network.in("b", () -> new ServerSocket(0, 1, InetAddress.getByName("10.9.0.2")));
      FutureTask<byte[]> received =
          network.start(
              "b",
              () -> {
                try (listening;
                    Socket socket = listening.accept()) {
                  return socket.getInputStream().readAllBytes();
                }
              });

      network.in(
          "a",
          () -> {
            try (Socket socket = new Socket()) {
              socket.connect(new InetSocketAddress("10.9.0.2", listening.getLocalPort()), 5000);
              socket.getOutputStream().write(data);
            }
            return true;
          });

      assertArrayEquals(data, TestNetwork.result(received));
      stop.signal();
      TestNetwork.result(bridge);
      left.close();
      right.close();
    }
  }
}
