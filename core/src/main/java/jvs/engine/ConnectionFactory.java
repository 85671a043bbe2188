package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.LocalEnd;
import jvs.flow.TimingWheel;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.table.VirtualService;
import jvs.wire.DropReason;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Opens and ends connections: chooses the server, fills the slot, keeps the counts (ip_vs_schedule,
 * ip_vs_conn_new, ip_vs_conn_expire).
 *
 * <p>One thread, its worker's.
 */
final class ConnectionFactory implements TimingWheel.Expiry {
  private static final int FTP_DATA = 20;
  private static final int FTP = 21;
  private static final long CONTROLLING_MILLIS = 60_000;
  private static final int LOOKED_AT_FOR_ROOM = 8;

  /** Result of {@link #open}: the packet is to be let through. */
  static final int ACCEPT = -2;

  private final ConnectionTable table;
  private final TimingWheel wheel;
  private final RealServers servers;
  private final TrafficCounters traffic;
  private final Persistence persistence;
  private final Settings settings;
  private final Connection connection;
  private final FlowKey flow;
  private final LocalPorts localPorts;
  private int workers = 1;
  private int reason;
  private int untilDrop;
  private int next;

  ConnectionFactory(
      ConnectionTable table,
      TimingWheel wheel,
      RealServers servers,
      TrafficCounters traffic,
      Persistence persistence,
      Settings settings,
      FlowKey flow,
      LocalPorts localPorts) {
    this.table = table;
    this.wheel = wheel;
    this.servers = servers;
    this.traffic = traffic;
    this.persistence = persistence;
    this.settings = settings;
    this.flow = flow;
    this.localPorts = localPorts;
    this.connection = new Connection(table);
  }

  /** Uses {@code now} from the next connection on. */
  void follow(Snapshot now) {
    workers = now.workers();
  }

  /** Why the last {@link #open} returned {@link ConnectionTable#NONE}. */
  int reason() {
    return reason;
  }

  /**
   * Opens the connection of the flow that the pipeline has filled in.
   *
   * @return its slot, {@link #ACCEPT}, or {@link ConnectionTable#NONE} with a {@link #reason}
   */
  int open(Packet packet, VirtualService service, long nowMillis) {
    if (isDroppedOnPurpose()) {
      reason = DropReason.DROP_PACKET_DEFENCE.code();
      return ConnectionTable.NONE;
    }
    if (packet.sourcePort() == FTP_DATA) {
      return ACCEPT;
    }
    if (table.isFull()) {
      makeRoom();
    }
    boolean isPersistent = service.spec().has(ServiceSpec.PERSISTENT);
    RealServer server =
        isPersistent ? persistence.bind(packet, flow, service, nowMillis) : choose(service);
    if (server == null && service.key().port() == FTP && flow.virtualPort() != FTP) {
      return ACCEPT;
    }
    if (server == null) {
      reason = isPersistent ? persistence.reason().code() : reason;
      return ConnectionTable.NONE;
    }
    int template = isPersistent ? persistence.slot() : ConnectionTable.NONE;
    int serverPort = serverPort(service, server, template);
    int method = server.spec().method();
    reason = method == ServerSpec.FULLNAT ? findLocalEnd(service, server, serverPort) : 0;
    int slot = reason == 0 ? table.allocate() : ConnectionTable.NONE;
    if (slot == ConnectionTable.NONE) {
      server.unbindConnection(false);
      if (isPersistent) {
        persistence.release(template, true);
      }
      reason = reason == 0 ? DropReason.CONNECTION_TABLE_FULL.code() : reason;
      return ConnectionTable.NONE;
    }
    fill(slot, packet, service, server, serverPort, method, template, nowMillis);
    traffic.connection(server.id(), service.id());
    return slot;
  }

  /**
   * Opens the connection that two ends agree on in the connection {@code control}; it controls the
   * new one. Without a client's port it is the one that the first packet comes from.
   *
   * @return its slot, or {@link ConnectionTable#NONE} if there is no room
   */
  int expect(
      FlowKey key,
      Connection control,
      RealServer server,
      long serverHigh,
      long serverLow,
      int serverPort,
      long nowMillis) {
    int slot = table.allocate();
    if (slot == ConnectionTable.NONE) {
      return slot;
    }
    server.bindConnection(false);
    int flags =
        control.method()
            | ConnectionFlags.INACTIVE
            | ConnectionFlags.CONTROLLED_HERE
            | (key.clientPort() == 0 ? ConnectionFlags.NO_CLIENT_PORT : 0);
    connection
        .at(slot)
        .initialise(
            key, flags, key.isV6(), serverHigh, serverLow, serverPort, server.id(), nowMillis);
    connection.controller(control.slot());
    connection.mark(control.mark());
    control.controlled(control.controlled() + 1);
    table.publish(slot);
    wheel.arm(slot, nowMillis);
    return slot;
  }

  /**
   * In a full table the next connection that is still being established goes, which is about the
   * oldest: so nobody who only ever begins can keep the others out.
   */
  private void makeRoom() {
    for (int i = 0; i < LOOKED_AT_FOR_ROOM; i++) {
      next = next + 1 < table.capacity() ? next + 1 : 0;
      connection.at(next);
      if (connection.isPresent()
          && connection.controlled() == 0
          && ConnectionStates.isOpening(connection)) {
        drop(next);
        return;
      }
    }
  }

  /** The drop_packet defence (ip_vs_todrop). */
  private boolean isDroppedOnPurpose() {
    int rate = settings.dropsOneIn;
    if (rate == 0 || --untilDrop > 0) {
      return false;
    }
    untilDrop = rate;
    return true;
  }

  private @Nullable RealServer choose(VirtualService service) {
    boolean isForeignPort = !service.key().isMark() && flow.virtualPort() != service.key().port();
    long failures = service.schedulerFailures();
    RealServer server = isForeignPort ? null : service.chooseAndBind(flow);
    boolean hasThrown = service.schedulerFailures() != failures;
    reason = (hasThrown ? DropReason.SCHEDULER_FAILED : DropReason.NO_SERVER).code();
    return server;
  }

  /**
   * The server's own port, if it has one; connections of a persistent service that came to another
   * port than the service's keep that.
   */
  private int serverPort(VirtualService service, RealServer server, int template) {
    int port = server.key().port();
    boolean keepsPort =
        template != ConnectionTable.NONE && flow.virtualPort() != service.key().port();
    return port == 0 || keepsPort ? flow.virtualPort() : port;
  }

  private int findLocalEnd(VirtualService service, RealServer server, int serverPort) {
    IpAddress address = server.key().address();
    return localPorts.find(
        flow, service.localAddresses(), workers, address.high(), address.low(), serverPort);
  }

  private void fill(
      int slot,
      Packet packet,
      VirtualService service,
      RealServer server,
      int serverPort,
      int method,
      int template,
      long nowMillis) {
    boolean isFullNat = method == ServerSpec.FULLNAT;
    // Nobody would find the client for a reply if the connection were over.
    boolean isOnePacket =
        service.spec().has(ServiceSpec.ONE_PACKET)
            && packet.protocol() == UdpHeader.PROTOCOL
            && !isFullNat;
    int flags =
        initialFlags(method)
            | (isOnePacket ? ConnectionFlags.ONE_PACKET : 0)
            | (isFullNat && service.spec().has(ServiceSpec.PROXY_V2)
                ? ConnectionFlags.PROXY_PROTOCOL
                : 0);
    IpAddress address = server.key().address();
    connection
        .at(slot)
        .initialise(
            flow,
            flags,
            !address.isV4(),
            address.high(),
            address.low(),
            serverPort,
            server.id(),
            nowMillis);
    connection.mark(service.key().mark());
    if (isFullNat) {
      LocalEnd.set(connection, localPorts.high(), localPorts.low(), localPorts.port());
    }
    connection.controller(template);
    publish(slot, isOnePacket, nowMillis);
  }

  /**
   * Opens a connection without a server for the flow that the pipeline has filled in: its packets
   * go where they want to (ip_vs_leave, cache_bypass).
   *
   * @return its slot, or {@link ConnectionTable#NONE} if the table is full
   */
  int bypass(boolean isOnePacket, long nowMillis) {
    int slot = table.allocate();
    if (slot == ConnectionTable.NONE) {
      return slot;
    }
    int flags = ServerSpec.BYPASS | (isOnePacket ? ConnectionFlags.ONE_PACKET : 0);
    connection
        .at(slot)
        .initialise(flow, flags, flow.isV6(), 0, 0, 0, RealServers.NOBODY, nowMillis);
    publish(slot, isOnePacket, nowMillis);
    return slot;
  }

  private void publish(int slot, boolean isOnePacket, long nowMillis) {
    if (isOnePacket) {
      table.publishUnhashed(slot);
    } else {
      table.publish(slot);
      wheel.arm(slot, nowMillis);
    }
  }

  /** What a server of a forwarding method gives its connections and templates. */
  static int initialFlags(int method) {
    return method
        | ConnectionFlags.INACTIVE
        | (method == ServerSpec.MASQ || method == ServerSpec.FULLNAT
            ? 0
            : ConnectionFlags.NO_OUTPUT);
  }

  /**
   * Ends a connection now, whatever its timer says. One that controls others is not found any more
   * and ends after them.
   */
  void end(int slot) {
    if (connection.at(slot).controlled() > 0) {
      table.unhash(slot);
      return;
    }
    wheel.disarm(slot);
    release(slot, false);
  }

  /** Drops a connection before its time, and what controls it if nothing else needs that. */
  void drop(int slot) {
    wheel.disarm(slot);
    release(slot, true);
  }

  @Override
  public void expired(int slot, long nowMillis) {
    if (connection.at(slot).controlled() > 0) {
      connection.timeoutMillis(CONTROLLING_MILLIS);
      connection.touch(nowMillis);
      wheel.arm(slot, nowMillis);
      return;
    }
    release(slot, false);
  }

  private void release(int slot, boolean isForced) {
    connection.at(slot);
    RealServer server = servers.byId(connection.serverId());
    if (server != null) {
      server.unbindConnection(!connection.hasFlag(ConnectionFlags.INACTIVE));
    }
    int controller = connection.controller();
    boolean isTemplate = !connection.hasFlag(ConnectionFlags.CONTROLLED_HERE);
    table.free(slot);
    if (controller != ConnectionTable.NONE) {
      if (isTemplate) {
        persistence.release(controller, isForced);
      } else {
        releaseControl(controller, isForced);
      }
    }
  }

  private void releaseControl(int slot, boolean isForced) {
    int controlled = connection.at(slot).controlled() - 1;
    connection.controlled(controlled);
    if (isForced && controlled == 0) {
      drop(slot);
    }
  }
}
