package jvs.sync;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * Entries on their way between a worker and a sync thread: off-heap records of any length, one
 * writer, one reader, neither waits.
 *
 * <p>When it is full the writer's entry is lost and counted: what is said about a connection will
 * be said again, and a worker must not stand still.
 */
public final class SyncRing implements AutoCloseable {
  /** Bytes of a ring. */
  public static final int CAPACITY = 1 << 20;

  private static final int HEADER = 8;
  private static final int WRAP = -1;
  private static final VarHandle WRITTEN = field("written");
  private static final VarHandle READ = field("read");

  private final Mapping memory = new Mapping(CAPACITY);
  private final long base = memory.address();

  @SuppressWarnings("unused") // through its VarHandle
  private volatile long written;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile long read;

  private volatile long lost;
  private long claimed;
  private long reading;

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(SyncRing.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * Room for a record; fill it in and {@link #publish} it. Writer.
   *
   * @param length bytes of the record
   * @param limit most bytes that may wait, this record included
   * @return its address, or 0 if there is no room: the entry is lost
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public long claim(int length, int limit) {
    int size = HEADER + (length + HEADER - 1 & -HEADER);
    long from = (long) WRITTEN.get(this);
    int offset = (int) from & CAPACITY - 1;
    int skipped = offset + size > CAPACITY ? CAPACITY - offset : 0;
    long end = from + skipped + size;
    if (end - (long) READ.getAcquire(this) > Math.min(limit, CAPACITY)) {
      lost++;
      return 0;
    }
    if (skipped > 0) {
      Memory.putInt(base + offset, WRAP);
      offset = 0;
    }
    Memory.putInt(base + offset, length);
    claimed = end;
    return base + offset + HEADER;
  }

  /** Hands the claimed record over. Writer. */
  public void publish() {
    WRITTEN.setRelease(this, claimed);
  }

  /** Address of the oldest record, or 0 if there is none; {@link #release} it. Reader. */
  public long next() {
    long from = (long) READ.get(this);
    if (from == (long) WRITTEN.getAcquire(this)) {
      return 0;
    }
    int offset = (int) from & CAPACITY - 1;
    if (Memory.getInt(base + offset) == WRAP) {
      from += CAPACITY - offset;
      offset = 0;
    }
    int length = Memory.getInt(base + offset);
    reading = from + HEADER + (length + HEADER - 1 & -HEADER);
    return base + offset + HEADER;
  }

  /** Gives the room of the record back that {@link #next} returned. Reader. */
  public void release() {
    READ.setRelease(this, reading);
  }

  /** Forgets what waits. Reader. */
  public void clear() {
    while (next() != 0) {
      release();
    }
  }

  /** Entries that found no room. Any thread. */
  public long lost() {
    return lost;
  }

  @Override
  public void close() {
    memory.close();
  }
}
