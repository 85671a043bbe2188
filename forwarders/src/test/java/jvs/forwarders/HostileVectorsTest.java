package jvs.forwarders;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jvs.wire.FrameBuilder;
import jvs.wire.TcpHeader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frames that lie, layer by layer, each with its verdict: links, ARP, IPv4, IPv6, addresses.
 * Transport, ICMP and fragments are in the classes beside this one.
 */
class HostileVectorsTest {
  private static final byte[] SYN = Frames.request().tcp(TcpHeader.SYN);
  private static final byte[] SYN_V6 = Frames.requestV6().tcp(TcpHeader.SYN);
  private static final byte[] SENT =
      Frames.routed().to(TestDirector.SERVER, 8080).tcp(TcpHeader.SYN);
  private static final byte[] SENT_V6 =
      Frames.routedV6().to(TestDirector.SERVER_V6, 8080).tcp(TcpHeader.SYN);
  private static final int IP = Frames.IP;

  static Stream<Vector> vectors() {
    return Stream.of(links(), tags(), arp(), lengths(), options(), ipv6(), extensions())
        .flatMap(List::stream);
  }

  static Stream<Vector> addresses() {
    return Stream.of(martians(), martiansV6(), groups()).flatMap(List::stream);
  }

  private static List<Vector> links() {
    byte[] toAnother = Frames.request().macs(1, 2).tcp(TcpHeader.SYN);
    byte[] toAll = Frames.request().macs(1, Frames.BROADCAST).tcp(TcpHeader.SYN);
    byte[] toGroup = Frames.request().macs(1, 0x0100_5e63_0001L).tcp(TcpHeader.SYN);
    return List.of(
        Vector.nat("an empty frame", new byte[0], "ethernet_truncated"),
        Vector.nat("a runt", Arrays.copyOf(SYN, 13), "ethernet_truncated"),
        Vector.nat("an IEEE 802.3 length for a type", Frames.with(SYN, 12, 0, 40), "passed"),
        Vector.nat("an unknown type", Frames.with(SYN, 12, 0x88, 0xcc), "passed"),
        Vector.nat("IPv4 that is called IPv6", Frames.with(SYN, 12, 0x86, 0xdd), "ipv6_version"),
        Vector.nat("IPv6 that is called IPv4", Frames.with(SYN_V6, 12, 8, 0), "ipv4_version"),
        Vector.nat("for another station", toAnother, "passed"),
        Vector.nat("for all stations", toAll, "passed"),
        Vector.nat("for a group of stations", toGroup, "passed"));
  }

  private static List<Vector> tags() {
    byte[] one = Frames.tagged(SYN, 0x8100, 0);
    byte[] two = Frames.tagged(one, 0x88a8, 7);
    byte[] three = Frames.tagged(two, 0x8100, 7);
    return List.of(
        Vector.nat("a tag that is cut", Arrays.copyOf(one, 17), "ethernet_truncated"),
        Vector.nat("an inner tag that is cut", Arrays.copyOf(two, 21), "ethernet_truncated"),
        Vector.nat("a tag with nothing behind it", Arrays.copyOf(one, 18), "ipv4_truncated"),
        Vector.nat("three tags", three, "passed"),
        Vector.nat("a priority tag", one, "forwarded").toServer(Frames.tagged(SENT, 0x8100, 0)));
  }

  private static List<Vector> arp() {
    byte[] ask =
        Frames.arp(Frames.BROADCAST, 1, TestDirector.ROUTER_MAC, "10.0.0.254", TestDirector.VIP);
    byte[] told =
        Frames.arp(
            TestDirector.ROUTER_MAC,
            2,
            TestDirector.CLIENT_SIDE_MAC,
            TestDirector.VIP,
            "10.0.0.254");
    byte[] answer = Frames.with(told, 32, 2, 0, 0, 0, 0, 0xfe);
    return List.of(
        Vector.nat("arp cut", Arrays.copyOf(ask, 41), "arp_truncated"),
        Vector.ownVip("arp for the VIP", ask, "consumed").toClient(answer),
        Vector.ownVip("arp of another hardware", Frames.with(ask, 14, 0, 6), "passed"),
        Vector.ownVip("arp of another protocol", Frames.with(ask, 16, 8, 6), "passed"),
        Vector.ownVip("arp with lengths that lie", Frames.with(ask, 18, 8, 16), "passed"),
        Vector.ownVip("arp of operation 0", Frames.with(ask, 20, 0, 0), "passed"),
        Vector.ownVip("arp of operation 65535", Frames.with(ask, 20, 255, 255), "passed"),
        Vector.ownVip("arp from nobody", Frames.with(ask, 28, 0, 0, 0, 0), "passed"),
        Vector.ownVip("arp that claims the server is elsewhere", claim(), "passed")
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(SENT));
  }

  /** Says on the client's side that the server lives there. */
  private static byte[] claim() {
    return Frames.arp(Frames.BROADCAST, 2, 0x0200_0000_0666L, TestDirector.SERVER, "10.0.0.1");
  }

  private static List<Vector> lengths() {
    byte[] evil = Frames.lying(SYN, IP + 6, 0xc0, 0);
    return List.of(
        Vector.nat("version 0", Frames.lying(SYN, IP, 0x05), "ipv4_version"),
        Vector.nat("version 6 in an IPv4 frame", Frames.lying(SYN, IP, 0x65), "ipv4_version"),
        Vector.nat("IHL 0", Frames.with(SYN, IP, 0x40), "ipv4_header_length"),
        Vector.nat("IHL 4", Frames.with(SYN, IP, 0x44), "ipv4_header_length"),
        Vector.nat("IHL beyond the frame", Frames.with(SYN, IP, 0x4f), "ipv4_header_length"),
        Vector.nat("IHL beyond total length", longHeader(), "ipv4_total_length"),
        Vector.nat("total length 0", Frames.lying(SYN, IP + 2, 0, 0), "ipv4_total_length"),
        Vector.nat("total length 19", Frames.lying(SYN, IP + 2, 0, 19), "ipv4_total_length"),
        Vector.nat("total length 20", Frames.lying(SYN, IP + 2, 0, 20), "tcp_truncated"),
        Vector.nat("total length 39", Frames.lying(SYN, IP + 2, 0, 39), "tcp_truncated"),
        Vector.nat("one byte missing", Frames.lying(SYN, IP + 2, 0, 41), "ipv4_total_length"),
        Vector.nat("65535 bytes", Frames.lying(SYN, IP + 2, 255, 255), "ipv4_total_length"),
        Vector.nat("checksum 0", Frames.with(SYN, IP + 10, 0, 0), "ipv4_checksum"),
        Vector.nat("checksum 65535", Frames.with(SYN, IP + 10, 255, 255), "ipv4_checksum"),
        Vector.nat("protocol 0", Frames.lying(SYN, IP + 9, 0), "passed"),
        Vector.nat("protocol 255", Frames.lying(SYN, IP + 9, 255), "passed"),
        Vector.nat("the evil bit", evil, "forwarded").toServer(Frames.lying(SENT, IP + 6, 0xc0, 0)),
        Vector.nat("TTL 0", Frames.lying(SYN, IP + 8, 0), "ttl_exceeded")
            .toClient(Frames.toldClient(TestDirector.VIP, 11, 0, 0, Frames.lying(SYN, IP + 8, 0))));
  }

  private static byte[] longHeader() {
    return Frames.with(Frames.request().payload(40).tcp(TcpHeader.SYN), IP, 0x4f, 0, 0, 40);
  }

  private static Vector malformedOption(String name, int... options) {
    return Vector.nat(name, Frames.options(SYN, options), "ipv4_options");
  }

  private static Vector option(String name, int[] options, int[] sent) {
    return Vector.nat(name, Frames.options(SYN, options), "forwarded")
        .toServer(Frames.options(SENT, sent));
  }

  private static List<Vector> options() {
    int[] ends = {0, 0xff, 0xff, 0xff};
    int[] none = {1, 1, 1, 0};
    int[] full = {7, 7, 8, 1, 2, 3, 4, 0};
    int[] alert = {148, 4, 0, 0};
    return List.of(
        malformedOption("an option of length 0", 7, 0, 0, 0),
        malformedOption("an option of length 1", 7, 1, 0, 0),
        malformedOption("an option beyond the header", 7, 5, 4, 0),
        malformedOption("an option without its length", 1, 1, 1, 7),
        malformedOption("a record route without room for its pointer", 7, 2, 0, 0),
        malformedOption("a record route that points at itself", 7, 7, 3, 0, 0, 0, 0, 0),
        malformedOption("a record route that points past its end", 7, 7, 6, 0, 0, 0, 0, 0),
        malformedOption("a timestamp too short", 68, 3, 5, 0),
        malformedOption("a timestamp that points at itself", 68, 8, 4, 0, 0, 0, 0, 0),
        malformedOption("a loose source route", 131, 7, 4, 10, 1, 0, 9, 0),
        malformedOption("a strict source route", 137, 7, 4, 10, 1, 0, 9, 0),
        option("what lies behind the end of options", ends, ends),
        option("nothing but no operation", none, none),
        option("a record route that is full", full, full),
        option("a router alert", alert, alert));
  }

  private static List<Vector> ipv6() {
    byte[] last = Frames.with(SYN_V6, IP + 7, 1);
    return List.of(
        Vector.nat("IPv6 cut", Arrays.copyOf(SYN_V6, IP + 39), "ipv6_truncated"),
        Vector.nat("version 4 in an IPv6 frame", Frames.with(SYN_V6, IP, 0x45), "ipv6_version"),
        Vector.nat("version 15", Frames.with(SYN_V6, IP, 0xf0), "ipv6_version"),
        Vector.nat("payload 0", Frames.with(SYN_V6, IP + 4, 0, 0), "tcp_truncated"),
        Vector.nat("payload 19", Frames.with(SYN_V6, IP + 4, 0, 19), "tcp_truncated"),
        Vector.nat("payload 21", Frames.with(SYN_V6, IP + 4, 0, 21), "ipv6_payload_length"),
        Vector.nat("payload 65535", Frames.with(SYN_V6, IP + 4, 255, 255), "ipv6_payload_length"),
        Vector.nat("IPv6 padding", Arrays.copyOf(SYN_V6, 90), "forwarded").toServer(SENT_V6),
        Vector.nat("flow label", Frames.with(SYN_V6, IP, 0x6f, 0xff, 0xff, 0xff), "forwarded")
            .toServer(Frames.with(SENT_V6, IP, 0x6f, 0xff, 0xff, 0xff)),
        Vector.nat("hop limit 1 from where no way leads back", last, "ttl_exceeded"),
        Vector.nat("ICMP in IPv6", Frames.with(SYN_V6, IP + 6, 1), "passed"),
        Vector.nat("ICMPv6 in IPv4", Frames.lying(SYN, IP + 9, 58), "passed"),
        Vector.nat("no next header", Frames.with(SYN_V6, IP + 6, 59), "passed"),
        Vector.nat("ESP", Frames.with(SYN_V6, IP + 6, 50), "passed"),
        Vector.nat("AH", Frames.with(SYN_V6, IP + 6, 51), "passed"));
  }

  private static List<Vector> extensions() {
    int[] padding = {6, 0, 1, 4, 0, 0, 0, 0};
    int[] beyond = {6, 4, 1, 4, 0, 0, 0, 0};
    int[] longest = {6, 255, 1, 4, 0, 0, 0, 0};
    byte[] eight = SYN_V6;
    byte[] eightSent = SENT_V6;
    for (int i = 0; i < 8; i++) {
      eight = Frames.extended(eight, 60, padding);
      eightSent = Frames.extended(eightSent, 60, padding);
    }
    byte[] inside = Frames.extended(SYN_V6, 0, 6, 2, 1, 4, 0, 0, 0, 0);
    byte[] headers = Arrays.copyOf(Frames.extended(SYN_V6, 0, padding), Frames.TRANSPORT_V6 + 8);
    byte[] half = Frames.with(Frames.extended(SYN_V6, 43, padding), IP + 4, 0, 7);
    return List.of(
        Vector.nat(
            "hop-by-hop beyond the packet", Frames.extended(SYN_V6, 0, beyond), "ipv6_extensions"),
        Vector.nat(
            "destination options of 2 KiB",
            Frames.extended(SYN_V6, 60, longest),
            "ipv6_extensions"),
        Vector.nat("a header that swallows TCP's", inside, "tcp_truncated"),
        Vector.nat("an extension and no more", Frames.with(headers, IP + 4, 0, 8), "tcp_truncated"),
        Vector.nat("half an extension", half, "ipv6_extensions"),
        Vector.nat("eight extensions", eight, "forwarded").toServer(eightSent),
        Vector.nat("nine extensions", Frames.extended(eight, 60, padding), "ipv6_extensions"));
  }

  private static Vector martian(String source) {
    FrameBuilder ends = source.contains(":") ? Frames.requestV6() : Frames.request();
    return Vector.nat("from " + source, ends.from(source, 7).tcp(TcpHeader.SYN), "martian_source");
  }

  private static List<Vector> martians() {
    return Stream.of(
            "0.0.0.0",
            "0.1.2.3",
            "127.0.0.1",
            "127.255.0.1",
            "224.0.0.1",
            "239.255.255.255",
            "255.255.255.255",
            "10.0.0.1",
            TestDirector.VIP)
        .map(HostileVectorsTest::martian)
        .toList();
  }

  private static List<Vector> martiansV6() {
    return Stream.of("::", "::1", "ff02::1", "ffff::1", "::ffff:192.0.2.1")
        .map(HostileVectorsTest::martian)
        .toList();
  }

  private static List<Vector> groups() {
    return Stream.of("224.0.0.1", "255.255.255.255", "10.0.0.255", "127.0.0.1", "0.0.0.0")
        .map(to -> Vector.nat("to " + to, Frames.request().to(to, 80).tcp(TcpHeader.SYN), "passed"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource({"vectors", "addresses"})
  void eachHasItsVerdict(Vector vector) {
    vector.run();
  }
}
