package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.SctpState;
import jvs.flow.SequenceAdjustment;
import jvs.flow.TcpState;
import jvs.route.NextHop;
import jvs.service.RealServer;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/** Replies, server to client: find the connection, state, method (ip_vs_out). One thread. */
final class Replies {
  /** The packet is no reply of a connection. */
  static final int NO_REPLY = Integer.MIN_VALUE;

  private final ConnectionTable table;
  private final RealServers servers;
  private final Settings settings;
  private final TrafficCounters traffic;
  private final ConnectionStates states;
  private final FtpControl ftp;
  private final Transmitter transmitter;
  private final HostStack host;
  private final Outbound outbound;
  private final FlowKey flow;
  private final Connection connection;

  Replies(
      ConnectionTable table,
      RealServers servers,
      Settings settings,
      TrafficCounters traffic,
      ConnectionStates states,
      FtpControl ftp,
      Transmitter transmitter,
      HostStack host,
      Outbound outbound,
      FlowKey flow) {
    this.table = table;
    this.servers = servers;
    this.settings = settings;
    this.traffic = traffic;
    this.states = states;
    this.ftp = ftp;
    this.transmitter = transmitter;
    this.host = host;
    this.outbound = outbound;
    this.flow = flow;
    connection = new Connection(table);
  }

  /**
   * Takes a packet that is routed through this host to its end.
   *
   * @return its verdict
   */
  int receive(Packet packet, Snapshot snapshot, long nowMillis) {
    int slot = find(packet);
    return slot == ConnectionTable.NONE
        ? unexpected(packet, snapshot, nowMillis)
        : forward(slot, packet, snapshot, nowMillis);
  }

  /**
   * Takes a packet to one of FULLNAT's local addresses to its end.
   *
   * @return its verdict, or {@link #NO_REPLY}
   */
  int receiveAtLocalEnd(Packet packet, Snapshot snapshot, long nowMillis) {
    int slot = find(packet);
    return slot == ConnectionTable.NONE ? NO_REPLY : forward(slot, packet, snapshot, nowMillis);
  }

  private int forward(int slot, Packet packet, Snapshot snapshot, long nowMillis) {
    connection.at(slot);
    RealServer server = servers.byId(connection.serverId());
    Forwarder forwarder = transmitter.method(connection);
    if (forwarder == null) {
      return DropReason.METHOD_UNAVAILABLE.code();
    }
    boolean isTranslating = connection.isTranslating();
    if (!isTranslating && host.isMartian(packet)) {
      return DropReason.MARTIAN_SOURCE.code();
    }
    boolean isRouted = isTranslating || snapshot.isHiddenFromHost(packet);
    NextHop hop = NextHop.NONE;
    if (isRouted) {
      hop = transmitter.routeToClient(connection, packet);
      int obstacle = host.passThrough(packet, hop, nowMillis);
      if (obstacle != 0) {
        return obstacle;
      }
    }
    int reason = translate(packet, slot, forwarder, server, nowMillis);
    if (reason != 0) {
      return reason;
    }
    return isRouted ? outbound.forward(packet, hop, nowMillis) : Verdict.PASSED;
  }

  /** Whether it belongs to a connection as a reply. */
  boolean isReply(Packet packet) {
    return find(packet) != ConnectionTable.NONE;
  }

  private int find(Packet packet) {
    boolean isIpsec = packet.isIpsec();
    flow.set(
        packet.isV6(),
        isIpsec ? UdpHeader.PROTOCOL : packet.protocol(),
        packet.destinationHigh(),
        packet.destinationLow(),
        isIpsec ? Requests.ISAKMP : packet.destinationPort(),
        packet.sourceHigh(),
        packet.sourceLow(),
        isIpsec ? Requests.ISAKMP : packet.sourcePort());
    return table.findReply(flow);
  }

  private int translate(
      Packet packet, int slot, Forwarder forwarder, @Nullable RealServer server, long nowMillis) {
    int sequenceNumber = packet.isTcp() ? packet.tcp().sequenceNumber() : 0;
    if (packet.isTcp() && SequenceAdjustment.concerns(connection)) {
      SequenceAdjustment.reply(packet, connection);
    }
    if (server != null && ftp.concerns(packet, connection)) {
      int reason = ftp.reply(packet, sequenceNumber, connection, server, nowMillis);
      if (reason != 0) {
        return reason;
      }
    }
    forwarder.reply(packet, connection);
    if (server != null && server.isAvailable()) {
      traffic.reply(server.id(), server.serviceId(), packet.ipLength());
    }
    if (packet.hasPorts()) {
      states.next(connection, packet, TcpState.OUTPUT, server, nowMillis);
    }
    connection.at(slot).touch(nowMillis);
    return 0;
  }

  /**
   * Takes a packet that a program of this host sent (LOCAL_OUT): a local server's reply, or what
   * IPVS has no interest in. No router was before us: the TTL stays.
   *
   * @return its verdict
   */
  int receiveFromHost(Packet packet, long nowMillis) {
    boolean mayBeReply = packet.isIpsec() || (packet.hasPorts() && !packet.isFragment());
    int slot = mayBeReply ? find(packet) : ConnectionTable.NONE;
    if (slot == ConnectionTable.NONE) {
      NextHop hop =
          outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
      return outbound.forward(packet, hop, nowMillis);
    }
    Forwarder forwarder = transmitter.method(connection.at(slot));
    if (forwarder == null) {
      return DropReason.METHOD_UNAVAILABLE.code();
    }
    NextHop hop = transmitter.routeToClient(connection, packet);
    RealServer server = servers.byId(connection.serverId());
    int reason = translate(packet, slot, forwarder, server, nowMillis);
    return reason != 0 ? reason : transmitter.sendFromHost(packet, connection, hop, nowMillis);
  }

  private int unexpected(Packet packet, Snapshot snapshot, long nowMillis) {
    if (!snapshot.isHiddenFromHost(packet)) {
      return Verdict.PASSED;
    }
    boolean isReset =
        packet.isTcp()
            ? (packet.tcp().flags() & TcpHeader.RST) != 0
            : packet.isSctp() && packet.sctp().chunkType() == SctpState.ABORT;
    if (settings.sendsNatIcmp && !isReset && isNatServer(packet, snapshot)) {
      return host.refuse(packet, nowMillis);
    }
    return host.forward(packet, nowMillis);
  }

  private static boolean isNatServer(Packet packet, Snapshot snapshot) {
    return snapshot
        .serverPorts()
        .contains(packet.protocol(), packet.sourceHigh(), packet.sourceLow(), packet.sourcePort());
  }
}
