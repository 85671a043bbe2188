package jvs.engine;

import java.nio.charset.StandardCharsets;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.service.Settings;
import jvs.sync.SyncEntry;
import jvs.sync.SyncNotes;
import jvs.sync.SyncRing;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;

/**
 * Decides what a master tells of its connections, and puts it into the worker's ring
 * (ip_vs_sync_conn). One a worker, its thread.
 */
final class ConnectionSync {
  private static final long MESSAGE_BYTES = 1472;
  private static final long SHORTEST_DIFFERENCE_MILLIS = 10_000;
  private static final int ANY_STATE = -1;
  private static final int TCP_STATES =
      1 << TcpState.ESTABLISHED
          | 1 << TcpState.FIN_WAIT
          | 1 << TcpState.CLOSE
          | 1 << TcpState.CLOSE_WAIT
          | 1 << TcpState.TIME_WAIT;
  private static final int SCTP_STATES =
      1 << SctpState.ESTABLISHED
          | 1 << SctpState.SHUTDOWN_SENT
          | 1 << SctpState.SHUTDOWN_RECEIVED
          | 1 << SctpState.SHUTDOWN_ACK_SENT
          | 1 << SctpState.CLOSED;
  private static final byte[] NOTHING = {};
  private static final byte[] SIP = Persistence.SIP.getBytes(StandardCharsets.US_ASCII);

  private final Templates templates;
  private final Settings settings;
  private final SyncRing ring;
  private final SyncNotes notes;
  private final SyncNotes templateNotes;
  private final Connection template;
  private final SyncEntry entry = new SyncEntry();
  private int retries;

  ConnectionSync(Templates templates, Settings settings, SyncRing ring, SyncNotes notes) {
    this.templates = templates;
    this.settings = settings;
    this.ring = ring;
    this.notes = notes;
    templateNotes = new SyncNotes(templates.notes());
    template = new Connection(templates.table());
  }

  /** A request of a connection was forwarded; it has had {@code packets} so far. */
  void forwarded(Connection connection, int packets, long nowMillis) {
    boolean isSaid =
        !connection.hasFlag(ConnectionFlags.ONE_PACKET)
            && consider(connection, notes, NOTHING, packets, nowMillis);
    int controller = connection.controller();
    // Version 0 looks at a template only together with a connection.
    if (controller != ConnectionTable.NONE && (isSaid || settings.syncVersion != 0)) {
      template.at(controller);
      template.countRequest();
      consider(template, templateNotes, data(controller), template.inPackets(), nowMillis);
    }
  }

  /** A template that still controls connections got more time. */
  void rearmed(int slot, long nowMillis) {
    if (settings.isSyncMaster) {
      template.at(slot);
      consider(template, templateNotes, data(slot), settings.syncThreshold, nowMillis);
    }
  }

  private byte[] data(int templateSlot) {
    byte[] callId = templates.dialogues().callId(templateSlot);
    return callId == null ? NOTHING : callId;
  }

  private boolean consider(
      Connection connection, SyncNotes ofTable, byte[] data, int packets, long nowMillis) {
    SyncNotes note = ofTable.of(connection, nowMillis);
    if (!isDue(connection, note, packets, nowMillis)
        || isOurs(connection)
        || (settings.syncVersion == 0 && connection.isV6())) {
      return false;
    }
    int limit = (int) Math.min(SyncRing.CAPACITY, settings.syncQueueMessages * MESSAGE_BYTES);
    long to = ring.claim(SyncEntry.length(connection, data, SIP), limit);
    if (to == 0) {
      return false;
    }
    entry.wrap(to).write(connection, data, SIP);
    ring.publish();
    note.said(connection.state(), nowMillis + connection.timeoutMillis(), retries);
    return true;
  }

  /**
   * Whether it cannot be put into words that every backup understands. A FULLNAT connection is one
   * with this director's local address: it would be no use to another.
   */
  private static boolean isOurs(Connection connection) {
    return connection.hasFlag(ConnectionFlags.OTHER_FAMILY)
        || (connection.isFullNat() && !connection.isTemplate());
  }

  /** Whether there is something to say (ip_vs_sync_conn_needed). */
  private boolean isDue(Connection connection, SyncNotes note, int packets, long nowMillis) {
    retries = 0;
    boolean isTemplate = connection.isTemplate();
    if (!isTemplate) {
      boolean isPersistent = connection.controller() != ConnectionTable.NONE;
      if (settings.syncsTemplatesOnly && isPersistent) {
        return false;
      }
      int state = connection.state();
      int states = states(connection.protocol());
      if ((states >> state & 1) == 0) {
        return false;
      }
      boolean isNews = states != ANY_STATE && state != note.state();
      if (isNews && state != established(connection.protocol())) {
        return true;
      }
    }
    long refreshMillis = settings.syncRefreshSeconds * 1000L;
    if (refreshMillis > 0 && isTooSoon(connection, note, refreshMillis, nowMillis)) {
      return false;
    }
    int period = settings.syncPeriod;
    int threshold = settings.syncThreshold;
    if (period > 0) {
      return isTemplate || Integer.remainderUnsigned(packets, period) == threshold;
    }
    return refreshMillis > 0 || packets == threshold;
  }

  private boolean isTooSoon(
      Connection connection, SyncNotes note, long refreshMillis, long nowMillis) {
    long timeout = connection.timeoutMillis();
    long difference = Math.abs((long) ((int) (nowMillis + timeout) - note.deadlineMillis()));
    if (difference >= Math.min(refreshMillis, Math.max(timeout / 2, SHORTEST_DIFFERENCE_MILLIS))) {
      return false;
    }
    long repeatMillis = note.deadlineMillis() - timeout + refreshMillis / 8;
    if (note.retries() >= settings.syncRetries || (int) (nowMillis - repeatMillis) < 0) {
      return true;
    }
    retries = note.retries() + 1;
    return false;
  }

  private static int states(int protocol) {
    return switch (protocol) {
      case TcpHeader.PROTOCOL -> TCP_STATES;
      case SctpHeader.PROTOCOL -> SCTP_STATES;
      default -> ANY_STATE;
    };
  }

  private static int established(int protocol) {
    return protocol == TcpHeader.PROTOCOL ? TcpState.ESTABLISHED : SctpState.ESTABLISHED;
  }
}
