package jvs.engine;

/**
 * What routers told about the MTU of paths to servers: direct-mapped and forgotten after ten
 * minutes (ip_rt_mtu_expires). One thread, its worker's.
 */
final class PathMtus {
  private static final int SIZE = 1024;
  private static final long LIFETIME_MILLIS = 600_000;

  /** Nobody is believed who says less (ip_rt_min_pmtu). */
  private static final int SMALLEST = 552;

  private final long[] highs = new long[SIZE];
  private final long[] lows = new long[SIZE];
  private final int[] mtus = new int[SIZE];
  private final long[] deadlines = new long[SIZE];
  private boolean hasLearnt;

  private static int place(long high, long low) {
    return (int) ((low ^ high) * 0x9e3779b97f4a7c15L >>> 54);
  }

  /** MTU of the path to a server behind a link of {@code linkMtu}. */
  int of(long high, long low, int linkMtu, long nowMillis) {
    if (!hasLearnt) {
      return linkMtu;
    }
    int place = place(high, low);
    boolean isKnown = lows[place] == low && highs[place] == high && nowMillis < deadlines[place];
    return isKnown ? Math.min(mtus[place], linkMtu) : linkMtu;
  }

  /** A router on the way to a server says what fits. */
  void learn(long high, long low, int mtu, long nowMillis) {
    hasLearnt = true;
    int place = place(high, low);
    highs[place] = high;
    lows[place] = low;
    mtus[place] = Math.max(mtu, SMALLEST);
    deadlines[place] = nowMillis + LIFETIME_MILLIS;
  }
}
