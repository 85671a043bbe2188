package jvs.engine;

import java.nio.charset.StandardCharsets;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.ProtocolTimeouts;
import jvs.flow.SequenceAdjustment;
import jvs.flow.TimingWheel;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.Settings;
import jvs.sync.SyncEntry;
import jvs.sync.SyncNotes;
import jvs.sync.SyncRing;
import jvs.table.VirtualService;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connections that a master tells of (ip_vs_proc_conn). One a worker, its thread; it is
 * told only of flows that are the worker's, and of templates, which are everybody's.
 */
final class BackupConnections {
  private static final int ENTRIES_A_CYCLE = 256;
  private static final int UNBOUND = -1;
  private static final long TEMPLATE_MILLIS = 180_000;
  private static final long LONGEST_SECONDS = 0xffff_ffffL / 1000;
  private static final int UPDATED_FLAGS =
      ConnectionFlags.INACTIVE | ConnectionFlags.IN_SEQ | ConnectionFlags.OUT_SEQ;
  private static final byte[] SIP = Persistence.SIP.getBytes(StandardCharsets.US_ASCII);

  private final ConnectionTable table;
  private final TimingWheel wheel;
  private final ConnectionFactory factory;
  private final RealServers servers;
  private final Templates templates;
  private final ProtocolTimeouts timeouts;
  private final Settings settings;
  private final SyncRing ring;
  private final SyncNotes notes;
  private final SyncNotes templateNotes;
  private final Connection connection;
  private final Connection template;
  private final SyncEntry entry = new SyncEntry();
  private final FlowKey key = new FlowKey();
  private final CallId callId = new CallId();
  private Snapshot snapshot = Snapshot.EMPTY;

  BackupConnections(
      ConnectionTable table,
      TimingWheel wheel,
      ConnectionFactory factory,
      RealServers servers,
      Templates templates,
      ProtocolTimeouts timeouts,
      Settings settings,
      SyncRing ring,
      SyncNotes notes) {
    this.table = table;
    this.wheel = wheel;
    this.factory = factory;
    this.servers = servers;
    this.templates = templates;
    this.timeouts = timeouts;
    this.settings = settings;
    this.ring = ring;
    this.notes = notes;
    templateNotes = new SyncNotes(templates.notes());
    connection = new Connection(table);
    template = new Connection(templates.table());
  }

  /** Finds servers in {@code now} from here on. */
  void follow(Snapshot now) {
    snapshot = now;
  }

  /** Takes what came from the master; between bursts. Returns how many entries that was. */
  int apply(long nowMillis) {
    int applied = 0;
    long at = ring.next();
    while (at != 0 && applied < ENTRIES_A_CYCLE) {
      entry.wrapChecked(at);
      entry.key(key);
      if (entry.isTemplate()) {
        applyTemplate(nowMillis);
      } else {
        applyConnection(nowMillis);
      }
      ring.release();
      applied++;
      at = ring.next();
    }
    return applied;
  }

  private void applyConnection(long nowMillis) {
    int slot = table.findRequest(key);
    if (slot != ConnectionTable.NONE && !isAtSameServer(slot)) {
      if ((entry.flags() & ConnectionFlags.INACTIVE) != 0) {
        return; // the end of one that was replaced here already
      }
      factory.end(slot);
      slot = ConnectionTable.NONE;
    }
    boolean isNew = slot == ConnectionTable.NONE;
    if (isNew) {
      slot = fill(table, connection, nowMillis);
      if (slot == ConnectionTable.NONE) {
        return;
      }
      RealServer server = find(connection.at(slot));
      if (server != null && lacksLocalEnd(connection, server)) {
        table.free(slot);
        return;
      }
      table.publish(slot);
    } else {
      update(connection.at(slot));
    }
    bind(slot, nowMillis);
    note(connection, notes, nowMillis);
    if (!isNew) {
      wheel.disarm(slot);
    }
    wheel.arm(slot, nowMillis);
  }

  private boolean isAtSameServer(int slot) {
    connection.at(slot);
    return connection.serverPort() == entry.serverPort()
        && connection.isServerV6() == entry.isV6()
        && connection.serverHigh() == entry.serverHigh()
        && connection.serverLow() == entry.serverLow();
  }

  private void applyTemplate(long nowMillis) {
    boolean isSip = entry.dataLength() > 0;
    if (isSip && !entry.isOfEngine(SIP)) {
      return;
    }
    if (isSip) {
      callId.set(entry.data(), entry.dataLength());
    }
    templates.enter();
    try {
      ConnectionTable all = templates.table();
      int slot = isSip ? templates.dialogues().find(key, callId) : all.findRequest(key);
      boolean isNew = slot == ConnectionTable.NONE;
      if (isNew) {
        slot = fill(all, template, nowMillis);
        if (slot == ConnectionTable.NONE) {
          return;
        }
        if (isSip) {
          templates.dialogues().add(slot, callId);
          all.publishUnhashed(slot);
        } else {
          all.publish(slot);
        }
      }
      bindTemplate(slot);
      note(template.at(slot), templateNotes, nowMillis);
      if (!isNew) {
        templates.wheel().disarm(slot);
      }
      templates.wheel().arm(slot, nowMillis);
    } finally {
      templates.leave();
    }
  }

  /** A slot for the connection of the entry, without a server yet; NONE if the table is full. */
  private int fill(ConnectionTable to, Connection view, long nowMillis) {
    int slot = to.allocate();
    if (slot != ConnectionTable.NONE) {
      view.at(slot)
          .initialise(
              key,
              entry.flags() | ConnectionFlags.SYNC,
              entry.isV6(),
              entry.serverHigh(),
              entry.serverLow(),
              entry.serverPort(),
              UNBOUND,
              nowMillis);
      view.mark(entry.mark());
    }
    return slot;
  }

  private void update(Connection known) {
    int flags = entry.flags();
    RealServer server = servers.byId(known.serverId());
    boolean isInactive = (flags & ConnectionFlags.INACTIVE) != 0;
    if (server != null && isInactive != known.hasFlag(ConnectionFlags.INACTIVE)) {
      if (isInactive) {
        server.deactivate();
      } else {
        server.activate();
      }
    }
    known.removeFlags(UPDATED_FLAGS);
    known.addFlags(flags & UPDATED_FLAGS);
  }

  private void note(Connection told, SyncNotes ofTable, long nowMillis) {
    SyncNotes note = ofTable.of(told, nowMillis);
    if (entry.sequence() != 0) {
      SequenceAdjustment.read(told, entry.sequence());
    }
    told.inPackets(settings.syncThreshold);
    told.state(entry.state());
    long seconds = entry.timeoutSeconds();
    told.timeoutMillis(
        seconds == 0 ? usualMillis(told) : Math.min(seconds, LONGEST_SECONDS) * 1000);
    told.touch(nowMillis);
    note.said(entry.state(), nowMillis, 0);
  }

  private long usualMillis(Connection told) {
    if (told.isTemplate()) {
      return TEMPLATE_MILLIS;
    }
    return switch (told.protocol()) {
      case TcpHeader.PROTOCOL -> timeouts.tcpMillis(told.state());
      case SctpHeader.PROTOCOL -> timeouts.sctpMillis(told.state());
      default -> timeouts.udpMillis();
    };
  }

  // Servers

  /**
   * The server of a synchronised connection, which it may get only now that its service is there
   * (ip_vs_try_bind_dest).
   *
   * @return {@link RealServers#UNBOUND} if there is none: the connection has its address
   */
  RealServer bind(int slot, long nowMillis) {
    connection.at(slot);
    RealServer server = servers.byId(connection.serverId());
    if (server != null) {
      return server;
    }
    server = find(connection);
    if (server == null || lacksLocalEnd(connection, server)) {
      return RealServers.UNBOUND;
    }
    notes.of(connection, nowMillis);
    table.bind(slot, server.id(), inherited(connection, server));
    notes.restamp(connection.at(slot));
    server.bindConnection(!connection.hasFlag(ConnectionFlags.INACTIVE));
    return server;
  }

  /** Whether a FULLNAT server would not know the connection: no master tells of local ends. */
  private static boolean lacksLocalEnd(Connection told, RealServer server) {
    return server.spec().method() == ServerSpec.FULLNAT && !told.isFullNat();
  }

  private boolean bindTemplate(int slot) {
    template.at(slot);
    if (servers.byId(template.serverId()) != null) {
      return true;
    }
    RealServer server = find(template);
    if (server == null) {
      return false;
    }
    int flags = inherited(template, server) | ConnectionFlags.INACTIVE;
    templates.table().bind(slot, server.id(), flags);
    server.bindTemplate();
    return true;
  }

  /**
   * Finds all connections and templates without a server theirs.
   *
   * @return whether there is none left without
   */
  boolean bindAll(long nowMillis) {
    boolean isComplete = true;
    for (int slot = 0; slot < table.highWater(); slot++) {
      if (connection.at(slot).isPresent() && connection.method() != ServerSpec.BYPASS) {
        isComplete &= bind(slot, nowMillis) != RealServers.UNBOUND;
      }
    }
    templates.enter();
    try {
      for (int slot = 0; slot < templates.table().highWater(); slot++) {
        isComplete &= !template.at(slot).isPresent() || bindTemplate(slot);
      }
    } finally {
      templates.leave();
    }
    return isComplete;
  }

  /** The method is that of the server here, whatever the master said. */
  private static int inherited(Connection bound, RealServer server) {
    int theirs = ConnectionFlags.METHOD_MASK | ConnectionFlags.NO_OUTPUT;
    int ours = ConnectionFactory.initialFlags(server.spec().method()) & theirs;
    return bound.flags() & ~theirs | ours;
  }

  /** The server of a connection's service, by mark if that has one (ip_vs_find_dest). */
  private @Nullable RealServer find(Connection told) {
    VirtualService service =
        snapshot
            .services()
            .match(
                told.isV6(),
                told.mark(),
                told.protocol(),
                told.virtualHigh(),
                told.virtualLow(),
                told.virtualPort());
    if (service == null) {
      return null;
    }
    RealServer server = find(service.servers(), told, told.serverPort());
    return server != null ? server : find(service.servers(), told, 0);
  }

  private static @Nullable RealServer find(ServerList list, Connection told, int port) {
    for (int i = 0; i < list.size(); i++) {
      RealServer server = list.get(i);
      if (server.key().port() == port
          && server.key().address().isV4() != told.isServerV6()
          && server.key().address().low() == told.serverLow()
          && server.key().address().high() == told.serverHigh()) {
        return server;
      }
    }
    return null;
  }
}
