package jvs.forwarders;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tunnels, frame by frame: 4in4, 6in4, 4in6, 6in6, GRE; GUE's port is in TunnellingTest. */
class TunnellingVectorsTest {
  private static final String ETHERNET = "020000000201" + "020000000101";
  private static final String ENDS = "0a0100fe" + "0a010001";
  private static final String ENDS_V6 =
      "fd00000100000000000000000000fffe" + "fd000001000000000000000000000001";
  private static final byte[] SYN = Frames.request().tcp(TcpHeader.SYN);
  private static final byte[] SYN_V6 = Frames.requestV6().tcp(TcpHeader.SYN);
  private static final String INNER = inner(Frames.routed().tcp(TcpHeader.SYN));
  private static final String INNER_V6 = inner(Frames.routedV6().tcp(TcpHeader.SYN));

  static Stream<Vector> vectors() {
    return Stream.of(families(), methods(), fields(), errors()).flatMap(List::stream);
  }

  private static String inner(byte[] frame) {
    return HexFormat.of().formatHex(Frames.packet(frame));
  }

  private static byte[] octets(String... hex) {
    return HexFormat.of().parseHex(ETHERNET + String.join("", hex));
  }

  private static Vector serve(String name, String vip, String server, int type, int flags) {
    ServiceKey service = ServiceKey.of(ServiceKey.TCP, IpAddress.parse(vip), 80);
    ServerSpec spec = new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, type, 6080, flags);
    return Vector.of(name).serves(service, server, 80, spec);
  }

  private static Vector ipip(String name) {
    return serve(name, TestDirector.VIP, TestDirector.SERVER, ServerSpec.TUNNEL_IPIP, 0);
  }

  private static List<Vector> families() {
    int ipip = ServerSpec.TUNNEL_IPIP;
    String v4 = TestDirector.SERVER;
    String v6 = TestDirector.SERVER_V6;
    return List.of(
        serve("4in4", TestDirector.VIP, v4, ipip, 0)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(octets("0800", "4500003c000040003f0426be", ENDS, INNER)),
        serve("6in4", TestDirector.VIP_V6, v4, ipip, 0)
            .fromClient(SYN_V6)
            .ends("forwarded")
            .toServer(Frames.summed(octets("0800", "45000050000000003f290000", ENDS, INNER_V6))),
        serve("4in6", TestDirector.VIP, v6, ipip, 0)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(octets("86dd", "600000000028043f", ENDS_V6, INNER)),
        serve("6in6", TestDirector.VIP_V6, v6, ipip, 0)
            .fromClient(SYN_V6)
            .ends("forwarded")
            .toServer(octets("86dd", "60000000003c293f", ENDS_V6, INNER_V6)));
  }

  private static List<Vector> methods() {
    String vip = TestDirector.VIP;
    String server = TestDirector.SERVER;
    int gre = ServerSpec.TUNNEL_GRE;
    int summed = ServerSpec.TUNNEL_CHECKSUM;
    byte[] withSum = octets("0800", "45000044000040003f2f0000", ENDS, "8000080000000000", INNER);
    Frames.putChecksum(withSum, 38, 34, withSum.length);
    return List.of(
        serve("gre", vip, server, gre, 0)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(octets("0800", "45000040000040003f2f268f", ENDS, "00000800", INNER)),
        serve("gre with a checksum", vip, server, gre, summed)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(Frames.summed(withSum)));
  }

  private static List<Vector> fields() {
    byte[] congested = Frames.lying(SYN, Frames.IP + 1, 0xb7);
    byte[] routed = Frames.lying(Frames.routed().tcp(TcpHeader.SYN), Frames.IP + 1, 0xb7);
    byte[] large = Frames.request().payload(1441).tcp(TcpHeader.SYN);
    byte[] quoted = Frames.routed().payload(1441).tcp(TcpHeader.SYN);
    byte[] tagged = octets("8100", "0007", "0800", "4500003c000040003f0426be", ENDS, INNER);
    return List.of(
        ipip("congestion experienced becomes capable outside")
            .fromClient(congested)
            .ends("forwarded")
            .toServer(
                Frames.summed(octets("0800", "45b6003c000040003f040000", ENDS, inner(routed)))),
        ipip("one byte too many is told")
            .fromClient(large)
            .ends("fragmentation_needed")
            .toClient(Frames.toldClient(TestDirector.VIP, 3, 4, 1480, quoted)),
        ipip("a tag stays outside")
            .fromClient(Frames.tagged(SYN, 0x8100, 7))
            .ends("forwarded")
            .toServer(tagged));
  }

  private static List<Vector> errors() {
    byte[] sent = octets("0800", "4500003c000040003f0426be", ENDS, INNER);
    FrameBuilder ends = Frames.reply(0).from("10.1.0.9", 0).to("10.1.0.254", 0);
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    byte[] outer = Frames.icmp(Frames.routed(), 3, 1, 0, reply);
    byte[] wrapped = octets("0800", "45000058000040003f040000", ENDS, inner(outer));
    byte[] told = Frames.toldClient(TestDirector.VIP, 3, 1, 0, Frames.routed().tcp(TcpHeader.SYN));
    return List.of(
        ipip("an error about the tunnel's packet is told to the client")
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(sent)
            .fromServer(Frames.icmp(ends, 3, 1, 0, Frames.packet(sent)))
            .ends("consumed")
            .toClient(told),
        ipip("an error about a reply goes through the tunnel")
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(sent)
            .fromClient(Frames.icmp(Frames.request(), 3, 1, 0, reply))
            .ends("forwarded")
            .toServer(Frames.summed(Arrays.copyOf(wrapped, wrapped.length))));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void wraps(Vector vector) {
    vector.run();
  }
}
