package jvs.flow;

import java.util.Arrays;

/**
 * Expires connections: a hashed wheel of intrusive lists through the slots, one turn in 11 minutes.
 *
 * <p>Lazy: a packet only stores when it came; the wheel's entry fires at the deadline that was
 * known when it was armed and arms itself again if the connection was used since. Whoever shortens
 * a timeout arms it anew. Deadlines are exact to a tick of 10 ms, the kernel's jiffy at HZ=100.
 *
 * <p>One thread, the table's worker; the clock is the caller's. Nothing allocates after
 * construction.
 */
public final class TimingWheel {
  /** Decides what happens to a connection whose timer fired. */
  @FunctionalInterface
  public interface Expiry {
    /**
     * The timer of {@code slot} fired; the connection is in no list of the wheel now. It is the
     * callee's to free it or to arm it again.
     */
    void expired(int slot, long nowMillis);
  }

  /** Memory of a wheel; the lists themselves lie in the slots. */
  public static final long BYTES = 4L << 16;

  private static final int TICK_MILLIS = 10;
  private static final int SLOTS = 1 << 16;
  private static final int NONE = ConnectionTable.NONE;

  private final Connection connection;
  private final Connection neighbour;
  private final int[] heads = new int[SLOTS];
  private long currentTick;

  /** A wheel for {@code table} that starts at {@code nowMillis}. */
  public TimingWheel(ConnectionTable table, long nowMillis) {
    connection = new Connection(table);
    neighbour = new Connection(table);
    Arrays.fill(heads, NONE);
    currentTick = Math.floorDiv(nowMillis, TICK_MILLIS);
  }

  /** Puts a connection that is in no list to its deadline. */
  public void arm(int slot, long nowMillis) {
    connection.at(slot);
    long deadline = nowMillis + Math.max(0, connection.remainingMillis(nowMillis));
    long tick = Math.floorDiv(deadline + TICK_MILLIS - 1, TICK_MILLIS);
    tick = Math.max(tick, currentTick + 1);
    tick = Math.min(tick, currentTick + SLOTS - 1);
    int place = (int) tick & SLOTS - 1;
    int head = heads[place];
    connection.wheelNext(head);
    connection.wheelPrevious(-2 - place);
    if (head != NONE) {
      neighbour.at(head).wheelPrevious(slot);
    }
    heads[place] = slot;
  }

  /** Takes a connection out of its list. */
  public void disarm(int slot) {
    connection.at(slot);
    int next = connection.wheelNext();
    int previous = connection.wheelPrevious();
    if (previous == NONE) {
      return;
    }
    if (previous < NONE) {
      heads[-2 - previous] = next;
    } else {
      neighbour.at(previous).wheelNext(next);
    }
    if (next != NONE) {
      neighbour.at(next).wheelPrevious(previous);
    }
    connection.wheelNext(NONE);
    connection.wheelPrevious(NONE);
  }

  /** Puts a connection to its present deadline, whatever it was armed for before. */
  public void rearm(int slot, long nowMillis) {
    disarm(slot);
    arm(slot, nowMillis);
  }

  /**
   * Fires what is due up to now.
   *
   * @return how many connections were looked at
   */
  public int advance(long nowMillis, Expiry expiry) {
    long target = Math.floorDiv(nowMillis, TICK_MILLIS);
    int work = 0;
    while (currentTick < target) {
      currentTick++;
      int place = (int) currentTick & SLOTS - 1;
      while (heads[place] != NONE) {
        int slot = heads[place];
        disarm(slot);
        work++;
        if (connection.at(slot).remainingMillis(nowMillis) > 0) {
          arm(slot, nowMillis);
        } else {
          expiry.expired(slot, nowMillis);
        }
      }
    }
    return work;
  }
}
