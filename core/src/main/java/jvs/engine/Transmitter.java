package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.SequenceAdjustment;
import jvs.route.Link;
import jvs.route.Neighbour;
import jvs.route.NextHop;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.wire.Checksum;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to its connection's server: route, TTL, MTU, forwarding method, out
 * (__ip_vs_get_out_rt and the ip_vs_*_xmit functions). One thread, its worker's.
 */
final class Transmitter {
  private static final int SMALLEST_MTU_V4 = 68;
  private static final int SMALLEST_MTU_V6 = 1280;
  private static final ServerSpec BYPASS = ServerSpec.of(ServerSpec.BYPASS, 0);

  private final @Nullable Forwarder[] forwarders;
  private final Settings settings;
  private final Outbound outbound;
  private final IcmpErrors errors;
  private final Segmenter segmenter = new Segmenter();
  private final PathMtus paths = new PathMtus();

  Transmitter(
      @Nullable Forwarder[] forwarders, Settings settings, Outbound outbound, IcmpErrors errors) {
    this.forwarders = forwarders.clone();
    this.settings = settings;
    this.outbound = outbound;
    this.errors = errors;
  }

  /** The method of a connection, null if it is not provided. */
  @Nullable Forwarder method(Connection connection) {
    return forwarders[connection.method()];
  }

  /** The way of a reply, or of an error about a request, to the client. */
  NextHop routeToClient(Connection connection, Packet packet) {
    return connection.isFullNat()
        ? outbound.lookup(connection.isV6(), connection.clientHigh(), connection.clientLow())
        : outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
  }

  /** What routers said about the paths to servers. */
  PathMtus paths() {
    return paths;
  }

  /** MTU of the path to a connection's server, 0 if there is none. */
  int pathMtu(Connection connection, long nowMillis) {
    NextHop hop =
        outbound.lookup(connection.isServerV6(), connection.serverHigh(), connection.serverLow());
    Link link = hop.link();
    return link == null
        ? 0
        : paths.of(connection.serverHigh(), connection.serverLow(), link.mtu(), nowMillis);
  }

  /**
   * Sends a request on.
   *
   * @param server the connection's, null for the packet's own destination (BYPASS)
   * @return a verdict
   */
  int send(Packet packet, Connection connection, @Nullable RealServer server, long nowMillis) {
    int method = connection.method();
    Forwarder forwarder = forwarders[method];
    if (forwarder == null) {
      return DropReason.METHOD_UNAVAILABLE.code();
    }
    ServerSpec spec = server == null ? BYPASS : server.spec();
    long serverHigh = connection.serverHigh();
    long serverLow = connection.serverLow();
    NextHop hop =
        server == null
            ? outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow())
            : outbound.lookup(connection.isServerV6(), serverHigh, serverLow);
    if (hop.isLocal()) {
      return deliver(packet, connection, forwarder, spec, hop, nowMillis);
    }
    if (hop.link() == null) {
      errors.hostUnreachable(packet, nowMillis);
      return DropReason.NO_ROUTE.code();
    }
    if (packet.timeToLive() <= 1) {
      errors.timeExceeded(packet, nowMillis);
      return DropReason.TTL_EXCEEDED.code();
    }
    packet.decrementTimeToLive();
    boolean isTunnel = method == ServerSpec.TUNNEL;
    int pathMtu = paths.of(serverHigh, serverLow, hop.link().mtu(), nowMillis);
    int mtu = pathMtu - forwarder.overheadBytes(connection, spec);
    if (isTunnel && mtu < (connection.isServerV6() ? SMALLEST_MTU_V6 : SMALLEST_MTU_V4)) {
      return DropReason.TUNNEL_IMPOSSIBLE.code();
    }
    boolean copiesDontFragment = settings.discoversPathMtu;
    if (HostStack.isTooBig(packet, mtu) && mustNotFragment(packet, isTunnel)) {
      errors.tooBig(packet, mtu, nowMillis);
      return DropReason.FRAGMENTATION_NEEDED.code();
    }
    if (isTunnel && segmenter.canSplit(packet)) {
      return sendSegments(packet, connection, forwarder, spec, hop, pathMtu, nowMillis);
    }
    if (packet.isTcp() && SequenceAdjustment.concerns(connection)) {
      SequenceAdjustment.request(packet, connection);
    }
    int reason = forwarder.request(packet, connection, spec, hop.source(), copiesDontFragment);
    if (reason > 0) {
      return reason;
    }
    // Asked before the frame has our addresses.
    boolean isReturned = method == ServerSpec.ROUTE && isFrom(packet, hop);
    int verdict = outbound.forward(packet, hop, pathMtu, nowMillis, true);
    if (verdict != Verdict.FORWARDED) {
      return verdict;
    }
    if (reason == Forwarder.UNINTRODUCED) {
      return Verdict.UNINTRODUCED;
    }
    return isReturned ? Verdict.RETURNED : Verdict.FORWARDED;
  }

  private static boolean isFrom(Packet packet, NextHop hop) {
    Neighbour neighbour = hop.neighbour();
    return neighbour != null && neighbour.mac() == packet.ethernet().source();
  }

  /**
   * Hands a request to the host's own stack, which no router is before: neither TTL nor MTU count,
   * and only translation changes the packet (LocalNode).
   */
  private int deliver(
      Packet packet,
      Connection connection,
      Forwarder forwarder,
      ServerSpec spec,
      NextHop hop,
      long nowMillis) {
    if (packet.isIcmp() && packet.icmp().isFragmentationNeeded() && packet.isV4()) {
      int mtu = packet.icmp().rest() & 0xffff;
      paths.learn(connection.clientHigh(), connection.clientLow(), mtu, nowMillis);
    }
    if (connection.isMasquerading()) {
      if (isLoopback(connection) || (hop.neighbour() == null && !packet.isUdp())) {
        return DropReason.LOCAL_SERVER.code();
      }
      if (packet.isTcp() && SequenceAdjustment.concerns(connection)) {
        SequenceAdjustment.request(packet, connection);
      }
      int reason = forwarder.request(packet, connection, spec, null, false);
      if (reason != 0) {
        return reason;
      }
    }
    if (hop.neighbour() == null) {
      return DropReason.LOCAL_SERVER.code();
    }
    if (packet.largestFragment() == 0) {
      return outbound.forward(packet, hop, nowMillis);
    }
    // The host has the whole of it, as in the kernel, and now: its place may be taken soon.
    packet.reassembledFrom(0);
    int verdict = outbound.forward(packet, hop, nowMillis);
    outbound.flush();
    return verdict;
  }

  /**
   * Makes the packet say again whom the client asked. The error that a local server's port answers
   * is translated on its way out, but the transport checksum that it quotes is not
   * (ip_vs_nat_icmp).
   */
  void forgetTranslation(Packet packet, Connection connection) {
    if (!connection.isMasquerading() || !packet.isUdp()) {
      return;
    }
    long high = packet.destinationHigh();
    long low = packet.destinationLow();
    if (packet.isV4()) {
      int before = packet.ipv4().destination();
      packet.ipv4().destination((int) low);
      packet.ipv4().updateChecksum(Checksum.delta32(before, (int) low));
    } else {
      packet.ipv6().destination(high, low);
    }
    packet.udp().destinationPort(packet.destinationPort());
  }

  /**
   * Sends a local server's reply on. The host does not learn what fits: what routers say it keeps
   * for a route without ports, while these packets come by rules with ports. So TCP segments are
   * split here.
   */
  int sendFromHost(Packet packet, Connection connection, NextHop hop, long nowMillis) {
    Link link = hop.link();
    if (link == null) {
      return DropReason.NO_ROUTE.code();
    }
    int mtu = paths.of(connection.clientHigh(), connection.clientLow(), link.mtu(), nowMillis);
    if (!HostStack.isTooBig(packet, mtu) || !segmenter.canSplit(packet, mtu)) {
      return outbound.forward(packet, hop, mtu, nowMillis, true);
    }
    while (segmenter.hasNext()) {
      Packet segment = segmenter.next(packet, outbound.newFrame());
      int verdict = outbound.forward(segment, hop, mtu, nowMillis, false);
      if (verdict > 0) {
        return verdict;
      }
    }
    return Verdict.FORWARDED;
  }

  /** Nobody from outside may talk to 127.0.0.0/8 or ::1. */
  private static boolean isLoopback(Connection connection) {
    return connection.isServerV6()
        ? connection.serverHigh() == 0 && connection.serverLow() == 1
        : connection.serverLow() >>> 24 == 127;
  }

  /** Sends a super-frame's segments; its verdict is that of the first that goes wrong. */
  private int sendSegments(
      Packet packet,
      Connection connection,
      Forwarder forwarder,
      ServerSpec spec,
      NextHop hop,
      int pathMtu,
      long nowMillis) {
    while (segmenter.hasNext()) {
      Packet segment = segmenter.next(packet, outbound.newFrame());
      int verdict =
          forwarder.request(segment, connection, spec, hop.source(), settings.discoversPathMtu);
      if (verdict == 0) {
        verdict = outbound.forward(segment, hop, pathMtu, nowMillis, false);
      }
      if (verdict > 0) {
        return verdict;
      }
    }
    return Verdict.FORWARDED;
  }

  private boolean mustNotFragment(Packet packet, boolean isTunnel) {
    return packet.isV6()
        || (packet.ipv4().dontFragment() && (!isTunnel || settings.discoversPathMtu));
  }
}
