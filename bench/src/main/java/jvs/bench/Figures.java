package jvs.bench;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What JMH measured with {@link CpuProfiler} and its own profiler of allocation, found by benchmark
 * ({@code Class.method}) and parameters.
 *
 * @param results JMH's
 */
record Figures(List<RunResult> results) {
  /** Benchmarks of this class, by name. */
  List<String> benchmarks(Class<?> of) {
    return results.stream()
        .map(Figures::name)
        .filter(name -> name.startsWith(of.getSimpleName() + "."))
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Processor time of an operation.
   *
   * @throws NoSuchElementException if it was not measured
   */
  Spread nanos(String benchmark, Map<String, ?> parameters) {
    Statistics nanos =
        of(benchmark, parameters)
            .map(result -> secondary(result, "cpu"))
            .findFirst()
            .orElseThrow(() -> new NoSuchElementException(benchmark + " " + parameters));
    return new Spread(nanos.getPercentile(50), nanos.getMin(), nanos.getMax());
  }

  /** The most that an operation allocates, in tenths of a byte: JMH's own share is less. */
  double mostBytes(String benchmark, Map<String, ?> parameters) {
    return of(benchmark, parameters)
        .mapToDouble(result -> secondary(result, "gc.alloc.rate.norm").getPercentile(50))
        .map(bytes -> Math.round(bytes * 10) / 10.0)
        .max()
        .orElseThrow(() -> new NoSuchElementException(benchmark + " " + parameters));
  }

  private Stream<RunResult> of(String benchmark, Map<String, ?> parameters) {
    return results.stream()
        .filter(result -> name(result).equals(benchmark))
        .filter(
            result ->
                parameters.entrySet().stream()
                    .allMatch(
                        p ->
                            p.getValue()
                                .toString()
                                .equals(result.getParams().getParam(p.getKey()))));
  }

  private static String name(RunResult result) {
    String name = result.getParams().getBenchmark();
    return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
  }

  private static Statistics secondary(RunResult result, String metric) {
    Result<?> found = result.getSecondaryResults().get(metric);
    if (found == null) {
      throw new NoSuchElementException(metric + " of " + name(result));
    }
    return found.getStatistics();
  }
}
