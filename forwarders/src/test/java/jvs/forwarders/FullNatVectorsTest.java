package jvs.forwarders;

import java.util.List;
import java.util.stream.Stream;
import jvs.route.Route;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** FULLNAT, frame by frame; what tells the server of the client is in ClientNewsVectorsTest. */
class FullNatVectorsTest {
  static final ServerSpec FULLNAT = ServerSpec.of(ServerSpec.FULLNAT, 1);

  /** An address of the host. */
  static final String LOCAL = "10.1.0.254";

  /** An address that only the director has. */
  static final String OWN = "10.1.0.200";

  static final String LOCAL_V6 = "fd00:1::fffe";

  /** The first port that a director with seed 1 uses. */
  static final int PORT = 1025;

  static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final ServiceKey SCTP =
      ServiceKey.of(ServiceKey.SCTP, IpAddress.parse(TestDirector.VIP), 80);

  static Stream<Vector> vectors() {
    return Stream.of(both(), otherProtocols(), errors(), strangers()).flatMap(List::stream);
  }

  /** A service with one server and one local address. */
  static Vector open(String name, ServiceKey service, String local, int port) {
    return Vector.of(name)
        .serves(service, FULLNAT, port)
        .given(lab -> lab.director.newLocalAddress(service, IpAddress.parse(local)));
  }

  static FrameBuilder toServer(String local, int port) {
    return Frames.routed().from(local, PORT).to(TestDirector.SERVER, port);
  }

  static FrameBuilder toServerV6(int port) {
    return Frames.routedV6().from(LOCAL_V6, PORT).to(TestDirector.SERVER_V6, port);
  }

  static FrameBuilder fromServer(String local, int port) {
    return Frames.reply(port).to(local, PORT);
  }

  static FrameBuilder fromServerV6(int port) {
    return Frames.reply(port).from(TestDirector.SERVER_V6, port).to(LOCAL_V6, PORT);
  }

  static FrameBuilder answeredV6() {
    return Frames.answered().from(TestDirector.VIP_V6, 80).to(TestDirector.CLIENT_V6, 40000);
  }

  /** A connection over IPv6, opened; the client is on the client's side's own network. */
  static Vector openV6(String name) {
    return open(name, TCP_V6, LOCAL_V6, 8080)
        .given(FullNatVectorsTest::routeToClientV6)
        .fromClient(Frames.requestV6().tcp(TcpHeader.SYN))
        .ends("forwarded")
        .toServer(toServerV6(8080).tcp(TcpHeader.SYN));
  }

  private static void routeToClientV6(TestDirector lab) {
    Route route = TestDirector.route("fd00:5::", 64, 1, null);
    IpAddress client = IpAddress.parse(TestDirector.CLIENT_V6);
    lab.director.networkChanged(TestDirector.network(true, route));
    lab.director.neighbours().learn(1, client, TestDirector.ROUTER_MAC, lab.nowMillis, false);
  }

  private static List<Vector> both() {
    return Stream.of(LOCAL, OWN)
        .map(
            local ->
                open("tcp from " + local, TestDirector.TCP, local, 8080)
                    .fromClient(Frames.request().tcp(TcpHeader.SYN))
                    .ends("forwarded")
                    .toServer(toServer(local, 8080).tcp(TcpHeader.SYN))
                    .fromServer(fromServer(local, 8080).payload(3).tcp(TcpHeader.ACK))
                    .ends("forwarded")
                    .toClient(Frames.answered().payload(3).tcp(TcpHeader.ACK)))
        .toList();
  }

  private static List<Vector> otherProtocols() {
    int[] init = {1, 0, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    byte[] unsummed =
        Frames.with(Frames.request().to(TestDirector.VIP, 53).payload(5).udp(), 40, 0, 0);
    return List.of(
        open("udp", TestDirector.UDP, LOCAL, 5353)
            .fromClient(Frames.request().to(TestDirector.VIP, 53).payload(5).udp())
            .ends("forwarded")
            .toServer(toServer(LOCAL, 5353).payload(5).udp())
            .fromServer(fromServer(LOCAL, 5353).payload(9).udp())
            .ends("forwarded")
            .toClient(Frames.answered().from(TestDirector.VIP, 53).payload(9).udp()),
        open("udp gets the checksum that it has not", TestDirector.UDP, LOCAL, 5353)
            .fromClient(unsummed)
            .ends("forwarded")
            .toServer(toServer(LOCAL, 5353).payload(5).udp()),
        open("sctp", SCTP, LOCAL, 8080)
            .fromClient(Frames.sctp(Frames.request(), init))
            .ends("forwarded")
            .toServer(Frames.sctp(toServer(LOCAL, 8080), init))
            .fromServer(Frames.sctp(fromServer(LOCAL, 8080), init))
            .ends("forwarded")
            .toClient(Frames.sctp(Frames.answered(), init)),
        openV6("tcp over ipv6")
            .fromServer(fromServerV6(8080).payload(3).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answeredV6().payload(3).tcp(TcpHeader.ACK)));
  }

  /** As ICMP quotes it after the translation, which leaves the checksum of TCP as it was. */
  private static byte[] quoted(FrameBuilder ends, byte[] original) {
    byte[] packet = Frames.packet(ends.tcp(TcpHeader.ACK));
    int checksum = packet[0] >> 4 == 4 ? 36 : 56;
    return Frames.with(packet, checksum, original[checksum], original[checksum + 1]);
  }

  private static List<Vector> errors() {
    byte[] request = Frames.packet(toServer(LOCAL, 8080).timeToLive(60).tcp(TcpHeader.ACK));
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    byte[] replyV6 = Frames.packet(answeredV6().tcp(TcpHeader.ACK));
    byte[] requestV6 = Frames.packet(toServerV6(8080).tcp(TcpHeader.ACK));
    Vector opened =
        open("an error about a request", TestDirector.TCP, LOCAL, 8080)
            .fromClient(Frames.request().tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(toServer(LOCAL, 8080).tcp(TcpHeader.SYN));
    return List.of(
        opened
            .fromServer(Frames.icmp(fromServer(LOCAL, 0), 3, 13, 0, request))
            .ends("forwarded")
            .toClient(
                Frames.icmp(
                    Frames.answered(), 3, 13, 0, quoted(Frames.request().timeToLive(60), request))),
        open("an error about a reply", TestDirector.TCP, LOCAL, 8080)
            .fromClient(Frames.request().tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(toServer(LOCAL, 8080).tcp(TcpHeader.SYN))
            .fromClient(Frames.icmp(Frames.request(), 11, 1, 0, reply))
            .ends("forwarded")
            .toServer(
                Frames.icmp(
                    toServer(LOCAL, 8080),
                    11,
                    1,
                    0,
                    quoted(fromServer(LOCAL, 8080).timeToLive(63), reply))),
        openV6("an error about a request over ipv6")
            .fromServer(Frames.icmp(fromServerV6(0), 1, 1, 0, requestV6))
            .ends("forwarded")
            .toClient(
                Frames.icmp(
                    answeredV6(), 1, 1, 0, quoted(Frames.requestV6().timeToLive(63), requestV6))),
        openV6("an error about a reply over ipv6")
            .fromClient(Frames.icmp(Frames.requestV6(), 1, 1, 0, replyV6))
            .ends("forwarded")
            .toServer(
                Frames.icmp(
                    toServerV6(8080),
                    1,
                    1,
                    0,
                    quoted(fromServerV6(8080).timeToLive(63), replyV6))));
  }

  private static List<Vector> strangers() {
    byte[] late = fromServer(LOCAL, 8080).tcp(TcpHeader.ACK);
    byte[] reset =
        Frames.routed()
            .from(LOCAL, PORT)
            .to(TestDirector.SERVER, 8080)
            .timeToLive(64)
            .numbers(0, 0)
            .tcp(TcpHeader.RST);
    byte[] ssh = fromServer(LOCAL, 40000).to(LOCAL, 22).tcp(TcpHeader.SYN);
    return List.of(
        open("a late reply is reset in the host's stead", TestDirector.TCP, LOCAL, 8080)
            .fromServer(late)
            .ends("consumed")
            .toServer(Frames.lying(reset, Frames.IP + 4, 0, 0)),
        open("the host's own packets stay its own", TestDirector.TCP, LOCAL, 8080)
            .fromServer(ssh)
            .ends("passed"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void translatesBothEnds(Vector vector) {
    vector.run();
  }
}
