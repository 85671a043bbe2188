package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.service.RealServer;
import jvs.service.Settings;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;

/**
 * Drops connections without waiting for their packets or timers: those of deleted servers
 * (ip_vs_expire_nodest_conn_flush), and some of the idle when memory is short
 * (ip_vs_random_dropentry).
 *
 * <p>One a worker, its thread; a bounded piece of the table in each duty cycle.
 */
final class ConnectionSweep {
  private static final int SLOTS_A_CYCLE = 4096;

  // The kernel's work is queued for the jiffy after the present one.
  private static final int DELAY_MILLIS = 20;
  private static final int SECOND_MILLIS = 1_000;
  private static final int IDLE_MILLIS = 60_000;
  private static final int SHARE = 32;
  private static final int FEW_PACKETS = 8;

  private final ConnectionTable table;
  private final RealServers servers;
  private final ConnectionFactory factory;
  private final Persistence persistence;
  private final Settings settings;
  private final Connection connection;
  private final int[] spared = new int[FEW_PACKETS + 1];
  private boolean isWanted;
  private int next = Integer.MAX_VALUE;
  private long startMillis = Long.MAX_VALUE;
  private int nextIdle;
  private long nextSecondMillis;

  ConnectionSweep(
      ConnectionTable table,
      RealServers servers,
      ConnectionFactory factory,
      Persistence persistence,
      Settings settings) {
    this.table = table;
    this.servers = servers;
    this.factory = factory;
    this.persistence = persistence;
    this.settings = settings;
    connection = new Connection(table);
  }

  /** A server may have been deleted: its connections are to be found and dropped, soon. */
  void start() {
    isWanted = true;
  }

  /** Does a piece of what is to be done; returns how many connections it looked at. */
  int work(long nowMillis) {
    int looked = 0;
    if (isWanted) {
      isWanted = false;
      startMillis = nowMillis + DELAY_MILLIS;
    }
    if (nowMillis >= startMillis) {
      startMillis = Long.MAX_VALUE;
      next = 0;
    }
    if (next != Integer.MAX_VALUE) {
      looked = dropUnavailable();
    }
    if (settings.dropsEntries && nowMillis >= nextSecondMillis) {
      nextSecondMillis = nowMillis + SECOND_MILLIS;
      looked += dropIdle(nowMillis);
    }
    return looked;
  }

  private int dropUnavailable() {
    int from = next;
    int end = Math.min(table.highWater(), from + SLOTS_A_CYCLE);
    for (int slot = from; slot < end; slot++) {
      if (connection.at(slot).isPresent() && connection.controlled() == 0) {
        RealServer server = servers.byId(connection.serverId());
        if (server != null && !server.isAvailable()) {
          factory.drop(slot);
        }
      }
    }
    next = end;
    if (next >= table.highWater()) {
      next = Integer.MAX_VALUE;
      persistence.endUnavailable();
    }
    return end - from;
  }

  private int dropIdle(long nowMillis) {
    int highWater = table.highWater();
    int count = (highWater + SHARE - 1) / SHARE;
    for (int i = 0; i < count; i++) {
      nextIdle = nextIdle + 1 < highWater ? nextIdle + 1 : 0;
      if (connection.at(nextIdle).isPresent()
          && connection.controlled() == 0
          && isDispensable(nowMillis)) {
        factory.drop(nextIdle);
      }
    }
    persistence.dropUnanswered(SHARE);
    return count;
  }

  private boolean isDispensable(long nowMillis) {
    if (ConnectionStates.isOpening(connection)) {
      return true;
    }
    int state = connection.state();
    boolean isOver =
        switch (connection.protocol()) {
          case TcpHeader.PROTOCOL -> state != TcpState.ESTABLISHED;
          case SctpHeader.PROTOCOL -> state != SctpState.ESTABLISHED;
          default -> false;
        };
    if (isOver) {
      return false;
    }
    int packets = connection.inPackets();
    if (connection.idleMillis(nowMillis) < IDLE_MILLIS || packets < 1 || packets > FEW_PACKETS) {
      return false;
    }
    if (--spared[packets] > 0) {
      return false;
    }
    spared[packets] = packets;
    return true;
  }
}
