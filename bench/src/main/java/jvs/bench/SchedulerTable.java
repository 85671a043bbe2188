package jvs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
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
  private static final String CHOICE = "SchedulerBenchmark.choose";

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
    Files.writeString(page, page(List.copyOf(new Runner(options).run())));
    System.out.println("written: " + page);
  }

  private static String page(List<RunResult> results) {
    Map<String, String[]> rows = new TreeMap<>();
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
    }
    double mostBytes = new Figures(results).mostBytes(CHOICE, Map.of());
    StringBuilder page = new StringBuilder("# What a choice costs\n\n");
    page.append("Nanoseconds per choice, mean and 99.9 % error, by the number of servers.\n");
    page.append(String.format(Locale.ROOT, "Most bytes allocated per choice: %.1f.\n", mostBytes));
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
}
