package jvs.sync;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * What synchronisation knows about the connections of a table beyond their slots: what was last
 * said about each. Takes no memory until it is used. A view of memory that several may share.
 *
 * <p>A note belongs to the connection with the stamp it carries; for another one in the same slot
 * it is blank. One thread.
 */
public final class SyncNotes {
  private static final int BYTES = 16;
  private static final int STAMP = 0;
  private static final int DEADLINE = 4;
  private static final int STATE = 8;
  private static final int RETRIES = 9;

  private final Mapping memory;
  private long at;

  /** A view of what {@link #memoryFor} returned. */
  public SyncNotes(Mapping memory) {
    this.memory = memory;
  }

  /** Memory for blank notes on the connections of {@code table}. */
  public static Mapping memoryFor(ConnectionTable table) {
    return new Mapping((long) table.capacity() * BYTES);
  }

  /** Moves to the note of a connection. */
  public SyncNotes of(Connection connection, long nowMillis) {
    at = memory.address() + (long) connection.slot() * BYTES;
    int stamp = connection.stamp();
    if (Memory.getInt(at + STAMP) != stamp) {
      Memory.zero(at, BYTES);
      Memory.putInt(at + STAMP, stamp);
      Memory.putInt(at + DEADLINE, (int) nowMillis);
    }
    return this;
  }

  /** The connection, not another one, got another stamp. */
  public void restamp(Connection connection) {
    Memory.putInt(memory.address() + (long) connection.slot() * BYTES + STAMP, connection.stamp());
  }

  /** When it was last said to expire, in the low 32 bits of milliseconds. */
  public int deadlineMillis() {
    return Memory.getInt(at + DEADLINE);
  }

  /** The state that was last said, 0 if none was. */
  public int state() {
    return Memory.u8(at + STATE);
  }

  /** How often that deadline was repeated. */
  public int retries() {
    return Memory.u8(at + RETRIES);
  }

  /** This is said now. */
  public void said(int state, long deadlineMillis, int retries) {
    Memory.putInt(at + DEADLINE, (int) deadlineMillis);
    Memory.put8(at + STATE, state);
    Memory.put8(at + RETRIES, retries);
  }
}
