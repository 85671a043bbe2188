package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import jvs.engine.Verdict;

/**
 * Tells the administrator, once a minute at most, of packets that two directors send each other:
 * each is a real server of the other's, and both balance. One thread.
 */
final class LoopWatch {
  private static final Logger LOG = System.getLogger(LoopWatch.class.getName());
  private static final long INTERVAL_NANOS = 60_000_000_000L;

  private long told;
  private long toldNanos;

  /**
   * Looks at the counters.
   *
   * @param counters all workers' sums by label
   * @param nowNanos of a clock that goes on steadily
   */
  void look(Map<String, Long> counters, long nowNanos) {
    long returned = counters.getOrDefault(Verdict.RETURNED_LABEL, 0L);
    if (returned == told || (told != 0 && nowNanos - toldNanos < INTERVAL_NANOS)) {
      return;
    }
    LOG.log(
        Level.WARNING,
        "{0} packets went back to the machine that they came from: a real server that balances,"
            + " too; set backup_only there, or mark by source MAC (docs/keepalived.md)",
        returned - told);
    told = returned;
    toldNanos = nowNanos;
  }
}
