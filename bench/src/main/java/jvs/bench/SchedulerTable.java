package jvs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/**
 * {@code ./jvs bench schedulers [FILE]}: measures every scheduler and writes the figures as a page,
 * docs/scheduler-figures.md unless told otherwise.
 */
public final class SchedulerTable {
  private static final int[] SIZES = {3, 30, 1000};
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private SchedulerTable() {}

  /** Measures and writes; the argument is the file. */
  public static void main(String[] arguments) throws IOException, RunnerException {
    Path page = Path.of(arguments.length > 0 ? arguments[0] : "docs/scheduler-figures.md");
    Options options =
        new OptionsBuilder()
            .include(SchedulerBenchmark.class.getSimpleName())
            .addProfiler(GCProfiler.class)
            .warmupIterations(2)
            .warmupTime(TimeValue.milliseconds(500))
            .measurementIterations(5)
            .measurementTime(TimeValue.milliseconds(500))
            .build();
    Files.writeString(page, page(new Runner(options).run()));
    System.out.println("written: " + page);
  }

  private static String page(Collection<RunResult> results) {
    Map<String, String[]> rows = new TreeMap<>();
    double mostBytes = 0;
    for (RunResult result : results) {
      String scheduler = result.getParams().getParam("scheduler");
      int servers = Integer.parseInt(result.getParams().getParam("servers"));
      Statistics time = result.getPrimaryResult().getStatistics();
      String cell =
          String.format(Locale.ROOT, "%.0f ± %.0f", time.getMean(), time.getMeanErrorAt(0.999));
      for (int i = 0; i < SIZES.length; i++) {
        if (SIZES[i] == servers) {
          rows.computeIfAbsent(scheduler, unused -> new String[SIZES.length])[i] = cell;
        }
      }
      for (Map.Entry<String, ? extends Result<?>> second : secondary(result).entrySet()) {
        if (second.getKey().contains(ALLOCATION)) {
          mostBytes = Math.max(mostBytes, second.getValue().getScore());
        }
      }
    }
    StringBuilder page = new StringBuilder("# What a choice costs\n\n");
    page.append("Nanoseconds per choice, mean and 99.9 % error, by the number of servers.\n");
    page.append(
        String.format(
            Locale.ROOT, "Most bytes allocated per choice: %.2f (JMH's own share).\n", mostBytes));
    page.append("Written by `./jvs bench schedulers` on ")
        .append(LocalDate.now(ZoneOffset.UTC))
        .append(", JDK ");
    page.append(Runtime.version()).append(", ");
    page.append(Runtime.getRuntime().availableProcessors()).append(" processors.\n\n");
    page.append("| scheduler | 3 | 30 | 1000 |\n|---|---|---|---|\n");
    rows.forEach(
        (scheduler, cells) ->
            page.append("| `")
                .append(scheduler)
                .append("` | ")
                .append(String.join(" | ", cells))
                .append(" |\n"));
    return page.toString();
  }

  @SuppressWarnings("rawtypes") // as JMH declares it
  private static Map<String, ? extends Result<?>> secondary(RunResult result) {
    Map<String, Result<?>> typed = new TreeMap<>();
    for (Map.Entry<String, Result> entry : result.getSecondaryResults().entrySet()) {
      typed.put(entry.getKey(), entry.getValue());
    }
    return typed;
  }
}
