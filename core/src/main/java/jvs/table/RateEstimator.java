package jvs.table;

import java.util.Arrays;
import jvs.service.Statistics;

/**
 * Counters since the last zeroing and smoothed rates of one object (ip_vs_est.c): every two seconds
 * a quarter of the way to the present rate, in the kernel's fixed point. Control plane's lock.
 */
final class RateEstimator {
  private static final int N = CounterReader.COUNTERS;
  private static final int FIRST_BYTES = 3;

  private final long[] base = new long[N];
  private final long[] last = new long[N];
  private final long[] estimates = new long[N];
  private final long[] now = new long[N];

  /** Where a caller puts the workers' sums before each of the calls below. */
  long[] sums() {
    Arrays.fill(now, 0);
    return now;
  }

  void zero() {
    System.arraycopy(now, 0, base, 0, N);
    System.arraycopy(now, 0, last, 0, N);
    Arrays.fill(estimates, 0);
  }

  void estimate() {
    for (int i = 0; i < N; i++) {
      long rate = now[i] - last[i] << (i < FIRST_BYTES ? 9 : 4);
      estimates[i] += rate - estimates[i] >> 2;
      last[i] = now[i];
    }
  }

  Statistics statistics() {
    return new Statistics(
        now[0] - base[0],
        now[1] - base[1],
        now[2] - base[2],
        now[3] - base[3],
        now[4] - base[4],
        estimates[0] + 0x1ff >> 10,
        estimates[1] + 0x1ff >> 10,
        estimates[2] + 0x1ff >> 10,
        estimates[3] + 0xf >> 5,
        estimates[4] + 0xf >> 5);
  }
}
