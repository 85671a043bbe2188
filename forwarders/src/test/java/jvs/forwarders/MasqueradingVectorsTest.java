package jvs.forwarders;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** NAT, frame by frame. */
class MasqueradingVectorsTest {
  private static final ServerSpec NAT = ServerSpec.of(ServerSpec.MASQ, 1);
  private static final ServiceKey SCTP =
      ServiceKey.of(ServiceKey.SCTP, IpAddress.parse(TestDirector.VIP), 80);
  private static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final ServiceKey UDP_V6 =
      ServiceKey.of(ServiceKey.UDP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final byte[] INIT = Frames.octets(1, 0, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9);

  static Stream<Vector> vectors() {
    return Stream.of(tcp(), udpAndSctp(), ipv6(), errors(), odd()).flatMap(List::stream);
  }

  private static FrameBuilder atServer(int port) {
    return Frames.routed().to(TestDirector.SERVER, port);
  }

  private static FrameBuilder atServerV6() {
    return Frames.routedV6().to(TestDirector.SERVER_V6, 80);
  }

  private static Vector open(String name) {
    return Vector.of(name)
        .serves(TestDirector.TCP, NAT, 8080)
        .fromClient(Frames.request().tcp(TcpHeader.SYN))
        .ends("forwarded")
        .toServer(atServer(8080).tcp(TcpHeader.SYN));
  }

  private static List<Vector> tcp() {
    byte[] syn = Frames.request().tcp(TcpHeader.SYN);
    byte[] reset = Frames.answered().timeToLive(64).numbers(5000, 0).tcp(TcpHeader.RST);
    return List.of(
        open("tcp both ways, port mapped")
            .fromServer(Frames.reply(8080).tcp(Frames.SYN_ACK))
            .ends("forwarded")
            .toClient(Frames.answered().tcp(Frames.SYN_ACK))
            .fromClient(Frames.request().payload(77).tcp(TcpHeader.ACK | TcpHeader.PSH))
            .ends("forwarded")
            .toServer(atServer(8080).payload(77).tcp(TcpHeader.ACK | TcpHeader.PSH)),
        open("tcp of an unknown server port is not ours")
            .fromServer(Frames.reply(8081).tcp(TcpHeader.ACK))
            .ends("passed"),
        open("tcp reply to another client's port is routed for the host")
            .fromServer(Frames.reply(8080).to(TestDirector.CLIENT, 1).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(
                Frames.answered()
                    .from(TestDirector.SERVER, 8080)
                    .to(TestDirector.CLIENT, 1)
                    .tcp(TcpHeader.ACK)),
        Vector.of("tcp in the middle is reset")
            .serves(TestDirector.TCP, NAT, 8080)
            .fromClient(Frames.request().numbers(7, 5000).tcp(TcpHeader.ACK))
            .ends("consumed")
            .toClient(Frames.lying(reset, Frames.IP + 4, 0, 0)),
        Vector.of("tcp with a wrong checksum stays as wrong")
            .serves(TestDirector.TCP, NAT, 80)
            .fromClient(Frames.with(syn, 50, syn[50] ^ 0x80))
            .ends("forwarded")
            .toServer(wrong(atServer(80).tcp(TcpHeader.SYN))),
        Vector.of("tcp padding behind the packet goes away")
            .serves(TestDirector.TCP, NAT, 8080)
            .fromClient(Arrays.copyOf(syn, 60))
            .ends("forwarded")
            .toServer(atServer(8080).tcp(TcpHeader.SYN)));
  }

  private static byte[] wrong(byte[] frame) {
    return Frames.with(frame, 50, frame[50] ^ 0x80);
  }

  private static List<Vector> udpAndSctp() {
    byte[] unsummed = Frames.request().to(TestDirector.VIP, 53).payload(9).udp();
    byte[] datagram =
        Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(992).udp();
    byte[] translated = atServer(5353).dontFragment(false).payload(992).udp();
    int[] init = new int[INIT.length + 7];
    for (int i = 0; i < INIT.length; i++) {
      init[i] = INIT[i];
    }
    return List.of(
        Vector.of("udp without a checksum gets one")
            .serves(TestDirector.UDP, NAT, 5353)
            .fromClient(Frames.with(unsummed, 40, 0, 0))
            .ends("forwarded")
            .toServer(atServer(5353).payload(9).udp())
            .fromServer(Frames.reply(5353).payload(1).udp())
            .ends("forwarded")
            .toClient(Frames.answered().from(TestDirector.VIP, 53).payload(1).udp()),
        Vector.of("udp in fragments, the second one first")
            .serves(TestDirector.UDP, NAT, 5353)
            .fromClient(Frames.fragment(datagram, 600, 1000, false))
            .ends("consumed")
            .fromClient(Frames.fragment(datagram, 0, 600, true))
            .ends("forwarded")
            .toServer(
                Frames.fragment(translated, 0, 600, true),
                Frames.fragment(translated, 600, 1000, false)),
        Vector.of("sctp gets a new CRC32c where the port changes")
            .serves(SCTP, NAT, 8080)
            .fromClient(Frames.sctp(Frames.request(), init))
            .ends("forwarded")
            .toServer(Frames.sctp(atServer(8080), init)),
        Vector.of("sctp keeps a wrong CRC32c where the port stays")
            .serves(SCTP, NAT, 80)
            .fromClient(Frames.with(Frames.sctp(Frames.request(), init), 42, 1))
            .ends("forwarded")
            .toServer(Frames.with(Frames.sctp(atServer(80), init), 42, 1)));
  }

  private static List<Vector> ipv6() {
    byte[] syn = Frames.requestV6().tcp(TcpHeader.SYN);
    byte[] sent = atServerV6().tcp(TcpHeader.SYN);
    int[] options = {0, 0, 1, 4, 0, 0, 0, 0};
    byte[] quoted =
        Frames.packet(
            Frames.answered()
                .from(TestDirector.VIP_V6, 80)
                .to(TestDirector.CLIENT_V6, 40000)
                .tcp(TcpHeader.ACK));
    return List.of(
        Vector.of("tcp over ipv6")
            .serves(TCP_V6, NAT, 80)
            .fromClient(syn)
            .ends("forwarded")
            .toServer(sent),
        Vector.of("tcp behind destination options")
            .serves(TCP_V6, NAT, 80)
            .fromClient(Frames.extended(syn, 60, options))
            .ends("forwarded")
            .toServer(Frames.extended(sent, 60, options)),
        Vector.of("udp over ipv6")
            .serves(UDP_V6, NAT, 80)
            .fromClient(Frames.requestV6().payload(3).udp())
            .ends("forwarded")
            .toServer(atServerV6().payload(3).udp()),
        Vector.of("an error over ipv6 about a reply")
            .serves(TCP_V6, NAT, 80)
            .fromClient(syn)
            .ends("forwarded")
            .toServer(sent)
            .fromClient(Frames.icmp(Frames.requestV6(), 1, 0, 0, quoted))
            .ends("forwarded")
            .toServer(Frames.icmp(atServerV6(), 1, 0, 0, translatedV6(quoted))));
  }

  /** From the server instead of the VIP; the quoted checksum stays. */
  private static byte[] translatedV6(byte[] packet) {
    byte[] changed = packet.clone();
    System.arraycopy(IpAddress.parse(TestDirector.SERVER_V6).octets(), 0, changed, 8, 16);
    return changed;
  }

  private static List<Vector> errors() {
    byte[] reply = Frames.answered().tcp(TcpHeader.ACK);
    byte[] seen = Frames.answered().from(TestDirector.SERVER, 8080).tcp(TcpHeader.ACK);
    byte[] quoted = Frames.with(Frames.packet(seen), 36, reply[50], reply[51]);
    byte[] request = atServer(8080).tcp(TcpHeader.SYN);
    byte[] asked = Frames.routed().tcp(TcpHeader.SYN);
    byte[] ofClient = Frames.with(Frames.packet(asked), 36, request[50], request[51]);
    return List.of(
        open("an error about a reply")
            .fromClient(Frames.icmp(Frames.request(), 11, 1, 0, Frames.packet(reply)))
            .ends("forwarded")
            .toServer(Frames.icmp(atServer(8080), 11, 1, 0, quoted)),
        open("an error about a request")
            .fromServer(Frames.icmp(Frames.reply(0), 3, 13, 0, Frames.packet(request)))
            .ends("forwarded")
            .toClient(Frames.icmp(Frames.answered(), 3, 13, 0, ofClient)));
  }

  private static List<Vector> odd() {
    byte[] tagged = Frames.tagged(Frames.request().tcp(TcpHeader.SYN), 0x8100, 7);
    byte[] sent = Frames.tagged(atServer(8080).tcp(TcpHeader.SYN), 0x8100, 7);
    int[] timestamp = {1, 1, 1, 0};
    return List.of(
        Vector.of("two tags stay")
            .serves(TestDirector.TCP, NAT, 8080)
            .fromClient(Frames.tagged(tagged, 0x88a8, 9))
            .ends("forwarded")
            .toServer(Frames.tagged(sent, 0x88a8, 9)),
        Vector.of("ip options stay")
            .serves(TestDirector.TCP, NAT, 8080)
            .fromClient(Frames.options(Frames.request().tcp(TcpHeader.SYN), timestamp))
            .ends("forwarded")
            .toServer(Frames.options(atServer(8080).tcp(TcpHeader.SYN), timestamp)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void translates(Vector vector) {
    vector.run();
  }
}
