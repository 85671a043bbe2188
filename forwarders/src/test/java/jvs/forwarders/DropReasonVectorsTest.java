package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jvs.engine.DirectorOptions;
import jvs.engine.FailedFrame;
import jvs.flow.Connection;
import jvs.route.Route;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.spi.Forwarder;
import jvs.wire.DropReason;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every reason to drop a frame has a frame that is dropped for it. */
class DropReasonVectorsTest {
  private static final byte[] SYN = Frames.request().tcp(TcpHeader.SYN);
  private static final byte[] SYN_V6 = Frames.requestV6().tcp(TcpHeader.SYN);
  private static final byte[] DATAGRAM =
      Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(792).udp();
  private static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final IpAddress SERVER = IpAddress.parse(TestDirector.SERVER);

  static Stream<Vector> vectors() {
    return Stream.of(malformed(), fragments(), scheduling(), sending(), methods())
        .flatMap(List::stream);
  }

  private static Vector drops(DropReason reason, byte[] frame) {
    return nat(reason).fromClient(frame).ends(reason.label());
  }

  private static Vector nat(DropReason reason) {
    return Vector.of(reason.label())
        .serves(TestDirector.TCP, ServerSpec.of(ServerSpec.MASQ, 1), 8080)
        .serves(TestDirector.UDP, ServerSpec.of(ServerSpec.MASQ, 1), 5353);
  }

  private static Vector serves(DropReason reason, String server, int method) {
    ServiceKey service = server.contains(":") ? TCP_V6 : TestDirector.TCP;
    return Vector.of(reason.label()).serves(service, server, 80, ServerSpec.of(method, 1));
  }

  private static List<Vector> malformed() {
    byte[] sctp = Frames.sctp(Frames.request(), 1, 0, 0, 4);
    byte[] arp =
        Frames.arp(Frames.BROADCAST, 1, TestDirector.ROUTER_MAC, "10.0.0.254", TestDirector.VIP);
    byte[] truncatedUdp = Frames.cut(Frames.request().to(TestDirector.VIP, 53).udp(), 27);
    byte[] icmp = Frames.icmp(Frames.request(), 3, 1, 0, Frames.packet(SYN));
    return List.of(
        drops(DropReason.ETHERNET_TRUNCATED, Arrays.copyOf(SYN, 13)),
        drops(DropReason.IPV4_TRUNCATED, Arrays.copyOf(SYN, Frames.IP + 19)),
        drops(DropReason.IPV4_VERSION, Frames.lying(SYN, Frames.IP, 0x55)),
        drops(DropReason.IPV4_HEADER_LENGTH, Frames.with(SYN, Frames.IP, 0x44)),
        drops(DropReason.IPV4_TOTAL_LENGTH, Frames.lying(SYN, Frames.IP + 2, 0, 41)),
        drops(DropReason.IPV4_OPTIONS, Frames.options(SYN, 7, 0, 0, 0)),
        drops(DropReason.IPV4_CHECKSUM, Frames.with(SYN, Frames.IP + 10, 0, 0)),
        drops(
            DropReason.MARTIAN_SOURCE,
            Frames.request().from(TestDirector.VIP, 80).tcp(TcpHeader.SYN)),
        drops(DropReason.IPV6_TRUNCATED, Arrays.copyOf(SYN_V6, Frames.IP + 39)),
        drops(DropReason.IPV6_VERSION, Frames.with(SYN_V6, Frames.IP, 0x40)),
        drops(DropReason.IPV6_PAYLOAD_LENGTH, Frames.with(SYN_V6, Frames.IP + 4, 0, 21)),
        drops(DropReason.IPV6_EXTENSIONS, Frames.extended(SYN_V6, 0, 6, 9, 0, 0, 0, 0, 0, 0)),
        drops(DropReason.TCP_TRUNCATED, Frames.cut(SYN, 39)),
        drops(DropReason.UDP_TRUNCATED, truncatedUdp),
        drops(DropReason.SCTP_TRUNCATED, Frames.cut(sctp, 35)),
        drops(DropReason.ICMP_TRUNCATED, Frames.cut(icmp, 27)),
        drops(DropReason.ARP_TRUNCATED, Arrays.copyOf(arp, 41)));
  }

  private static List<Vector> fragments() {
    byte[] first = Frames.fragment(DATAGRAM, 0, 400, true);
    byte[] overlapping = Frames.fragment(DATAGRAM, 392, 800, false);
    byte[] alone = Frames.extended(SYN_V6, 44, 6, 0, 0, 0, 0, 0, 0, 1);
    byte[] twice = Frames.extended(alone, 44, 44, 0, 0, 0, 0, 0, 0, 2);
    return List.of(
        drops(DropReason.FRAGMENT, twice),
        drops(DropReason.FRAGMENT_INVALID, Frames.fragment(DATAGRAM, 0, 399, true)),
        nat(DropReason.FRAGMENT_DUPLICATE)
            .fromClient(first)
            .ends("consumed")
            .fromClient(first)
            .ends("fragment_duplicate"),
        nat(DropReason.FRAGMENT_OVERLAP)
            .fromClient(first)
            .ends("consumed")
            .fromClient(overlapping)
            .ends("fragment_overlap"));
  }

  private static List<Vector> scheduling() {
    byte[] second = Frames.request().from(TestDirector.CLIENT, 40001).tcp(TcpHeader.SYN);
    byte[] atServer = Frames.routed().to(TestDirector.SERVER, 80).tcp(TcpHeader.SYN);
    byte[] refused = Frames.toldClient(TestDirector.VIP, 3, 3, 0, SYN);
    ServiceSpec sip = new ServiceSpec("first", ServiceSpec.PERSISTENT, 60, -1, "sip");
    return List.of(
        serves(DropReason.SERVER_UNAVAILABLE, TestDirector.SERVER, ServerSpec.MASQ)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(atServer)
            .then(lab -> lab.director.deleteServer(TestDirector.TCP, new ServerKey(SERVER, 80)))
            .fromClient(SYN)
            .ends("server_unavailable"),
        Vector.of("no_server")
            .given(lab -> lab.director.newService(TestDirector.TCP, ServiceSpec.of("first")))
            .fromClient(SYN)
            .ends("no_server")
            .toClient(refused),
        serves(DropReason.NO_LOCAL_ADDRESS, TestDirector.SERVER, ServerSpec.FULLNAT)
            .fromClient(SYN)
            .ends("no_local_address")
            .toClient(refused),
        FullNatVectorsTest.open("no_local_port", TestDirector.TCP, FullNatVectorsTest.LOCAL, 80)
            .made(DirectorOptions.of(1 << 16, 1))
            .given(LocalPortsTest::takeAllPorts)
            .fromClient(SYN)
            .ends("no_local_port")
            .toClient(refused),
        serves(DropReason.CONNECTION_TABLE_FULL, TestDirector.SERVER, ServerSpec.MASQ)
            .made(DirectorOptions.of(1, 1))
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(atServer)
            .fromClient(Frames.request().tcp(TcpHeader.ACK))
            .ends("forwarded")
            .toServer(Frames.routed().to(TestDirector.SERVER, 80).tcp(TcpHeader.ACK))
            .fromClient(second)
            .ends("connection_table_full"),
        serves(DropReason.SCHEDULER_FAILED, TestDirector.SERVER, ServerSpec.MASQ)
            .given(lab -> lab.director.setService(TestDirector.TCP, ServiceSpec.of("thrower")))
            .fromClient(SYN)
            .ends("scheduler_failed")
            .toClient(refused),
        nat(DropReason.NO_CALL_ID)
            .given(lab -> lab.director.setService(TestDirector.UDP, sip))
            .fromClient(DATAGRAM)
            .ends("no_call_id"),
        nat(DropReason.DROP_PACKET_DEFENCE)
            .given(lab -> lab.director.setSysctl("am_droprate", "1"))
            .given(lab -> lab.director.setSysctl("drop_packet", "3"))
            .fromClient(SYN)
            .ends("drop_packet_defence"));
  }

  private static List<Vector> sending() {
    byte[] last = Frames.request().timeToLive(1).tcp(TcpHeader.SYN);
    byte[] large = Frames.request().payload(1461).tcp(TcpHeader.SYN);
    byte[] quoted = Frames.request().timeToLive(63).payload(1461).tcp(TcpHeader.SYN);
    Route unused = TestDirector.route("10.3.0.0", 24, 3, null);
    byte[] question =
        Frames.arp(Frames.BROADCAST, 1, TestDirector.SERVER_SIDE_MAC, "10.1.0.254", "10.1.0.9");
    byte[] error = Frames.icmp(Frames.request(), 3, 1, 0, Frames.packet(Frames.answered().tcp(16)));
    return List.of(
        drops(DropReason.TTL_EXCEEDED, last)
            .toClient(Frames.toldClient(TestDirector.VIP, 11, 0, 0, last)),
        drops(DropReason.FRAGMENTATION_NEEDED, large)
            .toClient(Frames.toldClient(TestDirector.VIP, 3, 4, 1500, quoted)),
        serves(DropReason.NO_ROUTE, "fd00:9::1", ServerSpec.ROUTE)
            .fromClient(SYN_V6)
            .ends("no_route"),
        serves(DropReason.NO_INTERFACE, "10.3.0.1", ServerSpec.ROUTE)
            .given(lab -> lab.director.networkChanged(TestDirector.network(true, unused)))
            .fromClient(SYN)
            .ends("no_interface"),
        serves(DropReason.NEIGHBOUR_UNREACHABLE, "10.1.0.9", ServerSpec.ROUTE)
            .fromClient(SYN)
            .toServer(question)
            .then(lab -> lab.nowMillis += 3000)
            .ends("neighbour_unreachable"),
        full(serves(DropReason.NEIGHBOUR_QUEUE_FULL, "10.1.0.9", ServerSpec.ROUTE), question),
        serves(DropReason.LOCAL_SERVER, "10.0.0.1", ServerSpec.ROUTE)
            .fromClient(SYN)
            .ends("local_server"),
        nat(DropReason.ICMP_CHECKSUM)
            .fromClient(SYN)
            .ends("forwarded")
            .toServer(Frames.routed().to(TestDirector.SERVER, 8080).tcp(TcpHeader.SYN))
            .fromClient(Frames.with(error, Frames.TRANSPORT + 2, 0, 0))
            .ends("icmp_checksum"),
        Vector.of("not_forwarded")
            .made(new DirectorOptions(100, true, false, 1, 8, 12))
            .serves(TestDirector.TCP, ServerSpec.of(ServerSpec.MASQ, 1), 8080)
            .fromClient(Frames.icmp(Frames.request(), 13, 0, 0, new byte[12]))
            .ends("not_forwarded"));
  }

  private static Vector full(Vector vector, byte[] question) {
    for (int port = 1001; port <= 1064; port++) {
      vector.fromClient(Frames.request().from(TestDirector.CLIENT, port).tcp(TcpHeader.SYN));
      if (port == 1001) {
        vector.toServer(question);
      }
    }
    return vector.fromClient(SYN).ends("neighbour_queue_full");
  }

  private static List<Vector> methods() {
    byte[] longest = Frames.request().payload(65_490).tcp(TcpHeader.SYN);
    byte[] ofUnknownKind = Frames.octets(0, 3, 0, 0, 100, 0, 0, 0, 0, 0);
    return List.of(
        serves(DropReason.TUNNEL_IMPOSSIBLE, TestDirector.SERVER, ServerSpec.TUNNEL)
            .given(lab -> lab.director.setSysctl("pmtu_disc", "0"))
            .fromClient(longest)
            .ends("tunnel_impossible"),
        serves(DropReason.SUPER_FRAME_IN_TUNNEL, TestDirector.SERVER, ServerSpec.TUNNEL)
            .fromClient(Frames.request().payload(4000).tcp(TcpHeader.SYN), ofUnknownKind)
            .ends("super_frame_in_tunnel"),
        serves(DropReason.METHOD_UNAVAILABLE, TestDirector.SERVER, ServerSpec.ROUTE)
            .methods()
            .fromClient(SYN)
            .ends("method_unavailable"),
        serves(DropReason.INTERNAL_ERROR, TestDirector.SERVER, ServerSpec.ROUTE)
            .methods(new Mistaken())
            .fromClient(SYN)
            .ends("internal_error"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void dropsWithItsReason(Vector vector) {
    vector.run();
  }

  @Test
  void everyReasonHasAVector() {
    Set<String> reached =
        vectors().flatMap(vector -> vector.labels().stream()).collect(Collectors.toSet());

    Set<String> missing =
        Arrays.stream(DropReason.values())
            .map(DropReason::label)
            .filter(label -> !reached.contains(label))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(), missing);
  }

  @Test
  void keepsTheFrameThatABugCosts() {
    try (TestDirector lab = new TestDirector(DirectorOptions.of(9, 1), List.of(new Mistaken()))) {
      lab.serve(TestDirector.TCP, ServerSpec.ROUTE, 80).fromClient(SYN);

      List<FailedFrame> kept = lab.director.failedFrames();

      assertEquals(1, kept.size());
      assertEquals(SYN.length, kept.get(0).length());
      byte[] asItWas = Frames.lying(kept.get(0).octets(), Frames.IP + 8, 64);
      assertArrayEquals(SYN, asItWas, "all but the TTL");
    }
  }

  /** A method with a bug. */
  private static final class Mistaken implements Forwarder {
    @Override
    public int method() {
      return ServerSpec.ROUTE;
    }

    @Override
    public int request(
        Packet packet,
        Connection connection,
        ServerSpec server,
        @Nullable IpAddress source,
        boolean copiesDontFragment) {
      throw new IllegalStateException("a bug of ours");
    }
  }
}
