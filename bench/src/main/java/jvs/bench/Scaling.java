package jvs.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import jvs.engine.Worker;

/**
 * {@code ./jvs bench scaling [WORKERS [FLOWS]]}: frames a second that several workers of one
 * director take to their ends in memory, against one; NAT, client to server.
 *
 * <p>On a machine that has other things to do the frames a second of several workers suffer first;
 * what they cost each other is in the CPU time per frame.
 */
public final class Scaling {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 5;
  private static final long WARM_NANOS = 3_000_000_000L;
  private static final long ROUND_NANOS = 1_500_000_000L;

  /**
   * What a round came to.
   *
   * @param framesPerSecond of all workers
   * @param cpuNanos per frame
   */
  private record Outcome(double framesPerSecond, double cpuNanos) {}

  private Scaling() {}

  /** Measures and prints. */
  public static void main(String[] arguments) throws InterruptedException {
    int workers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    int flows = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 100_000;
    double[] rates = new double[ROUNDS];
    double[] costs = new double[ROUNDS];
    try (DirectorInMemory director = new DirectorInMemory(Way.NAT_IN, flows, workers)) {
      run(director, workers, WARM_NANOS);
      for (int i = 0; i < ROUNDS; i++) {
        Outcome one = run(director, 1, ROUND_NANOS);
        Outcome all = run(director, workers, ROUND_NANOS);
        rates[i] = all.framesPerSecond / one.framesPerSecond;
        costs[i] = all.cpuNanos / one.cpuNanos;
        System.out.println("1 worker: " + text(one) + "; " + workers + " workers: " + text(all));
      }
    }
    System.out.println(
        workers
            + " workers against one, "
            + flows
            + " flows each, median of "
            + ROUNDS
            + " [least, most]: frames a second "
            + text(rates)
            + ", CPU time a frame "
            + text(costs));
  }

  private static String text(Outcome outcome) {
    return String.format(
        Locale.ROOT,
        "%.2f million frames a second, %.0f ns CPU each",
        outcome.framesPerSecond / 1e6,
        outcome.cpuNanos);
  }

  private static String text(double[] ratios) {
    Arrays.sort(ratios);
    return String.format(
        Locale.ROOT, "%.2f [%.2f, %.2f]", ratios[ROUNDS / 2], ratios[0], ratios[ROUNDS - 1]);
  }

  private static Outcome run(DirectorInMemory director, int workers, long nanos)
      throws InterruptedException {
    long[] frames = new long[workers];
    long[] cpu = new long[workers];
    CountDownLatch start = new CountDownLatch(workers);
    Thread[] threads = new Thread[workers];
    for (int i = 0; i < workers; i++) {
      int number = i;
      threads[i] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    start.countDown();
                    while (start.getCount() > 0) {
                      Thread.onSpinWait();
                    }
                    long before = THREADS.getCurrentThreadCpuTime();
                    frames[number] = work(director.worker(number), nanos);
                    cpu[number] = THREADS.getCurrentThreadCpuTime() - before;
                  });
    }
    for (Thread thread : threads) {
      thread.join();
    }
    double sum = Arrays.stream(frames).sum();
    return new Outcome(sum * 1e9 / nanos, Arrays.stream(cpu).sum() / sum);
  }

  private static long work(Worker worker, long nanos) {
    long end = System.nanoTime() + nanos;
    long frames = 0;
    while (System.nanoTime() < end) {
      for (int i = 0; i < 100; i++) {
        frames += worker.doWork();
      }
    }
    return frames;
  }
}
