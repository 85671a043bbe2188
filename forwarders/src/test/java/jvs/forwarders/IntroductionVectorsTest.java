package jvs.forwarders;

import static jvs.forwarders.FullNatVectorsTest.LOCAL;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How FULLNAT tells servers of their clients: TCP option or PROXY protocol, frame by frame. */
class IntroductionVectorsTest {
  private static final int CLIENT_START = 0xffff_fff0;
  private static final int SERVER_START = 5000;
  private static final int[] TOA = {254, 8, 40000 >> 8, 40000 & 255, 192, 0, 2, 7};
  private static final int[] TIMESTAMP = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
  private static final byte[] PROXY = proxy(TestDirector.CLIENT, TestDirector.VIP, 0x11);
  private static final int PORT = 8080;

  static Stream<Vector> vectors() {
    return Stream.of(toa(), toaV6(), largeFrames(), proxy(), proxyNumbers(), proxyOdd())
        .flatMap(List::stream);
  }

  private static int[] toaOfV6() {
    byte[] client = IpAddress.parse(TestDirector.CLIENT_V6).octets();
    int[] option = new int[20];
    option[0] = 254;
    option[1] = 20;
    option[2] = 40000 >> 8;
    option[3] = 40000 & 255;
    for (int i = 0; i < client.length; i++) {
      option[4 + i] = client[i];
    }
    return option;
  }

  /** PROXY protocol, version 2, section 2.2. */
  private static byte[] proxy(String client, String vip, int family) {
    byte[] from = IpAddress.parse(client).octets();
    byte[] to = IpAddress.parse(vip).octets();
    int length = 2 * from.length + 4;
    byte[] header = Arrays.copyOf(Frames.octets(13, 10, 13, 10, 0, 13, 10), 16 + length);
    header[7] = 'Q';
    header[8] = 'U';
    header[9] = 'I';
    header[10] = 'T';
    header[11] = 10;
    header[12] = 0x21;
    header[13] = (byte) family;
    header[15] = (byte) length;
    System.arraycopy(from, 0, header, 16, from.length);
    System.arraycopy(to, 0, header, 16 + from.length, to.length);
    int ports = 16 + 2 * from.length;
    return Frames.with(header, ports, 40000 >> 8, 40000, 0, 80);
  }

  private static FrameBuilder request(int sequence, int acknowledgment) {
    return Frames.request().numbers(sequence, acknowledgment);
  }

  private static FrameBuilder sent(int sequence, int acknowledgment) {
    return FullNatVectorsTest.toServer(LOCAL, PORT).numbers(sequence, acknowledgment);
  }

  private static FrameBuilder reply(int sequence, int acknowledgment) {
    return FullNatVectorsTest.fromServer(LOCAL, PORT).numbers(sequence, acknowledgment);
  }

  private static FrameBuilder answered(int sequence, int acknowledgment) {
    return Frames.answered().numbers(sequence, acknowledgment);
  }

  private static int[] maximum(int bytes) {
    return new int[] {2, 4, bytes >> 8, bytes & 255};
  }

  /** After SYN and its answer, whose largest segment is lowered by {@code bytes}. */
  private static Vector shaken(String name, int bytes, int flags) {
    byte[] syn = Segments.options(request(CLIENT_START - 1, 0).tcp(TcpHeader.SYN), maximum(1460));
    byte[] sent = Segments.options(sent(CLIENT_START - 1, 0).tcp(TcpHeader.SYN), maximum(1460));
    return FullNatVectorsTest.open(name, TestDirector.TCP, LOCAL, PORT)
        .given(
            lab ->
                lab.director.setService(
                    TestDirector.TCP, new ServiceSpec("first", flags, 0, -1, "")))
        .fromClient(syn)
        .ends("forwarded")
        .toServer(sent)
        .fromServer(
            Segments.options(
                reply(SERVER_START - 1, CLIENT_START).tcp(Frames.SYN_ACK), maximum(1460)))
        .ends("forwarded")
        .toClient(
            Segments.options(
                answered(SERVER_START - 1, CLIENT_START).tcp(Frames.SYN_ACK),
                maximum(1460 - bytes)));
  }

  private static Vector byOption(String name) {
    return shaken(name, 8, 0);
  }

  private static Vector byProxy(String name) {
    return shaken(name, 28, ServiceSpec.PROXY_V2);
  }

  private static List<Vector> toa() {
    byte[] ack = request(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK);
    byte[] data = request(CLIENT_START, SERVER_START).payload(33).tcp(TcpHeader.ACK);
    byte[] later = request(CLIENT_START + 33, SERVER_START + 1).payload(5).tcp(TcpHeader.ACK);
    int[] full = new int[36];
    Arrays.fill(full, 1);
    byte[] crowded = Segments.options(data, full);
    return List.of(
        byOption("the ACK of the handshake and the first data carry the option, later data not")
            .fromClient(ack)
            .ends("forwarded")
            .toServer(Segments.options(sent(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK), TOA))
            .fromClient(data)
            .ends("forwarded")
            .toServer(
                Segments.options(
                    sent(CLIENT_START, SERVER_START).payload(33).tcp(TcpHeader.ACK), TOA))
            .fromClient(later)
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 33, SERVER_START + 1).payload(5).tcp(TcpHeader.ACK)),
        byOption("the option comes before the others")
            .fromClient(Segments.options(ack, TIMESTAMP))
            .ends("forwarded")
            .toServer(
                Segments.options(
                    Segments.options(
                        sent(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK), TIMESTAMP),
                    TOA)),
        byOption("without room for the option the segment goes without, and is counted")
            .fromClient(crowded)
            .ends("forwarded_unintroduced")
            .toServer(
                Segments.options(
                    sent(CLIENT_START, SERVER_START).payload(33).tcp(TcpHeader.ACK), full)),
        byOption("a reset goes without")
            .fromClient(request(CLIENT_START, SERVER_START).tcp(TcpHeader.RST | TcpHeader.ACK))
            .ends("forwarded")
            .toServer(sent(CLIENT_START, SERVER_START).tcp(TcpHeader.RST | TcpHeader.ACK)));
  }

  private static List<Vector> toaV6() {
    byte[] synAck = FullNatVectorsTest.fromServerV6(PORT).numbers(9, 1001).tcp(Frames.SYN_ACK);
    byte[] told = FullNatVectorsTest.answeredV6().numbers(9, 1001).tcp(Frames.SYN_ACK);
    return List.of(
        FullNatVectorsTest.openV6("the option of a client with an IPv6 address")
            .fromServer(Segments.options(synAck, maximum(1440)))
            .ends("forwarded")
            .toClient(Segments.options(told, maximum(1420)))
            .fromClient(Frames.requestV6().numbers(1001, 10).payload(3).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(
                Segments.options(
                    FullNatVectorsTest.toServerV6(PORT)
                        .numbers(1001, 10)
                        .payload(3)
                        .tcp(TcpHeader.ACK),
                    toaOfV6())));
  }

  /** Super-frames and unfinished checksums, as a sender's offloads make them. */
  private static List<Vector> largeFrames() {
    byte[] large = request(CLIENT_START, SERVER_START).payload(4000).tcp(TcpHeader.ACK);
    byte[] sent = sent(CLIENT_START, SERVER_START).payload(4000).tcp(TcpHeader.ACK);
    byte[] superFrame = Frames.octets(1, 1, 54, 0, 1400 & 255, 1400 >> 8, 34, 0, 16, 0);
    byte[] one = request(CLIENT_START, SERVER_START).payload(9).tcp(TcpHeader.ACK);
    byte[] sentOne = sent(CLIENT_START, SERVER_START).payload(9).tcp(TcpHeader.ACK);
    byte[] plain = Frames.octets(1, 0, 0, 0, 0, 0, 34, 0, 16, 0);
    return List.of(
        byOption("the option in a super-frame")
            .fromClient(unfinished(large), superFrame)
            .ends("forwarded")
            .toServer(unfinished(Segments.options(sent, TOA))),
        byOption("the option where the checksum is unfinished")
            .fromClient(unfinished(one), plain)
            .ends("forwarded")
            .toServer(unfinished(Segments.options(sentOne, TOA))),
        byProxy("the header in a super-frame")
            .fromClient(unfinished(large), superFrame)
            .ends("forwarded")
            .toServer(unfinished(Segments.payload(sent, PROXY))));
  }

  /** With only the pseudo-header's sum where the checksum belongs. */
  private static byte[] unfinished(byte[] frame) {
    int length = frame.length - Frames.TRANSPORT;
    int sum = Frames.sum(frame, Frames.IP + 12, Frames.TRANSPORT) + 6 + length;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = (sum & 0xffff) + (sum >>> 16);
    return Frames.with(frame, Frames.TRANSPORT + 16, sum >> 8, sum);
  }

  private static List<Vector> proxy() {
    byte[] ack = request(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK);
    byte[] told = Segments.payload(sent(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK), PROXY);
    byte[] data = request(CLIENT_START, SERVER_START).payload(33).tcp(TcpHeader.ACK);
    byte[] toldWithData =
        Segments.payload(sent(CLIENT_START, SERVER_START).payload(33).tcp(TcpHeader.ACK), PROXY);
    return List.of(
        byProxy("the header is sent until the server has it, everything else comes later")
            .fromClient(ack)
            .ends("forwarded")
            .toServer(told)
            .fromClient(data)
            .ends("forwarded")
            .toServer(toldWithData)
            .fromClient(request(CLIENT_START + 33, SERVER_START).payload(7).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 33 + 28, SERVER_START).payload(7).tcp(TcpHeader.ACK))
            .fromServer(reply(SERVER_START, CLIENT_START + 28).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answered(SERVER_START, CLIENT_START).tcp(TcpHeader.ACK))
            .fromClient(data)
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 28, SERVER_START).payload(33).tcp(TcpHeader.ACK))
            .fromServer(reply(SERVER_START, CLIENT_START + 28 + 40).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answered(SERVER_START, CLIENT_START + 40).tcp(TcpHeader.ACK)),
        byProxy("a server that speaks first gets the header with the ACK of the handshake")
            .fromClient(ack)
            .ends("forwarded")
            .toServer(told)
            .fromServer(reply(SERVER_START, CLIENT_START + 28).payload(9).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answered(SERVER_START, CLIENT_START).payload(9).tcp(TcpHeader.ACK))
            .fromClient(request(CLIENT_START, SERVER_START + 9).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 28, SERVER_START + 9).tcp(TcpHeader.ACK)));
  }

  private static List<Vector> proxyNumbers() {
    int[] gap = {1, 1, 5, 10};
    int[] edges = numbers(CLIENT_START + 128, CLIENT_START + 228);
    int[] shifted = numbers(CLIENT_START + 100, CLIENT_START + 200);
    return List.of(
        byProxy("selective acknowledgments, before and after the header is acknowledged")
            .fromClient(request(CLIENT_START, SERVER_START).payload(50).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(
                Segments.payload(
                    sent(CLIENT_START, SERVER_START).payload(50).tcp(TcpHeader.ACK), PROXY))
            .fromServer(
                Segments.options(
                    reply(SERVER_START, CLIENT_START).tcp(TcpHeader.ACK), joined(gap, edges)))
            .ends("forwarded")
            .toClient(
                Segments.options(
                    answered(SERVER_START, CLIENT_START).tcp(TcpHeader.ACK), joined(gap, shifted)))
            .fromServer(
                Segments.options(
                    reply(SERVER_START, CLIENT_START + 78).tcp(TcpHeader.ACK), joined(gap, edges)))
            .ends("forwarded")
            .toClient(
                Segments.options(
                    answered(SERVER_START, CLIENT_START + 50).tcp(TcpHeader.ACK),
                    joined(gap, shifted))),
        byProxy("beyond 2 GiB")
            .fromClient(request(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(Segments.payload(sent(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK), PROXY))
            .fromServer(reply(SERVER_START, CLIENT_START + 28).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answered(SERVER_START, CLIENT_START).tcp(TcpHeader.ACK))
            .fromClient(request(CLIENT_START + 0x9000_0000, SERVER_START).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 0x9000_001c, SERVER_START).tcp(TcpHeader.ACK))
            .fromServer(reply(SERVER_START, CLIENT_START + 0x9000_001c).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toClient(answered(SERVER_START, CLIENT_START + 0x9000_0000).tcp(TcpHeader.ACK)));
  }

  private static int[] numbers(int... values) {
    int[] octets = new int[values.length * 4];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = values[i / 4] >>> 24 - i % 4 * 8 & 255;
    }
    return octets;
  }

  private static int[] joined(int[] one, int[] other) {
    int[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }

  private static List<Vector> proxyOdd() {
    int finAck = TcpHeader.FIN | TcpHeader.ACK;
    byte[] headerV6 = proxy(TestDirector.CLIENT_V6, TestDirector.VIP_V6, 0x21);
    return List.of(
        byProxy("a client that says nothing but its end")
            .fromClient(request(CLIENT_START, SERVER_START).tcp(finAck))
            .ends("forwarded")
            .toServer(Segments.payload(sent(CLIENT_START, SERVER_START).tcp(finAck), PROXY)),
        byProxy("a reset after the header")
            .fromClient(request(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(Segments.payload(sent(CLIENT_START, SERVER_START).tcp(TcpHeader.ACK), PROXY))
            .fromClient(request(CLIENT_START, 0).tcp(TcpHeader.RST))
            .ends("forwarded")
            .toServer(sent(CLIENT_START + 28, 0).tcp(TcpHeader.RST)),
        byProxy("a reset instead of the handshake's end")
            .fromClient(request(CLIENT_START, 0).tcp(TcpHeader.RST))
            .ends("forwarded")
            .toServer(sent(CLIENT_START, 0).tcp(TcpHeader.RST)),
        FullNatVectorsTest.openV6("the header of a client with an IPv6 address")
            .given(
                lab ->
                    lab.director.setService(
                        FullNatVectorsTest.TCP_V6,
                        new ServiceSpec("first", ServiceSpec.PROXY_V2, 0, 128, "")))
            .fromClient(Frames.requestV6().numbers(1001, 10).tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(
                Segments.payload(
                    FullNatVectorsTest.toServerV6(PORT).numbers(1001, 10).tcp(TcpHeader.ACK),
                    headerV6)));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void introducesTheClient(Vector vector) {
    vector.run();
  }
}
