package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jvs.engine.DirectorOptions;
import jvs.service.ServerSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames cut at every length: what lies behind their end never matters. */
class TruncationTest {
  private static final List<String> CUT =
      List.of(
          "ethernet_truncated",
          "ipv4_truncated",
          "ipv4_header_length",
          "ipv4_total_length",
          "ipv6_truncated",
          "ipv6_payload_length",
          "arp_truncated");

  static Stream<byte[]> frames() {
    byte[] tcp = Frames.request().payload(9).tcp(TcpHeader.SYN);
    byte[] reply = Frames.packet(Frames.answered().tcp(TcpHeader.ACK));
    byte[] tcpV6 = Frames.requestV6().tcp(TcpHeader.SYN);
    FrameBuilder tunnelled = Frames.reply(0).to("10.1.0.254", 0);
    return Stream.of(
        tcp,
        Frames.request().to(TestDirector.VIP, 53).payload(9).udp(),
        Frames.sctp(Frames.request(), 1, 0, 0, 4, 6, 0, 0, 4),
        Frames.icmp(Frames.request(), 3, 1, 0, reply),
        Frames.icmp(tunnelled, 3, 4, 1400, Frames.packet(Frames.reply(8080).tcp(0))),
        Frames.icmp(Frames.requestV6(), 1, 0, 0, Frames.packet(tcpV6)),
        Frames.options(tcp, 7, 7, 4, 0, 0, 0, 0, 0),
        Frames.extended(
            Frames.extended(tcpV6, 60, 6, 0, 1, 4, 0, 0, 0, 0), 0, 6, 0, 1, 4, 0, 0, 0, 0),
        Frames.fragment(tcp, 0, 24, true),
        Frames.tagged(Frames.tagged(tcp, 0x8100, 1), 0x88a8, 2),
        Arrays.copyOf(
            Frames.arp(Frames.BROADCAST, 1, TestDirector.ROUTER_MAC, "10.0.0.254", "10.0.0.1"),
            42));
  }

  private static TestDirector lab() {
    TestDirector lab = new TestDirector(DirectorOptions.of(1000, 1), Forwarders.all(), 1);
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    return lab;
  }

  @ParameterizedTest
  @MethodSource("frames")
  void everyCutIsFound(byte[] frame) {
    try (TestDirector lab = lab()) {
      for (int length = 0; length < frame.length; length++) {
        Map<String, Long> ends = ends(lab, Arrays.copyOf(frame, length), 0);
        assertTrue(CUT.contains(ends.keySet().iterator().next()), "cut to " + length + ": " + ends);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void whatLiesBehindAFrameNeverMatters(byte[] frame) {
    try (TestDirector one = lab();
        TestDirector other = lab()) {
      for (int length = 0; length <= frame.length; length++) {
        for (byte[] cut : cuts(frame, length)) {
          assertEquals(ends(one, cut, 0), ends(other, cut, 0xff), "cut to " + length);
        }
      }
    }
  }

  /** Cut without and with lengths that say so. */
  private static List<byte[]> cuts(byte[] frame, int length) {
    byte[] cut = Arrays.copyOf(frame, length);
    int bytes = length - Frames.IP;
    if (length >= Frames.TRANSPORT && frame[12] == 8 && frame[13] == 0) {
      return List.of(cut, Frames.cut(frame, bytes));
    }
    if (length >= Frames.TRANSPORT_V6 && frame[13] == (byte) 0xdd) {
      int payload = length - Frames.TRANSPORT_V6;
      return List.of(cut, Frames.with(cut, Frames.IP + 4, payload >> 8, payload));
    }
    return List.of(cut);
  }

  /** How a frame ends that lies in front of memory full of {@code behind}, and what it causes. */
  private static Map<String, Long> ends(TestDirector lab, byte[] frame, int behind) {
    byte[] noise = new byte[4096];
    Arrays.fill(noise, (byte) behind);
    lab.fromClient(noise);
    Map<String, Long> before = lab.director.frameCounters();
    List<byte[]> sent = lab.fromClient(frame);
    Map<String, Long> ends = lab.director.frameCounters();
    ends.replaceAll((label, count) -> count - before.getOrDefault(label, 0L));
    ends.remove("received");
    ends.values().removeIf(count -> count == 0);
    Stream.concat(sent.stream(), lab.clientSide.drain().stream())
        .forEach(out -> ends.merge(HexFormat.of().formatHex(out), 1L, Long::sum));
    return ends;
  }
}
