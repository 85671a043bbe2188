package jvs.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.TableMemory;
import jvs.flow.TimingWheel;
import jvs.linux.Mapping;
import jvs.service.RealServer;
import jvs.sync.SyncNotes;
import org.jspecify.annotations.Nullable;

/**
 * The persistence templates of all workers: a client's connections may be on different workers, and
 * must find the same server.
 *
 * <p>The gate guards table and wheel. A worker passes it when a connection of a persistent service
 * opens and ends, and when timers are due; packets in between do not come here. It is passed before
 * a service's gate, never after. Listings read slots under their stamps.
 */
final class Templates implements TimingWheel.Expiry, AutoCloseable {
  /** State of a template one of whose connections got an answer (IP_VS_CTPL_S_ASSURED). */
  static final int ASSURED = 1;

  private static final long REARM_MILLIS = 60_000;
  private static final int TICK_MILLIS = 10;
  private static final int LOOKED_AT_FOR_ROOM = 32;

  private final ConnectionTable table;
  private final TimingWheel wheel;
  private final Dialogues dialogues;
  private final RealServers servers;
  private final Connection connection;
  private final Mapping notes;
  private final AtomicBoolean gate = new AtomicBoolean();
  private volatile long lastTick;
  private @Nullable ConnectionSync listener;
  private int next;

  /** Goes on with the templates that are in {@code memory}, which has room for Call-IDs. */
  Templates(TableMemory memory, long seed, RealServers servers, long nowMillis) {
    table = new ConnectionTable(memory, seed);
    wheel = new TimingWheel(table, nowMillis);
    connection = new Connection(table);
    dialogues = new Dialogues(table, memory.labels(), seed);
    table.adopt(dialogues::isLabelled);
    dialogues.adopt();
    for (int slot = 0; slot < table.highWater(); slot++) {
      if (connection.at(slot).isPresent()) {
        wheel.arm(slot, nowMillis);
      }
    }
    notes = SyncNotes.memoryFor(table);
    this.servers = servers;
    lastTick = Math.floorDiv(nowMillis, TICK_MILLIS);
  }

  void enter() {
    while (!gate.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
  }

  void leave() {
    gate.set(false);
  }

  /** The templates; changed only between {@link #enter} and {@link #leave}. */
  ConnectionTable table() {
    return table;
  }

  /** Those of the engine {@code sip}; only between {@link #enter} and {@link #leave}. */
  Dialogues dialogues() {
    return dialogues;
  }

  /** Makes a template unfindable until it expires: its server may not be used any more. */
  void hide(int slot) {
    dialogues.hide(slot);
    table.hideTemplate(slot);
  }

  /** Their timers; only between {@link #enter} and {@link #leave}. */
  TimingWheel wheel() {
    return wheel;
  }

  /** Memory for what synchronisation knows of them. */
  Mapping notes() {
    return notes;
  }

  /** Fires what is due, unless another worker does; tells {@code sync} of those that stay. */
  int expire(long nowMillis, @Nullable ConnectionSync sync) {
    long tick = Math.floorDiv(nowMillis, TICK_MILLIS);
    if (tick <= lastTick || !gate.compareAndSet(false, true)) {
      return 0;
    }
    try {
      lastTick = tick;
      listener = sync;
      return wheel.advance(nowMillis, this);
    } finally {
      leave();
    }
  }

  @Override
  public void expired(int slot, long nowMillis) {
    connection.at(slot);
    if (connection.controlled() == 0) {
      end(slot);
      return;
    }
    connection.timeoutMillis(REARM_MILLIS);
    connection.touch(nowMillis);
    wheel.arm(slot, nowMillis);
    if (listener != null) {
      listener.rearmed(slot, nowMillis);
    }
  }

  /**
   * A connection that {@code slot} controls has gone.
   *
   * @param isForced whether it was dropped before its time: then a template that nobody answered
   *     and that controls nothing else goes with it (ip_vs_conn_expire)
   */
  void release(int slot, boolean isForced) {
    enter();
    try {
      int controlled = connection.at(slot).controlled() - 1;
      connection.controlled(controlled);
      if (isForced && controlled == 0 && connection.state() != ASSURED) {
        wheel.disarm(slot);
        end(slot);
      }
    } finally {
      leave();
    }
  }

  /** Ends templates whose server was deleted and that control nothing. */
  void endUnavailable() {
    enter();
    try {
      for (int slot = 0; slot < table.highWater(); slot++) {
        if (connection.at(slot).isPresent() && connection.controlled() == 0) {
          RealServer server = servers.byId(connection.serverId());
          if (server != null && !server.isAvailable()) {
            wheel.disarm(slot);
            end(slot);
          }
        }
      }
    } finally {
      leave();
    }
  }

  /**
   * Drops templates without controlled connections that nobody answered, of one in {@code share}.
   */
  void dropUnanswered(int share) {
    enter();
    try {
      int highWater = table.highWater();
      for (int i = (highWater + share - 1) / share; i > 0; i--) {
        next = next + 1 < highWater ? next + 1 : 0;
        if (isDispensable(next)) {
          wheel.disarm(next);
          end(next);
        }
      }
    } finally {
      leave();
    }
  }

  /**
   * In a full table the next template goes that nobody answered and that controls nothing. Between
   * {@link #enter} and {@link #leave}.
   */
  void makeRoom() {
    for (int i = 0; i < LOOKED_AT_FOR_ROOM; i++) {
      next = next + 1 < table.highWater() ? next + 1 : 0;
      if (isDispensable(next)) {
        wheel.disarm(next);
        end(next);
        return;
      }
    }
  }

  private boolean isDispensable(int slot) {
    connection.at(slot);
    return connection.isPresent() && connection.controlled() == 0 && connection.state() != ASSURED;
  }

  private void end(int slot) {
    RealServer server = servers.byId(connection.at(slot).serverId());
    if (server != null) {
      server.unbindTemplate();
    }
    dialogues.remove(slot);
    table.free(slot);
  }

  @Override
  public void close() {
    table.close();
    notes.close();
  }
}
