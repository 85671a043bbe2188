package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.table.VirtualService;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Requests, client to server: find or open the connection, state, method (ip_vs_in). One thread,
 * its worker's.
 */
final class Requests {
  /** ESP and AH follow the connection between these ports (ip_vs_proto_ah_esp.c). */
  static final int ISAKMP = 500;

  private final ConnectionTable table;
  private final RealServers servers;
  private final Settings settings;
  private final TrafficCounters traffic;
  private final ConnectionFactory factory;
  private final ConnectionStates states;
  private final FtpControl ftp;
  private final Transmitter transmitter;
  private final HostStack host;
  private final IcmpErrors errors;
  private final ConnectionSync sync;
  private final BackupConnections backup;
  private final FlowKey flow;
  private final Connection connection;

  Requests(
      ConnectionTable table,
      RealServers servers,
      Settings settings,
      TrafficCounters traffic,
      ConnectionFactory factory,
      ConnectionStates states,
      FtpControl ftp,
      Transmitter transmitter,
      HostStack host,
      IcmpErrors errors,
      ConnectionSync sync,
      BackupConnections backup,
      FlowKey flow) {
    this.table = table;
    this.servers = servers;
    this.settings = settings;
    this.traffic = traffic;
    this.factory = factory;
    this.states = states;
    this.ftp = ftp;
    this.transmitter = transmitter;
    this.host = host;
    this.errors = errors;
    this.sync = sync;
    this.backup = backup;
    this.flow = flow;
    connection = new Connection(table);
  }

  /**
   * Takes a request to its end.
   *
   * @return its verdict
   */
  int receive(Packet packet, Snapshot snapshot, long nowMillis) {
    boolean isIpsec = packet.isIpsec();
    flow.set(
        packet.isV6(),
        isIpsec ? UdpHeader.PROTOCOL : packet.protocol(),
        packet.sourceHigh(),
        packet.sourceLow(),
        isIpsec ? ISAKMP : packet.sourcePort(),
        packet.destinationHigh(),
        packet.destinationLow(),
        isIpsec ? ISAKMP : packet.destinationPort());
    int slot = table.findRequest(flow);
    if (slot != ConnectionTable.NONE && opensAnew(slot, packet)) {
      slot = ConnectionTable.NONE;
    }
    RealServer server = null;
    if (slot != ConnectionTable.NONE) {
      server = servers.byId(connection.at(slot).serverId());
      if (server == null && connection.method() == ServerSpec.BYPASS) {
        return forward(slot, packet, null, snapshot, nowMillis);
      }
      if (server == null) {
        server = backup.bind(slot, nowMillis);
      }
      if (!server.isAvailable()) {
        if (!settings.expiresNoDestination) {
          return DropReason.SERVER_UNAVAILABLE.code();
        }
        factory.end(slot);
        slot = ConnectionTable.NONE;
      }
    }
    if (slot == ConnectionTable.NONE) {
      VirtualService service = serviceFor(packet, snapshot);
      if (service == null || !mayOpen(packet)) {
        return host.passed(packet, true, snapshot, nowMillis);
      }
      if (host.isMartian(packet)) {
        return DropReason.MARTIAN_SOURCE.code();
      }
      slot = factory.open(packet, service, nowMillis);
      if (slot < 0) {
        slot = leave(slot, packet, service, snapshot, nowMillis);
        return slot < 0
            ? refused(slot, packet, snapshot, nowMillis)
            : forward(slot, packet, null, snapshot, nowMillis);
      }
      server = servers.byId(connection.at(slot).serverId());
    }
    return server == null
        ? DropReason.SERVER_UNAVAILABLE.code()
        : forward(slot, packet, server, snapshot, nowMillis);
  }

  private @Nullable VirtualService serviceFor(Packet packet, Snapshot snapshot) {
    return snapshot
        .services()
        .match(
            packet.isV6(),
            packet.mark(),
            packet.protocol(),
            packet.destinationHigh(),
            packet.destinationLow(),
            packet.destinationPort());
  }

  /** Whether a packet without a connection may open one. */
  private boolean mayOpen(Packet packet) {
    if (packet.isIpsec()) {
      return false;
    }
    if (packet.isSctp()) {
      int chunk = packet.sctp().chunkType();
      return chunk == SctpState.INIT || (settings.isSloppySctp && chunk != SctpState.ABORT);
    }
    if (!packet.isTcp()) {
      return true;
    }
    int flags = packet.tcp().flags();
    return (flags & TcpHeader.RST) == 0 && ((flags & TcpHeader.SYN) != 0 || settings.isSloppyTcp);
  }

  /**
   * A SYN or INIT on an old connection: whether it opens a new one, and the old one ends (2.1 step
   * 5).
   */
  private boolean opensAnew(int slot, Packet packet) {
    boolean isFirst =
        packet.isTcp()
            ? (packet.tcp().flags() & TcpHeader.SYN) != 0
            : packet.isSctp() && packet.sctp().chunkType() == SctpState.INIT;
    if (!isFirst) {
      return false;
    }
    connection.at(slot);
    RealServer server = servers.byId(connection.serverId());
    boolean isQuiesced = settings.expiresNoDestination && server != null && server.weight() == 0;
    if (!isQuiesced && !mayBeReused(packet)) {
      return false;
    }
    factory.end(slot);
    return true;
  }

  private boolean mayBeReused(Packet packet) {
    int mode = settings.connectionReuseMode;
    if (mode == 0 || connection.controller() != ConnectionTable.NONE) {
      return false;
    }
    int state = connection.state();
    if (packet.isSctp()) {
      return state == SctpState.CLOSED;
    }
    return state == TcpState.TIME_WAIT
        || state == TcpState.CLOSE
        || ((mode & 2) != 0
            && state == TcpState.FIN_WAIT
            && connection.hasFlag(ConnectionFlags.NO_OUTPUT));
  }

  /**
   * No server is to be had: opens a connection that bypasses them, if that is asked for
   * (ip_vs_leave).
   *
   * @return its slot, or {@code slot}
   */
  private int leave(int slot, Packet packet, VirtualService service, Snapshot snapshot, long now) {
    boolean bypasses =
        slot == ConnectionTable.NONE
            && settings.bypasses
            && service.key().isMark()
            && factory.reason() == DropReason.NO_SERVER.code()
            && snapshot
                .routes()
                .isUnicast(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
    boolean isOnePacket = packet.isUdp() && service.spec().has(ServiceSpec.ONE_PACKET);
    return bypasses ? factory.bypass(isOnePacket, now) : slot;
  }

  private int refused(int slot, Packet packet, Snapshot snapshot, long nowMillis) {
    if (slot == ConnectionFactory.ACCEPT) {
      return host.passed(packet, true, snapshot, nowMillis);
    }
    int reason = factory.reason();
    if (reason == DropReason.NO_SERVER.code()
        || reason == DropReason.SCHEDULER_FAILED.code()
        || reason == DropReason.NO_LOCAL_PORT.code()
        || reason == DropReason.NO_LOCAL_ADDRESS.code()) {
      errors.portUnreachable(packet, nowMillis);
    }
    return reason;
  }

  private int forward(
      int slot, Packet packet, @Nullable RealServer server, Snapshot snapshot, long nowMillis) {
    if (server != null) {
      traffic.request(server.id(), server.serviceId(), packet.ipLength());
    }
    int flags = connection.at(slot).flags();
    if ((flags & ConnectionFlags.NO_CLIENT_PORT) != 0) {
      table.learnClientPort(slot, packet.sourcePort());
    }
    if (packet.hasPorts()) {
      states.next(connection, packet, TcpState.INPUT, server, nowMillis);
    }
    if (server != null && ftp.concerns(packet, connection)) {
      int reason = ftp.request(packet, connection, server, nowMillis);
      if (reason != 0) {
        return reason;
      }
    }
    int verdict = transmitter.send(packet, connection.at(slot), server, nowMillis);
    if (verdict == DropReason.LOCAL_SERVER.code() && snapshot.standsForHost()) {
      transmitter.forgetTranslation(packet, connection.at(slot));
      verdict = host.answer(packet, nowMillis);
    }
    connection.at(slot);
    connection.countRequest();
    connection.touch(nowMillis);
    if (settings.isSyncMaster) {
      sync.forwarded(connection, connection.inPackets(), nowMillis);
    }
    if ((flags & ConnectionFlags.ONE_PACKET) != 0) {
      factory.end(slot);
    }
    return verdict;
  }
}
