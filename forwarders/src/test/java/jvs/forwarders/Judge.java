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
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.DropReason;
import jvs.wire.IpAddress;

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
  private static final int TUNNELS = 6;
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");
  private static final IpAddress SERVER = IpAddress.parse(TestDirector.SERVER);
  private static final IpAddress SERVER_V6 = IpAddress.parse(TestDirector.SERVER_V6);

  final TestDirector lab = new TestDirector(DirectorOptions.of(10_000, 1), Forwarders.all(), 4);
  private final Set<String> servers = Set.of(key(TestDirector.SERVER), key(TestDirector.SERVER_V6));
  private final Set<String> own =
      Stream.of(TestDirector.VIP, TestDirector.VIP_V6, "10.0.0.1", "10.1.0.254", "fd00:1::fffe")
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
    }
    lab.director.setSysctl("schedule_icmp", "1");
    lab.director.setSysctl("sloppy_sctp", "1");
    lab.director.setSysctl("nat_icmp_send", "1");
  }

  private void serve(IpAddress vip, int protocol, int port, int serverPort, ServerSpec server) {
    ServiceKey service = ServiceKey.of(protocol, vip, port);
    int netmask = vip.isV4() ? -1 : 128;
    String address = vip.isV4() ? TestDirector.SERVER : TestDirector.SERVER_V6;
    lab.director.newService(service, new ServiceSpec("first", 0, 0, netmask, ""));
    lab.director.newServer(service, new ServerKey(IpAddress.parse(address), serverPort), server);
  }

  private static String key(String address) {
    return new String(IpAddress.parse(address).octets(), StandardCharsets.ISO_8859_1);
  }

  /** A frame comes in; complains about what must not happen. */
  void watch(boolean isFromClient, byte[] frame) {
    long bugs = lab.worker.counters().droppedFrames(DropReason.INTERNAL_ERROR);
    (isFromClient ? lab.clientSide : lab.serverSide).inject(frame);
    lab.worker.doWork();
    ParsedFrame in = ParsedFrame.of(frame);
    if (in != null && in.isFragment) {
      fragmentSenders.add(in.source);
    }
    if (lab.worker.counters().droppedFrames(DropReason.INTERNAL_ERROR) != bugs) {
      throw complaint("internal_error", frame, frame);
    }
    long known = lab.director.workerTotals().get(0).connections();
    if (known != connections && in != null) {
      clients.add(in.source);
      clients.add(quotedDestination(frame));
      connections = known;
    }
    lab.serverSide.drain().forEach(out -> check(in, frame, out, false));
    lab.clientSide.drain().forEach(out -> check(in, frame, out, true));
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

  private void check(ParsedFrame in, byte[] frame, byte[] sent, boolean isToClients) {
    ParsedFrame out = ParsedFrame.of(sent);
    if (out == null) {
      boolean isArp = sent.length == 60 && sent[12] == 8 && sent[13] == 6;
      if (!isArp) {
        throw complaint("neither IP nor ARP", frame, sent);
      }
      return;
    }
    boolean isLate = out.isReassemblyTimeExceeded() && fragmentSenders.contains(out.destination);
    if (!isLate && (in == null || !isExpected(in, out, isToClients))) {
      throw complaint("to a stranger", frame, sent);
    }
    if (!out.isHeaderRight) {
      throw complaint("wrong IP header", frame, sent);
    }
    if (in != null && in.isRight() && !in.isFragment && !out.isRight()) {
      throw complaint("right in, wrong out", frame, sent);
    }
  }

  private boolean isExpected(ParsedFrame in, ParsedFrame out, boolean isToClients) {
    boolean isBack = out.destination.equals(in.source);
    boolean isRouted = out.destination.equals(in.destination) && servers.contains(in.source);
    if (isToClients) {
      return isBack || isRouted || clients.contains(out.destination);
    }
    return isBack || isRouted || servers.contains(out.destination) || own.contains(out.destination);
  }

  private static AssertionError complaint(String what, byte[] in, byte[] out) {
    HexFormat hex = HexFormat.of();
    return new AssertionError(what + ": in " + hex.formatHex(in) + ", out " + hex.formatHex(out));
  }

  /** Neighbours that ARP of all kinds cannot shake. */
  private void introduce() {
    NeighbourTable neighbours = lab.director.neighbours();
    neighbours.learn(1, ROUTER, TestDirector.ROUTER_MAC, lab.nowMillis, false);
    neighbours.learn(2, SERVER, TestDirector.SERVER_MAC, lab.nowMillis, false);
    neighbours.learn(2, SERVER_V6, TestDirector.SERVER_MAC, lab.nowMillis, false);
  }

  /** Ends what waits and complains if the endings are not as many as the frames. */
  void settle() {
    lab.nowMillis += 10_000;
    lab.worker.doWork();
    lab.counted("received");
    lab.serverSide.drain();
    lab.clientSide.drain();
  }

  @Override
  public void close() {
    lab.close();
  }
}
