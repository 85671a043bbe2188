package jvs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvs bench memory}. */
@Command(
    name = "jvs bench memory",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures the pipeline from memory port to memory port, the connection table, headers and"
          + " checksums: processor time and bytes allocated for each packet.",
      "Without options: every way of a packet, 1,000, 100,000 and 1,000,000 connections; about a"
          + " quarter of an hour."
    })
public final class MemoryBenchmark implements Callable<Integer> {
  @Option(
      names = "--flows",
      paramLabel = "N",
      description = "Connections; may be repeated. Default: 1000, 100000, 1000000.")
  private List<Integer> flows = new ArrayList<>();

  @Option(
      names = "--way",
      paramLabel = "WAY",
      description = "Only these packets, may be repeated: ${COMPLETION-CANDIDATES}.")
  private List<Way> ways = new ArrayList<>();

  @Option(
      names = "--short",
      description = "A look: short iterations, whose figures are not worth writing down.")
  private boolean isShort;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Writes JMH's results there, for jvs bench compare.")
  private @Nullable Path json;

  @Option(names = "--markdown", paramLabel = "FILE", description = "Writes the page there.")
  private @Nullable Path markdown;

  private String command = "";

  /** Runs it. */
  public static void main(String[] arguments) {
    MemoryBenchmark benchmark = new MemoryBenchmark();
    benchmark.command = ("./jvs bench memory " + String.join(" ", arguments)).strip();
    System.exit(
        new CommandLine(benchmark).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, RunnerException {
    List<String> machine = Machine.lines();
    if (flows.isEmpty()) {
      flows = List.of(1_000, 100_000, 1_000_000);
    }
    if (ways.isEmpty()) {
      ways = List.of(Way.values());
    }
    List<RunResult> results = new ArrayList<>();
    ChainedOptionsBuilder usual = options(Stream.of(Keys.DRAWN));
    for (Class<?> each :
        List.of(PipelineBenchmark.class, TableBenchmark.class, HeaderBenchmark.class)) {
      usual.include(each.getSimpleName());
    }
    results.addAll(new Runner(usual.build()).run());
    String table = TableBenchmark.class.getSimpleName();
    ChainedOptionsBuilder attack = options(Stream.of(Keys.values()).filter(Keys::areChosen));
    attack.include(table + ".key").include(table + ".findRequest");
    results.addAll(new Runner(attack.build()).run());
    if (json != null) {
      ResultFormatFactory.getInstance(ResultFormatType.JSON, json.toString()).writeOut(results);
    }
    write(new MemoryReport(machine, command, flows, ways, new Figures(results)));
    return 0;
  }

  private ChainedOptionsBuilder options(Stream<Keys> keys) {
    return new OptionsBuilder()
        .param("flows", flows.stream().map(String::valueOf).toArray(String[]::new))
        .param("way", ways.stream().map(Way::name).toArray(String[]::new))
        .param("keys", keys.map(Keys::name).toArray(String[]::new))
        .addProfiler(GCProfiler.class)
        .addProfiler(CpuProfiler.class)
        .warmupIterations(3)
        .warmupTime(TimeValue.milliseconds(isShort ? 300 : 1000))
        .measurementIterations(5)
        .measurementTime(TimeValue.milliseconds(isShort ? 100 : 500));
  }

  private void write(MemoryReport report) throws IOException {
    System.out.print(report.markdown());
    if (markdown != null) {
      Files.writeString(markdown, report.markdown());
    }
  }
}
