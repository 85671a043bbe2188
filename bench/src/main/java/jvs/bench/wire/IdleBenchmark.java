package jvs.bench.wire;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** What a director costs that has nothing to do. */
final class IdleBenchmark {
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final WireLab lab;

  IdleBenchmark(WireLab lab) {
    this.lab = lab;
  }

  /** Percent of a core over so many seconds, when it has started and settled. */
  double percent(Contender director, int seconds) {
    try (Contender.Running running = director.start(lab)) {
      ProcessorTime time = new ProcessorTime(running.processes());
      pause(SETTLE_NANOS);
      long before = time.ofProcesses();
      long start = System.nanoTime();
      pause(TimeUnit.SECONDS.toNanos(seconds));
      return 100.0 * (time.ofProcesses() - before) / (System.nanoTime() - start);
    }
  }

  private static void pause(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }
}
