package jvs.port.xdp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Chunks on their way from one worker to the keeper of a ring: one writer, one reader, neither
 * waits. There is room for all chunks that can be on this way, so that it never is full.
 */
final class ChunkRing {
  private static final VarHandle PUBLISHED = field("published");
  private static final VarHandle TAKEN = field("taken");

  private final int[] entries;
  private final int many;
  private Runnable signal = () -> {};

  // The writer's.
  private long put;
  private long signalled;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile long published;

  // The reader's.
  private long next;
  private long end;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile long taken;

  /**
   * An empty ring.
   *
   * @param most how many can be on their way
   * @param many how many may wait before the reader is told
   */
  ChunkRing(int most, int many) {
    entries = new int[Integer.highestOneBit(Math.max(1, most - 1)) << 1];
    this.many = many;
  }

  private static VarHandle field(String name) {
    try {
      return MethodHandles.lookup().findVarHandle(ChunkRing.class, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** How the reader is told that many wait. Before anybody writes. */
  void wakeBy(Runnable wakeUp) {
    signal = wakeUp;
  }

  /** Puts one; seen after {@link #publish}. Writer. */
  void put(int entry) {
    entries[(int) put & entries.length - 1] = entry;
    put++;
  }

  /** Lets the reader see what was put, and wakes it if it has not looked for a while. Writer. */
  void publish() {
    if ((long) PUBLISHED.get(this) == put) {
      return;
    }
    PUBLISHED.setRelease(this, put);
    if (put - signalled >= many && put - (long) TAKEN.getOpaque(this) >= many) {
      signalled = put;
      signal.run();
    }
  }

  /** Takes the next, or -1 if there is none; the writer knows after {@link #handBack}. Reader. */
  int take() {
    if (next == end) {
      end = (long) PUBLISHED.getAcquire(this);
      if (next == end) {
        return -1;
      }
    }
    return entries[(int) next++ & entries.length - 1];
  }

  /** Lets the writer know what was taken. Reader. */
  void handBack() {
    if ((long) TAKEN.get(this) != next) {
      TAKEN.setRelease(this, next);
    }
  }
}
