package jvs.forwarders;

import java.util.List;
import java.util.stream.Stream;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Direct routing, frame by frame: only TTL and Ethernet addresses change. */
class GatewayingVectorsTest {
  private static final ServerSpec ROUTE = ServerSpec.of(ServerSpec.ROUTE, 1);
  private static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);

  static Stream<Vector> vectors() {
    return Stream.of(requests(), errors()).flatMap(List::stream);
  }

  private static Vector serve(String name) {
    return Vector.of(name).serves(TestDirector.TCP, ROUTE, 80).serves(TestDirector.UDP, ROUTE, 53);
  }

  private static List<Vector> requests() {
    int[] options = {7, 7, 4, 0, 0, 0, 0, 0};
    int[] recorded = {7, 7, 8, 10, 99, 0, 1, 0};
    byte[] datagram =
        Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(392).udp();
    byte[] sent = Frames.routed().to(TestDirector.VIP, 53).dontFragment(false).payload(392).udp();
    return List.of(
        serve("tcp")
            .fromClient(Frames.request().payload(5).tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(Frames.routed().payload(5).tcp(TcpHeader.SYN)),
        serve("tcp with a wrong checksum")
            .fromClient(Frames.with(Frames.request().tcp(TcpHeader.SYN), 50, 0, 0))
            .ends("forwarded")
            .toServer(Frames.with(Frames.routed().tcp(TcpHeader.SYN), 50, 0, 0)),
        Vector.of("tcp over ipv6")
            .serves(TCP_V6, ROUTE, 80)
            .fromClient(Frames.requestV6().tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(Frames.routedV6().tcp(TcpHeader.SYN)),
        serve("record route gets the VIP")
            .fromClient(Frames.options(Frames.request().tcp(TcpHeader.SYN), options))
            .ends("forwarded")
            .toServer(Frames.options(Frames.routed().tcp(TcpHeader.SYN), recorded)),
        serve("from the server itself, which balances, too")
            .fromClient(fromServer().tcp(TcpHeader.SYN))
            .ends("forwarded_back")
            .toServer(Frames.routed().tcp(TcpHeader.SYN)),
        serve("udp without a checksum keeps none")
            .fromClient(Frames.with(datagram, 40, 0, 0))
            .ends("forwarded")
            .toServer(Frames.with(sent, 40, 0, 0)),
        serve("udp in fragments")
            .fromClient(Frames.fragment(datagram, 0, 200, true))
            .ends("consumed")
            .fromClient(Frames.fragment(datagram, 200, 400, false))
            .ends("forwarded")
            .toServer(Frames.fragment(sent, 0, 200, true), Frames.fragment(sent, 200, 400, false)));
  }

  private static FrameBuilder fromServer() {
    return Frames.request().macs(TestDirector.SERVER_MAC, TestDirector.CLIENT_SIDE_MAC);
  }

  private static List<Vector> errors() {
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    return List.of(
        serve("an error about a reply")
            .fromClient(Frames.request().tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(Frames.routed().tcp(TcpHeader.SYN))
            .fromClient(Frames.icmp(Frames.request(), 3, 1, 0, reply))
            .ends("forwarded")
            .toServer(Frames.icmp(Frames.routed(), 3, 1, 0, reply)),
        serve("an error with a wrong checksum is the server's business")
            .fromClient(Frames.request().tcp(TcpHeader.SYN))
            .ends("forwarded")
            .toServer(Frames.routed().tcp(TcpHeader.SYN))
            .fromClient(Frames.with(Frames.icmp(Frames.request(), 3, 1, 0, reply), 36, 0, 0))
            .ends("forwarded")
            .toServer(Frames.with(Frames.icmp(Frames.routed(), 3, 1, 0, reply), 36, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void leavesThePacketAlone(Vector vector) {
    vector.run();
  }
}
