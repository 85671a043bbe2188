package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.ProtocolTimeouts;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.flow.TimingWheel;
import jvs.route.Link;
import jvs.route.NextHop;
import jvs.service.RealServer;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.table.VirtualService;
import jvs.wire.DropReason;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * The walk of a frame: from its headers to its verdict (ip_vs_core.c).
 *
 * <pre>
 *   dissect ─► for us? ─► request ─► find or open ─► state ─► method ─► route ─► out
 *                    └──► reply ───► find ─────────► state ─► method ─► route ─► out
 * </pre>
 *
 * <p>One a worker, one thread. Nothing on this path allocates, blocks, logs or throws.
 */
public final class Pipeline implements AutoCloseable {
  private final ConnectionTable table;
  private final TimingWheel wheel;
  private final RealServers servers;
  private final Transmitter transmitter;
  private final ConnectionStates states;
  private final Settings settings;
  private final TrafficCounters traffic;
  private final Outbound outbound;
  private final IcmpErrors errors;
  private final HostStack host;
  private final RelatedIcmp related;
  private final ArpResponder arp;
  private final Persistence persistence;
  private final Reassembly reassembly = new Reassembly();
  private final ConnectionFactory factory;
  private final ConnectionSweep sweep;
  private final Packet packet = new Packet();
  private final FlowKey flow = new FlowKey();
  private final Connection connection;
  private Snapshot snapshot = Snapshot.EMPTY;
  private long nowMillis;

  /** A pipeline over a worker's own table, wheel and outbound, and what all workers share. */
  Pipeline(
      ConnectionTable table,
      TimingWheel wheel,
      RealServers servers,
      Templates templates,
      @Nullable Forwarder[] forwarders,
      ProtocolTimeouts timeouts,
      Settings settings,
      TrafficCounters traffic,
      Outbound outbound,
      ArpResponder arp) {
    this.table = table;
    this.wheel = wheel;
    this.servers = servers;
    this.settings = settings;
    this.traffic = traffic;
    this.outbound = outbound;
    this.arp = arp;
    errors = new IcmpErrors(outbound);
    host = new HostStack(outbound, errors);
    transmitter = new Transmitter(forwarders, settings, outbound, errors);
    persistence = new Persistence(templates, servers, settings);
    states = new ConnectionStates(wheel, timeouts, settings, persistence);
    factory = new ConnectionFactory(table, wheel, servers, traffic, persistence, settings, flow);
    sweep = new ConnectionSweep(table, servers, factory, persistence, settings);
    connection = new Connection(table);
    related =
        new RelatedIcmp(
            table, servers, settings, traffic, transmitter, host, outbound, errors, factory, flow);
  }

  /** Uses {@code now} from the next frame on. */
  public void follow(Snapshot now) {
    Snapshot before = snapshot;
    snapshot = now;
    outbound.routes().follow(now.routes());
    arp.announce(before, now);
    if (settings.expiresNoDestination && !before.services().equals(now.services())) {
      sweep.start();
    }
  }

  /** Expires connections; between bursts. */
  public int expire(long nowMillis) {
    return wheel.advance(nowMillis, factory)
        + persistence.expire(nowMillis)
        + sweep.work(nowMillis);
  }

  /**
   * Takes one frame to its end.
   *
   * @return its verdict
   */
  public int process(long address, int length, int linkIndex, long nowMillis) {
    this.nowMillis = nowMillis;
    int reason = packet.dissect(address, length, linkIndex);
    if (reason != 0) {
      return reason;
    }
    if (packet.isArp()) {
      return arp.receive(packet, snapshot, nowMillis);
    }
    if (!packet.isIp() || !isForThisHost()) {
      return Verdict.PASSED;
    }
    boolean isLocal =
        snapshot.routes().isLocal(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
    if (snapshot.services().isEmpty()) {
      return passed(isLocal);
    }
    if (isLocal && packet.isV4()) {
      RecordRoute.enter(packet);
    }
    if (packet.isFragment() && packet.isV4()) {
      reason = reassembly.add(packet, nowMillis);
      if (reason != 0) {
        return reason == Reassembly.INCOMPLETE ? Verdict.CONSUMED : reason;
      }
    }
    if (packet.isIcmp() && !packet.isFragment()) {
      int verdict =
          isLocal ? related.request(packet, snapshot, nowMillis) : related.reply(packet, nowMillis);
      return verdict != RelatedIcmp.UNRELATED ? verdict : passed(isLocal);
    }
    if (packet.isFragment()) {
      return isLocal ? DropReason.FRAGMENT.code() : Verdict.PASSED;
    }
    if (!packet.hasPorts()) {
      return passed(isLocal);
    }
    return isLocal ? request() : reply();
  }

  /** Sent to this host's own hardware address: not to a group, not to somebody else. */
  private boolean isForThisHost() {
    Link link = snapshot.routes().link(packet.linkIndex());
    return link != null && packet.ethernet().destination() == link.mac();
  }

  // Requests: client to server

  private int request() {
    flow.set(
        packet.isV6(),
        packet.protocol(),
        packet.sourceHigh(),
        packet.sourceLow(),
        packet.sourcePort(),
        packet.destinationHigh(),
        packet.destinationLow(),
        packet.destinationPort());
    int slot = table.findRequest(flow);
    if (slot != ConnectionTable.NONE && opensAnew(slot)) {
      slot = ConnectionTable.NONE;
    }
    RealServer server = null;
    if (slot != ConnectionTable.NONE) {
      server = servers.byId(connection.at(slot).serverId());
      if (server == null || !server.isAvailable()) {
        if (!settings.expiresNoDestination) {
          return DropReason.SERVER_UNAVAILABLE.code();
        }
        factory.end(slot);
        slot = ConnectionTable.NONE;
      }
    }
    if (slot == ConnectionTable.NONE) {
      VirtualService service = serviceFor();
      if (service == null || !mayOpen()) {
        return passed(true);
      }
      if (host.isMartian(packet)) {
        return DropReason.MARTIAN_SOURCE.code();
      }
      slot = factory.open(packet, service, nowMillis);
      if (slot < 0) {
        return refused(slot);
      }
      server = servers.byId(connection.at(slot).serverId());
    }
    return server == null ? DropReason.SERVER_UNAVAILABLE.code() : forwardRequest(slot, server);
  }

  private @Nullable VirtualService serviceFor() {
    return snapshot
        .services()
        .match(
            packet.isV6(),
            snapshot.marks().classify(packet),
            packet.protocol(),
            packet.destinationHigh(),
            packet.destinationLow(),
            packet.destinationPort());
  }

  /** Whether a packet without a connection may open one. */
  private boolean mayOpen() {
    if (packet.isSctp()) {
      return packet.sctp().chunkType() == SctpState.INIT || settings.isSloppySctp;
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
  private boolean opensAnew(int slot) {
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
    if (!isQuiesced && !mayBeReused()) {
      return false;
    }
    factory.end(slot);
    return true;
  }

  private boolean mayBeReused() {
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

  private int refused(int slot) {
    if (slot == ConnectionFactory.ACCEPT) {
      return passed(true);
    }
    int reason = factory.reason();
    if (reason == DropReason.NO_SERVER.code() || reason == DropReason.SCHEDULER_FAILED.code()) {
      errors.portUnreachable(packet, nowMillis);
    }
    return reason;
  }

  private int forwardRequest(int slot, RealServer server) {
    traffic.request(server.id(), server.serviceId(), packet.ipLength());
    connection.at(slot);
    states.next(connection, packet, TcpState.INPUT, server, nowMillis);
    int verdict = transmitter.send(packet, connection.at(slot), server, nowMillis);
    if (verdict == DropReason.LOCAL_SERVER.code() && snapshot.standsForHost()) {
      verdict = host.answer(packet, nowMillis);
    }
    connection.at(slot);
    connection.countRequest();
    connection.touch(nowMillis);
    if (connection.hasFlag(ConnectionFlags.ONE_PACKET)) {
      factory.end(slot);
    }
    return verdict;
  }

  // Replies: server to client

  private int reply() {
    flow.set(
        packet.isV6(),
        packet.protocol(),
        packet.destinationHigh(),
        packet.destinationLow(),
        packet.destinationPort(),
        packet.sourceHigh(),
        packet.sourceLow(),
        packet.sourcePort());
    int slot = table.findReply(flow);
    if (slot == ConnectionTable.NONE) {
      return unexpectedReply();
    }
    connection.at(slot);
    RealServer server = servers.byId(connection.serverId());
    Forwarder forwarder = transmitter.method(connection);
    if (forwarder == null) {
      return DropReason.METHOD_UNAVAILABLE.code();
    }
    if (!connection.isMasquerading() && host.isMartian(packet)) {
      return DropReason.MARTIAN_SOURCE.code();
    }
    boolean isRouted = connection.isMasquerading() || hidesFromHost();
    NextHop hop = NextHop.NONE;
    if (isRouted) {
      hop = outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
      int reason = host.passThrough(packet, hop, nowMillis);
      if (reason != 0) {
        return reason;
      }
    }
    forwarder.reply(packet, connection);
    if (server != null) {
      if (server.isAvailable()) {
        traffic.reply(server.id(), server.serviceId(), packet.ipLength());
      }
      states.next(connection, packet, TcpState.OUTPUT, server, nowMillis);
    }
    connection.at(slot).touch(nowMillis);
    return isRouted ? outbound.forward(packet, hop, nowMillis) : Verdict.PASSED;
  }

  private int unexpectedReply() {
    if (!hidesFromHost()) {
      return Verdict.PASSED;
    }
    boolean isReset =
        packet.isTcp()
            ? (packet.tcp().flags() & TcpHeader.RST) != 0
            : packet.isSctp() && packet.sctp().chunkType() == SctpState.ABORT;
    if (settings.sendsNatIcmp && !isReset && isNatServer()) {
      return host.refuse(packet, nowMillis);
    }
    return host.forward(packet, nowMillis);
  }

  /** Whether the host's stack does not see this packet from a server, so that we stand in. */
  private boolean hidesFromHost() {
    return snapshot.standsForHost() || isNatServer();
  }

  private boolean isNatServer() {
    return snapshot
        .serverPorts()
        .contains(packet.protocol(), packet.sourceHigh(), packet.sourceLow(), packet.sourcePort());
  }

  /** Frees its memory. */
  @Override
  public void close() {
    reassembly.close();
  }

  // What IPVS lets through

  /** A packet that IPVS has no interest in: the host's, or ours in its stead. */
  private int passed(boolean isLocal) {
    if (isLocal) {
      return mustAnswer() ? host.answer(packet, nowMillis) : Verdict.PASSED;
    }
    return snapshot.standsForHost() ? host.forward(packet, nowMillis) : Verdict.PASSED;
  }

  /**
   * Whether the host's stack does not see this packet to a local address, so that we stand in: it
   * is for a service's port or a VIP of our own, or we replay a recording.
   */
  private boolean mustAnswer() {
    long high = packet.destinationHigh();
    long low = packet.destinationLow();
    return snapshot.standsForHost()
        || snapshot.isOwnVip(high, low)
        || (packet.hasPorts()
            && snapshot
                .servicePorts()
                .contains(packet.protocol(), high, low, packet.destinationPort()));
  }
}
