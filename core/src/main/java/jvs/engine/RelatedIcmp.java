package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.route.NextHop;
import jvs.service.RealServer;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.table.VirtualService;
import jvs.wire.Checksum;
import jvs.wire.DropReason;
import jvs.wire.IcmpHeader;
import jvs.wire.Packet;
import jvs.wire.QuotedPacket;
import org.jspecify.annotations.Nullable;

/**
 * ICMP errors about packets of connections (ip_vs_in_icmp, ip_vs_out_icmp and their IPv6 kin).
 *
 * <pre>
 *   to the VIP, about a reply      ─► the server, by the connection's method
 *   to a client, about a request   ─► the client, from the VIP (NAT, FULLNAT)
 *   to this host, about a tunnel's ─► a new error to the client; TunnelErrors
 * </pre>
 *
 * <p>One thread, its worker's.
 */
final class RelatedIcmp {
  /** The packet is no error about a connection. */
  static final int UNRELATED = Integer.MIN_VALUE;

  private final ConnectionTable table;
  private final RealServers servers;
  private final Settings settings;
  private final TrafficCounters traffic;
  private final Transmitter transmitter;
  private final HostStack host;
  private final Outbound outbound;
  private final TunnelErrors tunnels;
  private final ConnectionFactory factory;
  private final FlowKey flow;
  private final Connection connection;

  RelatedIcmp(
      ConnectionTable table,
      RealServers servers,
      Settings settings,
      TrafficCounters traffic,
      Transmitter transmitter,
      HostStack host,
      Outbound outbound,
      IcmpErrors errors,
      ConnectionFactory factory,
      FlowKey flow) {
    this.table = table;
    this.servers = servers;
    this.settings = settings;
    this.traffic = traffic;
    this.transmitter = transmitter;
    this.host = host;
    this.outbound = outbound;
    this.factory = factory;
    this.flow = flow;
    connection = new Connection(table);
    tunnels = new TunnelErrors(table, servers, traffic, transmitter, outbound, errors, flow);
  }

  /**
   * An ICMP packet to a local address.
   *
   * @return a verdict, or {@link #UNRELATED}
   */
  int request(Packet packet, Snapshot snapshot, long nowMillis) {
    if (!packet.icmp().isError(packet.isV6())
        || !packet.dissectQuoted()
        || packet.quoted().isLaterFragment()) {
      return UNRELATED;
    }
    int verdict = tunnels.receive(packet, nowMillis);
    if (verdict != UNRELATED || !packet.quoted().hasPorts()) {
      return verdict;
    }
    QuotedPacket quoted = packet.quoted();
    flow.set(
        packet.isV6(),
        quoted.protocol(),
        /* clientHigh= */ quoted.destinationHigh(),
        /* clientLow= */ quoted.destinationLow(),
        /* clientPort= */ quoted.destinationPort(),
        /* virtualHigh= */ quoted.sourceHigh(),
        /* virtualLow= */ quoted.sourceLow(),
        /* virtualPort= */ quoted.sourcePort());
    int slot = table.findRequest(flow);
    if (slot == ConnectionTable.NONE) {
      VirtualService service = settings.schedulesIcmp ? serviceFor(snapshot, packet) : null;
      if (service == null) {
        return UNRELATED;
      }
      if (host.isMartian(packet)) {
        return DropReason.MARTIAN_SOURCE.code();
      }
      slot = factory.open(packet, service, nowMillis);
      if (slot < 0) {
        return slot == ConnectionFactory.ACCEPT ? UNRELATED : factory.reason();
      }
    }
    RealServer server = servers.byId(connection.at(slot).serverId());
    if (server == null) {
      server = RealServers.UNBOUND;
    }
    if (connection.isTranslating() && packet.isV4() && !isIntact(packet)) {
      return DropReason.ICMP_CHECKSUM.code();
    }
    traffic.request(server.id(), server.serviceId(), packet.ipLength());
    if (!connection.isTranslating()) {
      connection.countRequest();
    }
    return transmitter.send(packet, connection, server, nowMillis);
  }

  private @Nullable VirtualService serviceFor(Snapshot snapshot, Packet packet) {
    return snapshot
        .services()
        .match(
            packet.isV6(),
            packet.mark(),
            flow.protocol(),
            flow.virtualHigh(),
            flow.virtualLow(),
            flow.virtualPort());
  }

  /**
   * An ICMP packet that is routed through, or to one of FULLNAT's local addresses. Differs from
   * IPVS: an error to somebody else than whom its quoted packet is from is no error about a
   * connection, but a forgery.
   *
   * @return a verdict, or {@link #UNRELATED}
   */
  int reply(Packet packet, long nowMillis) {
    if (!packet.icmp().isError(packet.isV6())
        || !packet.dissectQuoted()
        || !packet.quoted().hasPorts()) {
      return UNRELATED;
    }
    QuotedPacket quoted = packet.quoted();
    if (quoted.sourceHigh() != packet.destinationHigh()
        || quoted.sourceLow() != packet.destinationLow()) {
      return UNRELATED;
    }
    flow.set(
        packet.isV6(),
        quoted.protocol(),
        quoted.sourceHigh(),
        quoted.sourceLow(),
        quoted.sourcePort(),
        quoted.destinationHigh(),
        quoted.destinationLow(),
        quoted.destinationPort());
    int slot = table.findReply(flow);
    if (slot == ConnectionTable.NONE || !connection.at(slot).isTranslating()) {
      return UNRELATED;
    }
    // IPVS forgets the pseudo-header here, so that no ICMPv6 error of a server gets through.
    boolean isForgotten = packet.isV6() && connection.isMasquerading();
    if (isForgotten || !isIntact(packet)) {
      return DropReason.ICMP_CHECKSUM.code();
    }
    Forwarder forwarder = transmitter.method(connection);
    if (forwarder == null) {
      return DropReason.METHOD_UNAVAILABLE.code();
    }
    NextHop hop = transmitter.routeToClient(connection, packet);
    int reason = host.passThrough(packet, hop, nowMillis);
    if (reason != 0) {
      return reason;
    }
    forwarder.reply(packet, connection);
    RealServer server = servers.byId(connection.serverId());
    if (server != null && server.isAvailable()) {
      traffic.reply(server.id(), server.serviceId(), packet.ipLength());
    }
    return outbound.forward(packet, hop, nowMillis);
  }

  /**
   * Hands an error that is about none of this worker's connections to the worker whose the quoted
   * packet is.
   *
   * @return whether it is out of this one's hands
   */
  boolean pass(Packet packet, boolean isLocal, Snapshot snapshot, HandOver handOver) {
    if (!packet.icmp().isError(packet.isV6())
        || !packet.dissectQuoted()
        || !packet.quoted().hasPorts()) {
      return false;
    }
    QuotedPacket quoted = packet.quoted();
    if (isLocal && snapshot.isToLocalAddress(packet)) {
      return handOver.pass(packet, quoted.sourcePort() % snapshot.workers());
    }
    return isLocal
        ? handOver.pass(
            packet,
            quoted.protocol(),
            /* clientHigh= */ quoted.destinationHigh(),
            /* clientLow= */ quoted.destinationLow(),
            /* clientPort= */ quoted.destinationPort(),
            /* otherHigh= */ quoted.sourceHigh(),
            /* otherLow= */ quoted.sourceLow(),
            /* otherPort= */ quoted.sourcePort())
        : handOver.pass(
            packet,
            quoted.protocol(),
            quoted.sourceHigh(),
            quoted.sourceLow(),
            quoted.sourcePort(),
            quoted.destinationHigh(),
            quoted.destinationLow(),
            quoted.destinationPort());
  }

  private static boolean isIntact(Packet packet) {
    int length = packet.transportLength();
    long sum = Checksum.sum(packet.address() + packet.transport(), length);
    if (packet.isV6()) {
      sum +=
          Checksum.pseudoV6(
              packet.sourceHigh(),
              packet.sourceLow(),
              packet.destinationHigh(),
              packet.destinationLow(),
              IcmpHeader.PROTOCOL_V6,
              length);
    }
    return Checksum.fold(sum) == 0xffff;
  }
}
