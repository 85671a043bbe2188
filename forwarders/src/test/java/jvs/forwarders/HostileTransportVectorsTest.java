package jvs.forwarders;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TCP, UDP and SCTP that lie, and ICMP that quotes nonsense, each with its verdict. */
class HostileTransportVectorsTest {
  private static final byte[] SYN = Frames.request().tcp(TcpHeader.SYN);
  private static final int TCP = Frames.TRANSPORT;

  static Stream<Vector> vectors() {
    return Stream.of(flags(), tcp(), udp(), sctp(), quotes(), icmp(), tunnels())
        .flatMap(List::stream);
  }

  private static FrameBuilder atServer() {
    return Frames.routed().to(TestDirector.SERVER, 8080);
  }

  /** A segment with these control bits, its checksum right, and what NAT makes of it. */
  private static Vector flagged(String name, int flags, boolean isForwarded) {
    byte[] frame = Frames.request().numbers(1, 0).tcp(flags);
    if (isForwarded) {
      byte[] sent = atServer().numbers(1, 0).tcp(flags);
      return Vector.nat(name, frame, "forwarded").toServer(sent);
    }
    Vector vector = Vector.nat(name, frame, "consumed");
    if ((flags & TcpHeader.RST) != 0) {
      return vector;
    }
    boolean hasAck = (flags & TcpHeader.ACK) != 0;
    int next = 1 + (flags & TcpHeader.FIN);
    byte[] reset =
        Frames.answered()
            .timeToLive(64)
            .numbers(0, hasAck ? 0 : next)
            .tcp(hasAck ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK);
    return vector.toClient(Frames.lying(reset, Frames.IP + 4, 0, 0));
  }

  private static List<Vector> flags() {
    return List.of(
        flagged("no flags", 0, false),
        flagged("a christmas tree", 0x29, false),
        flagged("FIN alone", 0x01, false),
        flagged("PSH alone", 0x08, false),
        flagged("ACK of a connection that nobody has", 0x10, false),
        flagged("SYN and RST", 0x06, false),
        flagged("all flags", 0xff, false),
        flagged("RST of a connection that nobody has", 0x04, false),
        flagged("SYN and FIN", 0x03, true),
        flagged("SYN and ACK", 0x12, true),
        flagged("SYN with ECE and CWR", 0xc2, true));
  }

  private static List<Vector> tcp() {
    byte[] fromZero = Frames.request().from(TestDirector.CLIENT, 0).tcp(TcpHeader.SYN);
    byte[] sentFromZero = atServer().from(TestDirector.CLIENT, 0).tcp(TcpHeader.SYN);
    byte[] ack = Frames.request().tcp(TcpHeader.ACK);
    byte[] sent = atServer().tcp(TcpHeader.SYN);
    return List.of(
        Vector.nat("TCP cut", Frames.cut(SYN, 39), "tcp_truncated"),
        Vector.nat("port 0", Frames.request().to(TestDirector.VIP, 0).tcp(2), "passed"),
        Vector.nat("from port 0", fromZero, "forwarded").toServer(sentFromZero),
        Vector.nat("data offset 0", Frames.with(SYN, TCP + 12, 0), "forwarded")
            .toServer(Frames.with(sent, TCP + 12, 0)),
        Vector.nat("data offset beyond", Frames.with(SYN, TCP + 12, 0xf0), "forwarded")
            .toServer(Frames.with(sent, TCP + 12, 0xf0)),
        Vector.nat("data offset 0 is not reset", Frames.with(ack, TCP + 12, 0), "consumed"),
        Vector.nat("data offset beyond is not reset", Frames.with(ack, TCP + 12, 0xf0), "consumed"),
        Vector.nat("a wrong checksum is not reset", Frames.with(ack, TCP + 16, 0, 0), "consumed"));
  }

  private static FrameBuilder datagram() {
    return Frames.request().to(TestDirector.VIP, 53).payload(5);
  }

  private static FrameBuilder datagramAtServer() {
    return Frames.routed().to(TestDirector.SERVER, 5353).payload(5);
  }

  /** What a length field says is the server's business, as for IPVS. */
  private static Vector length(String name, int length) {
    int field = TCP + 4;
    byte[] in = Frames.with(datagram().udp(), field, length >> 8, length);
    byte[] out = Frames.with(datagramAtServer().udp(), field, length >> 8, length);
    return Vector.nat(name, in, "forwarded").toServer(out);
  }

  private static List<Vector> udp() {
    byte[] unsummed =
        Frames.with(Frames.requestV6().to(TestDirector.VIP_V6, 53).payload(5).udp(), 60, 0, 0);
    byte[] summed = Frames.routedV6().to(TestDirector.SERVER_V6, 5353).payload(5).udp();
    return List.of(
        Vector.nat("UDP cut", Frames.cut(datagram().udp(), 27), "udp_truncated"),
        length("length 0", 0),
        length("length 7", 7),
        length("length beyond the packet", 14),
        length("length 65535", 65535),
        Vector.nat("to port 0", datagram().to(TestDirector.VIP, 0).udp(), "passed"),
        Vector.nat("no checksum over IPv6", unsummed, "forwarded").toServer(summed));
  }

  private static Vector chunks(String name, int... chunks) {
    return Vector.nat(name, Frames.sctp(Frames.request(), chunks), "forwarded")
        .toServer(Frames.sctp(atServer(), chunks));
  }

  private static List<Vector> sctp() {
    byte[] abort = Frames.sctp(Frames.request(), 6, 0, 0, 4);
    byte[] data = Frames.sctp(Frames.request(), 0, 3, 0, 17, 1);
    return List.of(
        Vector.nat("SCTP cut in its header", Frames.cut(abort, 31), "sctp_truncated"),
        Vector.nat("SCTP cut in its chunk", Frames.cut(abort, 35), "sctp_truncated"),
        chunks("INIT of length 0", 1, 0, 0, 0),
        chunks("INIT of length 3", 1, 0, 0, 3),
        chunks("INIT beyond the packet", 1, 0, 255, 255),
        chunks("INIT with ABORT behind it", 1, 0, 0, 4, 6, 0, 0, 4),
        Vector.nat("DATA of nobody's association", data, "consumed")
            .toClient(Frames.toldClient(TestDirector.VIP, 3, 2, 0, data)),
        Vector.nat("ABORT of nobody's association", abort, "consumed")
            .toClient(Frames.toldClient(TestDirector.VIP, 3, 2, 0, abort)));
  }

  private static Vector quoting(String name, byte[] quote) {
    byte[] sent = atServer().tcp(TcpHeader.SYN);
    return Vector.nat("before: " + name, SYN, "forwarded")
        .toServer(sent)
        .fromClient(Frames.icmp(Frames.request(), 3, 1, 0, quote))
        .ends("passed");
  }

  private static List<Vector> quotes() {
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    byte[] error = Frames.packet(Frames.icmp(Frames.answered(), 3, 1, 0, reply));
    byte[] v6 = Frames.packet(Frames.requestV6().tcp(TcpHeader.ACK));
    return List.of(
        quoting("a quote of nothing", new byte[0]),
        quoting("half an IP header", Arrays.copyOf(reply, 19)),
        quoting("no ports", Arrays.copyOf(reply, 20)),
        quoting("half the ports", Arrays.copyOf(reply, 23)),
        quoting("a header longer than the quote", Frames.with(reply, 0, 0x4f)),
        quoting("IHL 0 in a quote", Frames.with(reply, 0, 0x40)),
        quoting("IPv6 in IPv4", v6),
        quoting("an error about an error", error),
        quoting("an error about a later fragment", Frames.with(reply, 6, 0, 1)),
        quoting("another protocol", Frames.with(reply, 9, 17)),
        quoting("another client", Frames.with(reply, 16, 192, 0, 2, 8)),
        quoting("what the client sent", Frames.packet(SYN)),
        quoting("noise", new byte[548]));
  }

  private static List<Vector> icmp() {
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    byte[] replyV6 =
        Frames.packet(
            Frames.requestV6().from(TestDirector.VIP_V6, 80).to(TestDirector.CLIENT_V6, 1).tcp(16));
    List<Vector> types =
        Stream.of(0, 5, 8, 9, 10, 12, 13, 17, 30, 255).map(type -> typed(type, reply)).toList();
    List<Vector> typesV6 =
        Stream.of(0, 1, 2, 127, 128, 133, 137, 255).map(type -> typedV6(type, replyV6)).toList();
    Vector cut = Vector.nat("ICMP cut", Frames.cut(SYN_AS_ICMP, 27), "icmp_truncated");
    return Stream.of(types, typesV6, List.of(cut, forged())).flatMap(List::stream).toList();
  }

  private static final byte[] SYN_AS_ICMP =
      Frames.icmp(Frames.request(), 3, 1, 0, Frames.packet(SYN));

  private static Vector typed(int type, byte[] data) {
    byte[] frame = Frames.icmp(Frames.request(), type, 0, 0, data);
    return Vector.nat("ICMP type " + type, frame, "passed");
  }

  private static Vector typedV6(int type, byte[] data) {
    byte[] frame = Frames.icmp(Frames.requestV6(), type, 0, 0, data);
    return Vector.nat("ICMPv6 type " + type, frame, "passed");
  }

  /** Under the VIP's name it would reach somebody who never asked: it is routed as it is. */
  private static Vector forged() {
    byte[] sent = atServer().tcp(TcpHeader.SYN);
    FrameBuilder toAnother = Frames.reply(0).to("192.0.2.8", 0);
    FrameBuilder routed = Frames.answered().from(TestDirector.SERVER, 0).to("192.0.2.8", 0);
    return Vector.nat("an error to another than the client that it quotes", SYN, "forwarded")
        .toServer(sent)
        .fromServer(Frames.icmp(toAnother, 3, 1, 0, Frames.packet(sent)))
        .ends("forwarded")
        .toClient(Frames.icmp(routed, 3, 1, 0, Frames.packet(sent)));
  }

  /** Errors about tunnels that were never there, from this host's own address. */
  private static List<Vector> tunnels() {
    byte[] inner = Frames.packet(SYN);
    return List.of(
        tunnel("IPIP with a cut packet", 4, Arrays.copyOf(inner, 19)),
        tunnel("IPIP with nothing", 4, new byte[0]),
        tunnel("IPIP with another's packet", 4, inner),
        tunnel("GRE cut", 47, Frames.octets(0, 0, 8)),
        tunnel("GRE with flags and no more", 47, Frames.octets(0x80, 0, 8, 0)),
        tunnel("GRE with all flags", 47, Frames.octets(255, 255, 8, 0, 0, 0, 0, 0)),
        tunnel("GUE cut", 17, Frames.octets(0x80, 0, 0x17, 0xc0, 0, 11, 0, 0, 0, 4, 0)),
        tunnel(
            "GUE with 31 words", 17, Frames.octets(0x80, 0, 0x17, 0xc0, 0, 12, 0, 0, 31, 4, 0, 0)));
  }

  private static Vector tunnel(String name, int protocol, byte[] payload) {
    FrameBuilder outer =
        Frames.routed().from("10.1.0.254", 0).to(TestDirector.SERVER, 0).payload(payload.length);
    byte[] packet = Frames.packet(Frames.lying(outer.udp(), Frames.IP + 9, protocol));
    byte[] quote = Arrays.copyOf(packet, 20 + payload.length);
    System.arraycopy(payload, 0, quote, 20, payload.length);
    FrameBuilder ends = Frames.request().to("10.1.0.254", 0);
    return Vector.nat(name, Frames.icmp(ends, 3, 4, 1400, quote), "passed");
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void eachHasItsVerdict(Vector vector) {
    vector.run();
  }
}
