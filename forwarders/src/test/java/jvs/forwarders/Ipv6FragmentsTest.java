package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import jvs.route.NetworkState;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** IPv6 fragments in, fragments out; and those of tunnels over IPv6. */
class Ipv6FragmentsTest {
  private static final int IDENTIFICATION = 77;
  private static final int FRAGMENT_HEADER = Frames.TRANSPORT_V6;
  private static final String ROUTER = "fd00::fe";

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder request() {
    return Frames.requestV6().to(TestDirector.VIP_V6, 53);
  }

  private static FrameBuilder atServer() {
    return Frames.routedV6().to(TestDirector.SERVER_V6, 5353);
  }

  private void serve(ServerSpec server) {
    serve(TestDirector.VIP_V6, server);
  }

  private void serve(String vip, ServerSpec server) {
    ServiceKey service = ServiceKey.of(ServiceKey.UDP, IpAddress.parse(vip), 53);
    int netmask = service.address().isV4() ? -1 : 128;
    lab.director.newService(service, new ServiceSpec("first", 0, 0, netmask, ""));
    int port = server.method() == ServerSpec.MASQ ? 5353 : 53;
    lab.director.newServer(
        service, new ServerKey(IpAddress.parse(TestDirector.SERVER_V6), port), server);
  }

  /** The client's network, which the director does not know by itself. */
  private void routeToClient() {
    NetworkState network =
        TestDirector.network(true, TestDirector.route("fd00:5::", 64, 1, IpAddress.parse(ROUTER)));
    lab.director.networkChanged(network);
    lab.director
        .neighbours()
        .learn(1, IpAddress.parse(ROUTER), TestDirector.ROUTER_MAC, lab.nowMillis, false);
  }

  private List<byte[]> send(List<byte[]> frames) {
    List<byte[]> sent = new ArrayList<>();
    frames.forEach(frame -> sent.addAll(lab.fromClient(frame)));
    return sent;
  }

  private static int identification(byte[] fragment) {
    return ByteBuffer.wrap(fragment).getInt(FRAGMENT_HEADER + 4);
  }

  private static void assertFrames(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(hex(expected), hex(actual));
  }

  private static String hex(List<byte[]> frames) {
    return String.join("\n", frames.stream().map(HexFormat.of()::formatHex).toList());
  }

  @Test
  void followTheirFirstInAnyOrderAndLeaveAsLargeAsTheyCame() {
    serve(ServerSpec.of(ServerSpec.MASQ, 1));
    long seed = 6;
    Random random = new Random(seed);

    for (int i = 0; i < 50; i++) {
      int size = 8 * (1 + random.nextInt(180));
      List<byte[]> fragments = Frames.fragmentsV6(request().payload(3000).udp(), i, size);
      Collections.shuffle(fragments, random);

      List<byte[]> sent = send(fragments);

      byte[] expected = atServer().payload(3000).udp();
      assertFrames(Frames.fragmentsV6(expected, identification(sent.getFirst()), size), sent);
    }
    assertEquals(50, lab.counted("forwarded"));
  }

  @Test
  void ofRepliesComeFromTheVip() {
    serve(ServerSpec.of(ServerSpec.MASQ, 1));
    routeToClient();
    lab.fromClient(request().udp());
    byte[] reply =
        Frames.reply(0)
            .from(TestDirector.SERVER_V6, 5353)
            .to(TestDirector.CLIENT_V6, 40000)
            .payload(1992)
            .udp();
    byte[] answer =
        Frames.answered()
            .from(TestDirector.VIP_V6, 53)
            .to(TestDirector.CLIENT_V6, 40000)
            .payload(1992)
            .udp();

    List<byte[]> sent = new ArrayList<>();
    Frames.fragmentsV6(reply, IDENTIFICATION, 1400).forEach(f -> sent.addAll(lab.fromServer(f)));

    assertFrames(Frames.fragmentsV6(answer, identification(sent.getFirst()), 1400), sent);
  }

  @Test
  void reachServersByDirectRoutingUnchangedButTheirIdentification() {
    serve(ServerSpec.of(ServerSpec.ROUTE, 1));
    byte[] expected = request().payload(1992).udp();
    List<byte[]> sent = send(Frames.fragmentsV6(expected, IDENTIFICATION, 1448));

    byte[] routed = Frames.routedV6().to(TestDirector.VIP_V6, 53).payload(1992).udp();
    assertFrames(Frames.fragmentsV6(routed, identification(sent.getFirst()), 1448), sent);
  }

  @Test
  void keepTheHeadersBeforeTheirFragmentHeader() {
    serve(ServerSpec.of(ServerSpec.ROUTE, 1));
    byte[] routed = Frames.routedV6().to(TestDirector.VIP_V6, 53).payload(1992).udp();

    List<byte[]> sent = send(optioned(request().payload(1992).udp(), IDENTIFICATION));

    assertFrames(
        optioned(routed, ByteBuffer.wrap(sent.getFirst()).getInt(FRAGMENT_HEADER + 12)), sent);
  }

  /** With hop-by-hop options of padding. */
  private static List<byte[]> optioned(byte[] whole, int identification) {
    return Frames.fragmentsV6(whole, identification, 1000).stream()
        .map(piece -> Frames.extended(piece, 0, 0, 0, 1, 4, 0, 0, 0, 0))
        .toList();
  }

  @Test
  void travelThroughTunnelsOnceTheyFit() {
    serve(ServerSpec.of(ServerSpec.TUNNEL, 1));
    byte[] datagram = request().payload(1992).udp();

    List<byte[]> sent = send(Frames.fragmentsV6(datagram, IDENTIFICATION, 1408));

    List<Integer> lengths = sent.stream().map(frame -> frame.length - Frames.IP).toList();
    assertEquals(List.of(1456, 40 + 8 + 40 + 2000 - 1408), lengths);
    byte[] inner = Arrays.copyOf(request().timeToLive(63).payload(1992).udp(), datagram.length);
    byte[] whole = new byte[datagram.length - Frames.IP];
    int place = 0;
    for (byte[] frame : sent) {
      int from = FRAGMENT_HEADER + 8;
      System.arraycopy(frame, from, whole, place, frame.length - from);
      place += frame.length - from;
    }
    assertFrames(List.of(Frames.packet(inner)), List.of(whole));
  }

  @Test
  void aloneAreNoFragments() {
    serve(ServerSpec.of(ServerSpec.MASQ, 1));
    byte[] datagram = request().payload(40).udp();

    List<byte[]> sent = lab.fromClient(Frames.fragmentV6(datagram, 1, 0, 48, false));

    assertFrames(List.of(atServer().payload(40).udp()), sent);
  }

  @Test
  void tooLargeForTheNextLinkAreReportedToTheClient() {
    serve(ServerSpec.of(ServerSpec.TUNNEL, 1));
    routeToClient();

    List<byte[]> sent = send(Frames.fragmentsV6(request().payload(1992).udp(), 1, 1448));

    byte[] told = lab.clientSide.drain().getFirst();
    assertEquals(List.of(), sent);
    assertEquals(2, told[Frames.TRANSPORT_V6]);
    assertEquals(1460, ByteBuffer.wrap(told).getInt(Frames.TRANSPORT_V6 + 4));
    assertEquals(1, lab.counted("fragmentation_needed"));
  }

  @Test
  void theSenderLearnsWhenTimeIsUp() {
    serve(ServerSpec.of(ServerSpec.MASQ, 1));
    routeToClient();
    byte[] first = Frames.fragmentV6(request().payload(1992).udp(), 1, 0, 1000, true);
    byte[] late = Frames.fragmentV6(request().payload(1992).udp(), 2, 1000, 2000, false);
    send(List.of(first, late));

    lab.nowMillis += 60_000;
    routeToClient(); // whose router was heard of just now
    lab.worker.doWork();

    FrameBuilder ends =
        Frames.answered().from(TestDirector.VIP_V6, 0).to(TestDirector.CLIENT_V6, 0).timeToLive(64);
    byte[] told = Frames.icmp(ends, 3, 1, 0, Frames.packet(first));
    assertFrames(List.of(told), lab.clientSide.drain());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void ofPacketsInTunnelsOverIpv6AreTheOuterOnes(int type) {
    serve(TestDirector.VIP, new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, type, 6080, 0));
    byte[] datagram =
        Frames.request().to(TestDirector.VIP, 53).dontFragment(false).payload(1472).udp();

    List<byte[]> sent = lab.fromClient(datagram);

    assertEquals(2, sent.size());
    int overhead = new int[] {0, 12, 4}[type];
    assertEquals(Frames.IP + 1496, sent.getFirst().length);
    assertEquals(Frames.IP + 48 + overhead + 1500 - 1448, sent.getLast().length);
    assertEquals(identification(sent.getFirst()), identification(sent.getLast()));
    assertEquals(1, lab.counted("forwarded"));
  }
}
