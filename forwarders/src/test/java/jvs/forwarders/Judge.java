package jvs.forwarders;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jvs.engine.DirectorOptions;
import jvs.route.NeighbourTable;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.DropReason;
import jvs.wire.IpAddress;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Watches a director with services of every method while any frames whatever come in, and says what
 * must not happen.
 *
 * <ul>
 *   <li>No bug: nothing ends as {@code internal_error}, and every frame has exactly one ending.
 *   <li>No frame leaves to an address that is neither a server's, nor that of a client of a known
 *       flow, nor where the frame came from or would have gone, nor of a fragment that waited in
 *       vain.
 *   <li>What was right comes out right: IP headers always, the rest if it came so.
 * </ul>
 */
final class Judge implements AutoCloseable {
  /** An address of this host, where a server is. */
  static final String OWN = "10.0.0.1";

  private static final int TUNNELS = 6;
  private static final int FTP = 21;
  private static final int SIP = 5060;
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");
  private static final IpAddress ROUTER_V6 = IpAddress.parse("fd00::fe");
  private static final IpAddress SERVER = IpAddress.parse(TestDirector.SERVER);
  private static final IpAddress SERVER_V6 = IpAddress.parse(TestDirector.SERVER_V6);

  final TestDirector lab =
      new TestDirector(DirectorOptions.of(10_000, 1), Forwarders.all(), 4, true);
  private final Set<String> servers = Set.of(key(TestDirector.SERVER), key(TestDirector.SERVER_V6));
  private final Set<String> own =
      Stream.of(TestDirector.VIP, TestDirector.VIP_V6, OWN, "10.1.0.254", "fd00:1::fffe")
          .map(Judge::key)
          .collect(Collectors.toSet());
  private final Set<String> clients = new HashSet<>();
  private final Set<String> fragmentSenders = new HashSet<>();
  private long connections;

  Judge() {
    for (String vip : List.of(TestDirector.VIP, TestDirector.VIP_V6)) {
      IpAddress address = IpAddress.parse(vip);
      serve(address, ServiceKey.TCP, 80, 8080, ServerSpec.of(ServerSpec.MASQ, 1));
      serve(address, ServiceKey.SCTP, 80, 8080, ServerSpec.of(ServerSpec.MASQ, 1));
      serve(address, ServiceKey.UDP, 53, 5353, ServerSpec.of(ServerSpec.MASQ, 1));
      serve(address, ServiceKey.TCP, 85, 85, ServerSpec.of(ServerSpec.ROUTE, 1));
      for (int i = 0; i < TUNNELS; i++) {
        int flags = i % 2 == 0 || i == 1 ? 0 : ServerSpec.TUNNEL_CHECKSUM;
        ServerSpec tunnel = new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, i / 2, 6080, flags);
        serve(address, ServiceKey.TCP, 90 + i, 90 + i, tunnel);
      }
      serve(address, ServiceKey.TCP, FTP, FTP, ServerSpec.of(ServerSpec.MASQ, 1));
      ServiceSpec calls = specification(address, ServiceSpec.PERSISTENT, "sip");
      serve(address, ServiceKey.UDP, SIP, SIP, ServerSpec.of(ServerSpec.MASQ, 1), calls);
      serveByFullNat(address);
    }
    serveLocally();
    lab.director.networkChanged(
        TestDirector.network(true, TestDirector.route("fd00:5::", 64, 1, ROUTER_V6)));
    lab.director.setSysctl("schedule_icmp", "1");
    lab.director.setSysctl("sloppy_sctp", "1");
    lab.director.setSysctl("nat_icmp_send", "1");
  }

  private static ServiceSpec specification(IpAddress vip, int flags, String engine) {
    return new ServiceSpec("first", flags, flags == 0 ? 0 : 60, vip.isV4() ? -1 : 128, engine);
  }

  private void serve(IpAddress vip, int protocol, int port, int serverPort, ServerSpec server) {
    serve(vip, protocol, port, serverPort, server, specification(vip, 0, ""));
  }

  private void serve(
      IpAddress vip, int protocol, int port, int serverPort, ServerSpec server, ServiceSpec how) {
    ServiceKey service = ServiceKey.of(protocol, vip, port);
    String address = vip.isV4() ? TestDirector.SERVER : TestDirector.SERVER_V6;
    lab.director.newService(service, how);
    lab.director.newServer(service, new ServerKey(IpAddress.parse(address), serverPort), server);
  }

  private void serveByFullNat(IpAddress vip) {
    ServerSpec method = ServerSpec.of(ServerSpec.FULLNAT, 1);
    String local = vip.isV4() ? FullNatVectorsTest.LOCAL : FullNatVectorsTest.LOCAL_V6;
    serve(vip, ServiceKey.TCP, 86, 8086, method);
    serve(vip, ServiceKey.TCP, 87, 8087, method, specification(vip, ServiceSpec.PROXY_V2, ""));
    serve(vip, ServiceKey.UDP, 54, 5354, method);
    for (ServiceKey service :
        List.of(
            ServiceKey.of(ServiceKey.TCP, vip, 86),
            ServiceKey.of(ServiceKey.TCP, vip, 87),
            ServiceKey.of(ServiceKey.UDP, vip, 54))) {
      lab.director.newLocalAddress(service, IpAddress.parse(local));
    }
  }

  /** Servers on this host, one translated and one not. */
  private void serveLocally() {
    IpAddress vip = IpAddress.parse(TestDirector.VIP);
    for (int port : List.of(88, 89)) {
      int method = port == 88 ? ServerSpec.MASQ : ServerSpec.ROUTE;
      ServiceKey service = ServiceKey.of(ServiceKey.TCP, vip, port);
      lab.director.newService(service, ServiceSpec.of("first"));
      lab.director.newServer(
          service, new ServerKey(IpAddress.parse(OWN), port), ServerSpec.of(method, 1));
    }
  }

  private static String key(String address) {
    return key(IpAddress.parse(address));
  }

  private static String key(IpAddress address) {
    return new String(address.octets(), StandardCharsets.ISO_8859_1);
  }

  /** A frame comes in; complains about what must not happen. */
  void watch(Vector.Arrival arrival) {
    byte[] frame = arrival.frame();
    long bugs = lab.worker.counters().droppedFrames(DropReason.INTERNAL_ERROR);
    lab.port(arrival.side()).inject(frame, arrival.vnetHeader());
    lab.worker.doWork();
    ParsedFrame in = ParsedFrame.of(frame);
    if (in != null && in.isFragment) {
      fragmentSenders.add(in.source);
    }
    if (lab.worker.counters().droppedFrames(DropReason.INTERNAL_ERROR) != bugs) {
      throw complaint("internal_error", arrival, frame);
    }
    long known = lab.director.workerTotals().get(0).connections();
    if (known != connections && in != null) {
      clients.add(in.source);
      clients.add(quotedDestination(frame));
      connections = known;
    }
    for (Vector.Side side : Vector.Side.values()) {
      lab.port(side).drainWithHeaders().forEach(out -> check(in, arrival, out, side));
    }
    introduce();
  }

  /** Whom an ICMP error's quoted packet was for: with schedule_icmp it opens connections. */
  private static String quotedDestination(byte[] frame) {
    byte[] padded = Arrays.copyOf(frame, Math.max(frame.length, 200));
    boolean isV4 = padded[12] == 8 && padded[13] == 0;
    int quoted = isV4 ? Frames.IP + (padded[Frames.IP] & 15) * 4 + 8 : Frames.TRANSPORT_V6 + 8;
    int from = quoted + (isV4 ? 16 : 24);
    return new String(padded, from, isV4 ? 4 : 16, StandardCharsets.ISO_8859_1);
  }

  private void check(
      @Nullable ParsedFrame in, Vector.Arrival arrival, byte[] octets, Vector.Side side) {
    byte[] vnetHeader = Arrays.copyOf(octets, VnetHeader.LENGTH);
    byte[] sent = Arrays.copyOfRange(octets, VnetHeader.LENGTH, octets.length);
    ParsedFrame out = ParsedFrame.of(sent);
    if (out == null) {
      boolean isArp = sent.length == 60 && sent[12] == 8 && sent[13] == 6;
      if (!isArp) {
        throw complaint("neither IP nor ARP", arrival, sent);
      }
      return;
    }
    boolean isLate = out.isReassemblyTimeExceeded() && fragmentSenders.contains(out.destination);
    boolean isOwn = isLate || out.isNeighbourSolicitation();
    if (!isOwn && (in == null || !isExpected(in, out, arrival.side(), side))) {
      throw complaint("to a stranger", arrival, sent);
    }
    if (!out.isHeaderRight) {
      throw complaint("wrong IP header", arrival, sent);
    }
    boolean isRight =
        in != null
            && in.isMatchedBy(arrival.vnetHeader())
            && isRight(arrival.frame(), arrival.vnetHeader());
    boolean isSuperFrame = vnetHeader[1] != 0;
    if (isRight && !in.isFragment && !isSuperFrame && !isRight(sent, vnetHeader)) {
      throw complaint("right in, wrong out", arrival, sent);
    }
  }

  /** Whether it is right when the card has done what is left to it. */
  private static boolean isRight(byte[] frame, byte[] vnetHeader) {
    ParsedFrame finished = ParsedFrame.of(frame, vnetHeader);
    return finished != null && finished.isRight();
  }

  private boolean isExpected(ParsedFrame in, ParsedFrame out, Vector.Side from, Vector.Side side) {
    boolean isBack = out.destination.equals(in.source);
    boolean isSame = out.destination.equals(in.destination);
    // A router's error about what a NAT server got is routed in the host's stead.
    boolean isRouted =
        isSame && (servers.contains(in.source) || from == Vector.Side.HOST || in.isIcmp());
    if (isBack || isRouted) {
      return true;
    }
    return switch (side) {
      case CLIENT -> clients.contains(out.destination) || isOfKnownFlow(out.destination);
      case SERVER ->
          servers.contains(out.destination)
              || own.contains(out.destination)
              || isOfKnownFlow(out.destination);
      case HOST -> own.contains(out.destination);
    };
  }

  /** Whom FTP's commands name may be anybody. */
  private boolean isOfKnownFlow(String address) {
    Set<String> ends = new HashSet<>();
    lab.director.connections(
        row -> {
          ends.add(key(row.clientAddress()));
          ends.add(key(row.serverAddress()));
        });
    return ends.contains(address);
  }

  private static AssertionError complaint(String what, Vector.Arrival in, byte[] out) {
    HexFormat hex = HexFormat.of();
    String header = hex.formatHex(in.vnetHeader());
    String frame = hex.formatHex(in.frame());
    return new AssertionError(
        "%s: in %s %s %s, out %s".formatted(what, in.side(), header, frame, hex.formatHex(out)));
  }

  /** Neighbours that ARP of all kinds cannot shake. */
  private void introduce() {
    NeighbourTable neighbours = lab.director.neighbours();
    neighbours.learn(1, ROUTER, TestDirector.ROUTER_MAC, lab.nowMillis, false);
    neighbours.learn(1, ROUTER_V6, TestDirector.ROUTER_MAC, lab.nowMillis, false);
    neighbours.learn(2, SERVER, TestDirector.SERVER_MAC, lab.nowMillis, false);
    neighbours.learn(2, SERVER_V6, TestDirector.SERVER_MAC, lab.nowMillis, false);
  }

  /** Services without a connection so far, or without a reply where their replies pass. */
  List<String> unreached() {
    return lab.director.services().stream()
        .filter(entry -> entry.statistics().connections() == 0 || !isReplied(entry))
        .map(entry -> entry.key().toString())
        .toList();
  }

  private boolean isReplied(ServiceEntry entry) {
    return entry.statistics().outPackets() > 0
        || lab.director.servers(entry.key()).stream()
            .noneMatch(
                server ->
                    server.spec().method() == ServerSpec.MASQ
                        || server.spec().method() == ServerSpec.FULLNAT);
  }

  /** Ends what waits and complains if the endings are not as many as the frames. */
  void settle() {
    lab.nowMillis += 10_000;
    lab.worker.doWork();
    lab.counted("received");
    lab.serverSide.drain();
    lab.clientSide.drain();
    lab.hostSide.drain();
  }

  @Override
  public void close() {
    lab.close();
  }
}
