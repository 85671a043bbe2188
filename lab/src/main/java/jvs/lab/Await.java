package jvs.lab;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for conditions of the world outside, which does not call us back. Any thread. */
public final class Await {
  private static final long POLL_NANOS = 20_000_000;

  private Await() {}

  /**
   * Returns as soon as {@code condition} holds.
   *
   * @param what the condition in words, for the failure
   */
  public static void until(String what, Duration limit, BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        throw new LabException("not within %d ms: %s".formatted(limit.toMillis(), what));
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }
}
