package jvs.director.daemon;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * A line for each change, but never more than {@link #MOST} in ten seconds: what is beyond is
 * counted and told as a number. Any thread.
 */
final class ChangeLog {
  /** Most lines of {@link #PERIOD_MILLIS}. */
  static final int MOST = 100;

  /** After this, lines are told again. */
  static final long PERIOD_MILLIS = 10_000;

  private final Consumer<String> log;
  private final LongSupplier clock;
  private long beganMillis;
  private int lines;
  private int untold;

  /** Tells {@code log}; {@code clock} is in milliseconds. */
  ChangeLog(Consumer<String> log, LongSupplier clock) {
    this.log = log;
    this.clock = clock;
    beganMillis = clock.getAsLong();
  }

  /** A change was made. */
  synchronized void tell(String change) {
    tick();
    if (lines < MOST) {
      lines++;
      log.accept("changed: " + change);
    } else {
      untold++;
    }
  }

  /** Tells how many changes were not told, when it is time; now and then. */
  synchronized void tick() {
    if (clock.getAsLong() - beganMillis < PERIOD_MILLIS) {
      return;
    }
    beganMillis = clock.getAsLong();
    lines = 0;
    if (untold > 0) {
      log.accept("changed: " + untold + " times more");
      untold = 0;
    }
  }
}
