package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import jvs.engine.DirectorOptions;
import jvs.route.Route;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are this host: the packets that its own stack gets, and what becomes of its own. */
class LocalNodeTest {
  private static final String OWN = "10.0.0.1";

  private final TestDirector lab =
      new TestDirector(DirectorOptions.of(100, 1), Forwarders.all(), 64, true);

  @BeforeEach
  void routeToLoopback() {
    IpAddress loopback = IpAddress.parse("127.0.0.0");
    Route local = new Route(loopback, 8, Route.LOCAL, 0, null, null, 0);
    lab.director.networkChanged(TestDirector.network(true, local));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private void serve(String server, int port, int method) {
    ServerKey key = new ServerKey(IpAddress.parse(server), port);
    lab.director.newService(TestDirector.TCP, ServiceSpec.of("first"));
    lab.director.newServer(TestDirector.TCP, key, ServerSpec.of(method, 1));
    lab.director.newService(TestDirector.UDP, ServiceSpec.of("first"));
    lab.director.newServer(TestDirector.UDP, key, ServerSpec.of(method, 1));
  }

  private List<byte[]> fromClient(byte[] frame) {
    lab.fromClient(frame);
    return lab.hostSide.drain();
  }

  private List<byte[]> fromHost(byte[] frame) {
    lab.hostSide.inject(frame);
    lab.worker.doWork();
    return lab.clientSide.drain();
  }

  /** As the client sent it, but for its Ethernet header. */
  private static FrameBuilder delivered() {
    return Frames.request().macs(TestDirector.UNUSED_SIDE_MAC, TestDirector.HOST_MAC);
  }

  private static FrameBuilder fromHost(String source, int port) {
    return new FrameBuilder()
        .macs(TestDirector.HOST_MAC, TestDirector.HOST_MAC)
        .from(source, port)
        .to(TestDirector.CLIENT, 40000);
  }

  @Test
  void handsRequestsThatAreNotTranslatedOverAsTheyAre() {
    serve("127.0.0.1", 80, ServerSpec.ROUTE);

    List<byte[]> out = fromClient(Frames.request().timeToLive(1).tcp(TcpHeader.SYN));

    assertEquals(1, out.size());
    assertArrayEquals(delivered().timeToLive(1).tcp(TcpHeader.SYN), out.get(0));
  }

  @Test
  void tunnelsNothingToItself() {
    serve(OWN, 80, ServerSpec.TUNNEL);

    List<byte[]> out = fromClient(Frames.request().tcp(TcpHeader.SYN));

    assertArrayEquals(delivered().tcp(TcpHeader.SYN), out.get(0));
  }

  @Test
  void translatesBothWaysWithoutBeingARouter() {
    serve(OWN, 8080, ServerSpec.MASQ);

    List<byte[]> in = fromClient(Frames.request().tcp(TcpHeader.SYN));
    List<byte[]> out = fromHost(fromHost(OWN, 8080).tcp(Frames.SYN_ACK));

    assertArrayEquals(delivered().to(OWN, 8080).tcp(TcpHeader.SYN), in.get(0));
    assertArrayEquals(Frames.answered().timeToLive(64).tcp(Frames.SYN_ACK), out.get(0));
  }

  @Test
  void followsTheStateOfWhatItDoesNotTranslate() {
    serve(OWN, 80, ServerSpec.ROUTE);
    fromClient(Frames.request().tcp(TcpHeader.SYN));

    List<byte[]> out = fromHost(fromHost(TestDirector.VIP, 80).tcp(Frames.SYN_ACK));

    assertArrayEquals(Frames.answered().timeToLive(64).tcp(Frames.SYN_ACK), out.get(0));
    long replies = lab.director.servers(TestDirector.TCP).get(0).statistics().outPackets();
    assertEquals(1, replies);
  }

  @Test
  void sendsWhatIsNoReplyOnItsWay() {
    serve(OWN, 8080, ServerSpec.MASQ);

    List<byte[]> out = fromHost(fromHost(OWN, 8080).tcp(TcpHeader.ACK));

    FrameBuilder sent = Frames.answered().from(OWN, 8080).timeToLive(64);
    assertArrayEquals(sent.tcp(TcpHeader.ACK), out.get(0));
  }

  @Test
  void letsNobodyFromOutsideReachLoopbackByTranslation() {
    serve("127.0.0.1", 8080, ServerSpec.MASQ);

    assertEquals(List.of(), fromClient(Frames.request().tcp(TcpHeader.SYN)));
    assertEquals(1, lab.counted("local_server"));
  }

  @Test
  void handsReassembledDatagramsOverWhole() {
    serve(OWN, 53, ServerSpec.ROUTE);
    FrameBuilder datagram = Frames.request().to(TestDirector.VIP, 53).dontFragment(false);
    byte[] whole = datagram.payload(392).udp();

    assertEquals(List.of(), fromClient(Frames.fragment(whole, 0, 200, true)));
    List<byte[]> out = fromClient(Frames.fragment(whole, 200, 400, false));

    FrameBuilder expected = delivered().to(TestDirector.VIP, 53).dontFragment(false);
    assertEquals(1, out.size());
    assertArrayEquals(expected.payload(392).udp(), out.get(0));
  }

  @Test
  void splitsSegmentsThatThePathToTheClientCannotTake() {
    serve(OWN, 8080, ServerSpec.MASQ);
    fromClient(Frames.request().tcp(TcpHeader.SYN));
    byte[] large = Frames.answered().timeToLive(64).payload(1000).tcp(TcpHeader.ACK);
    fromClient(
        Frames.icmp(Frames.request().to(TestDirector.VIP, 0), 3, 4, 640, Frames.packet(large)));

    List<byte[]> out = fromHost(fromHost(OWN, 8080).numbers(1, 5).payload(1000).tcp(TcpHeader.ACK));

    byte[] whole = Frames.answered().timeToLive(64).numbers(1, 5).payload(1000).tcp(TcpHeader.ACK);
    assertEquals(2, out.size());
    assertEquals(Frames.IP + 640, out.get(0).length);
    byte[] joined = Arrays.copyOf(out.get(0), whole.length);
    int behind = Frames.TRANSPORT + 20;
    System.arraycopy(out.get(1), behind, joined, 640 + Frames.IP, out.get(1).length - behind);
    assertArrayEquals(
        Arrays.copyOfRange(whole, behind, whole.length),
        Arrays.copyOfRange(joined, behind, joined.length));
    assertTrue(ParsedFrame.of(out.get(0)).isRight() && ParsedFrame.of(out.get(1)).isRight());
  }
}
