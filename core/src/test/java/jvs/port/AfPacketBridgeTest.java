package jvs.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import jvs.linux.WakeUp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real TCP and UDP through two ports that a loop of ours joins, all offloads of veth on. */
@Timeout(120)
final class AfPacketBridgeTest {
  private static final long MIB = 1 << 20;

  /** Two hosts on one network, with a bridge of ours between them. */
  private static final class Bridged implements AutoCloseable {
    final TestNetwork network = new TestNetwork("a", "bridge", "b");
    final WakeUp stop = new WakeUp();
    final AfPacketPort left;
    final AfPacketPort right;
    final FutureTask<FrameBridge.Seen> bridge;

    Bridged() {
      network.join("a", "eth0", "bridge", "left");
      network.join("bridge", "right", "b", "eth0");
      network.ip("a", "address", "add", "10.9.0.1/24", "dev", "eth0");
      network.ip("b", "address", "add", "10.9.0.2/24", "dev", "eth0");
      network.ip("a", "address", "add", "fd09::1/64", "dev", "eth0", "nodad");
      network.ip("b", "address", "add", "fd09::2/64", "dev", "eth0", "nodad");
      left = network.in("bridge", () -> new AfPacketPort("left", AfPacketOptions.defaults()));
      right = network.in("bridge", () -> new AfPacketPort("right", AfPacketOptions.defaults()));
      bridge = network.start("bridge", new FrameBridge(left, right, stop));
    }

    FrameBridge.Seen stop() {
      stop.signal();
      return TestNetwork.result(bridge);
    }

    @Override
    public void close() {
      stop();
      left.close();
      right.close();
      stop.close();
      network.close();
    }
  }

  private static void transfersBothWays(String server) throws Exception {
    try (Bridged bridged = new Bridged()) {
      ServerSocket listening =
          bridged.network.in("b", () -> new ServerSocket(0, 1, InetAddress.getByName(server)));
      int port = listening.getLocalPort();

      FutureTask<byte[]> atServer =
          bridged.network.start("b", Transfer.server(listening, 1, 64 * MIB));
      FutureTask<byte[]> atClient =
          bridged.network.start("a", Transfer.client(server, port, 2, 64 * MIB));

      assertArrayEquals(Transfer.expected(1, 64 * MIB), TestNetwork.result(atClient));
      assertArrayEquals(Transfer.expected(2, 64 * MIB), TestNetwork.result(atServer));
      FrameBridge.Seen seen = bridged.stop();
      assertTrue(seen.longest() > 60_000, "longest frame " + seen.longest());
      assertTrue(seen.superFrames() > 500, seen.toString());
      assertTrue(seen.needChecksum() >= seen.superFrames(), seen.toString());
      assertEquals(0, bridged.left.receiveTruncated() + bridged.right.receiveTruncated());
      assertEquals(0, bridged.left.sendErrors() + bridged.right.sendErrors());
    }
  }

  @Test
  void carriesTcpSuperFramesUnharmed() throws Exception {
    transfersBothWays("10.9.0.2");
  }

  @Test
  void carriesTcpSuperFramesOfIpv6Unharmed() throws Exception {
    transfersBothWays("fd09::2");
  }

  @Test
  void carriesUdpIncludingFragments() throws Exception {
    try (Bridged bridged = new Bridged()) {
      DatagramSocket socket =
          bridged.network.in("b", () -> new DatagramSocket(0, InetAddress.getByName("10.9.0.2")));
      int port = socket.getLocalPort();
      FutureTask<Integer> echo = bridged.network.start("b", Transfer.echo(socket, 3));

      for (int length : new int[] {1, 1400, 20_000}) {
        byte[] question = new byte[length];
        new Random(length).nextBytes(question);
        byte[] answer = bridged.network.in("a", Transfer.ask("10.9.0.2", port, question));
        assertArrayEquals(question, answer);
      }

      assertEquals(3, TestNetwork.result(echo));
    }
  }

  @Test
  void carriesTaggedSuperFramesUnharmed() throws Exception {
    try (TestNetwork network = new TestNetwork("a", "tagger", "untagger", "b");
        WakeUp stop = new WakeUp()) {
      network.join("a", "eth0", "tagger", "plain");
      network.join("tagger", "tagged", "untagger", "tagged");
      network.join("untagger", "plain", "b", "eth0");
      network.ip("a", "address", "add", "10.9.0.1/24", "dev", "eth0");
      network.ip("b", "address", "add", "10.9.0.2/24", "dev", "eth0");
      AfPacketOptions options = AfPacketOptions.defaults();
      List<AfPacketPort> ports = new ArrayList<>();
      List<FutureTask<FrameBridge.Seen>> bridges = new ArrayList<>();
      for (String role : List.of("tagger", "untagger")) {
        AfPacketPort plain = network.in(role, () -> new AfPacketPort("plain", options));
        AfPacketPort tagged = network.in(role, () -> new AfPacketPort("tagged", options));
        ports.addAll(List.of(plain, tagged));
        bridges.add(network.start(role, new FrameBridge(plain, tagged, stop, 42)));
      }
      ServerSocket listening =
          network.in("b", () -> new ServerSocket(0, 1, InetAddress.getByName("10.9.0.2")));

      FutureTask<byte[]> atServer = network.start("b", Transfer.server(listening, 1, 16 * MIB));
      FutureTask<byte[]> atClient =
          network.start("a", Transfer.client("10.9.0.2", listening.getLocalPort(), 2, 16 * MIB));

      assertArrayEquals(Transfer.expected(1, 16 * MIB), TestNetwork.result(atClient));
      assertArrayEquals(Transfer.expected(2, 16 * MIB), TestNetwork.result(atServer));
      stop.signal();
      for (FutureTask<FrameBridge.Seen> bridge : bridges) {
        FrameBridge.Seen seen = TestNetwork.result(bridge);
        assertTrue(seen.longest() > 60_000, seen.toString());
      }
      ports.forEach(port -> assertEquals(0, port.sendErrors()));
      ports.forEach(AfPacketPort::close);
    }
  }
}
