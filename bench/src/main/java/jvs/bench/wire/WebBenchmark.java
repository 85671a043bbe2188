package jvs.bench.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * What balancers cost a web service: new connections, requests, latency.
 *
 * <p>Balancers take turns in every round, so that a disturbance meets all of them alike.
 */
final class WebBenchmark {
  static final int REQUESTS_PER_SECOND = 2_000;

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final WebLab lab;
  private final long nanos;
  private final Consumer<String> progress;

  WebBenchmark(WebLab lab, int seconds, Consumer<String> progress) {
    this.lab = lab;
    nanos = TimeUnit.SECONDS.toNanos(seconds);
    this.progress = progress;
  }

  /** Measures all in turn, as often as there are rounds. */
  WebSeries run(List<Balancer> balancers, int rounds) throws IOException {
    Map<Balancer, List<WebSample>> samples = new EnumMap<>(Balancer.class);
    for (int round = 1; round <= rounds; round++) {
      for (Balancer balancer : balancers) {
        WebSample sample = measure(balancer);
        samples.computeIfAbsent(balancer, _ -> new ArrayList<>()).add(sample);
        progress.accept(
            "web service, round %d of %d: ".formatted(round, rounds) + line(balancer, sample));
      }
    }
    return new WebSeries(samples);
  }

  private static String line(Balancer balancer, WebSample sample) {
    return "%-18s %5.0f us a connection, %4.1f us a request, p50 %.0f us, p99 %.0f us"
        .formatted(
            balancer.title(),
            sample.connectionNanos() / 1000,
            sample.requestNanos() / 1000,
            sample.medianMicros(),
            sample.highMicros());
  }

  private WebSample measure(Balancer balancer) throws IOException {
    try (Contender.Running running = balancer.start(lab);
        WebLoad load = new WebLoad(lab.client().namespace(), balancer.address())) {
      List<Long> processes = new ArrayList<>(running.processes());
      processes.addAll(lab.serverProcesses());
      processes.add(ProcessHandle.current().pid());
      load.connections(WARM_UP_NANOS);
      ProcessorTime time = new ProcessorTime(processes);
      Priced connection = price(time, () -> load.connections(nanos));
      Priced request = price(time, () -> load.requests(nanos));
      Histogram latency = load.latency(REQUESTS_PER_SECOND, nanos);
      double seconds = nanos / 1e9;
      return new WebSample(
          connection.nanos(),
          connection.operations() / seconds,
          request.nanos(),
          request.operations() / seconds,
          latency.getValueAtPercentile(50) / 1e3,
          latency.getValueAtPercentile(99) / 1e3);
    }
  }

  private interface Work {
    long operations() throws IOException;
  }

  private record Priced(long operations, double nanos) {}

  private static Priced price(ProcessorTime time, Work work) throws IOException {
    long before = time.ofProcesses() + time.ofSoftInterrupts();
    long operations = work.operations();
    long used = time.ofProcesses() + time.ofSoftInterrupts() - before;
    return new Priced(operations, (double) used / Math.max(1, operations));
  }
}
