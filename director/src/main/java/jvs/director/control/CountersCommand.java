package jvs.director.control;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jvs counters}: how all frames ended so far, drops by reason. */
@Command(
    name = "counters",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows how many frames came in and how they ended: forwarded, passed to the host's stack,"
          + " consumed, or dropped for a reason; then what ports lost: frames that came faster than"
          + " they were taken, and frames that could not be sent; then the messages of connection"
          + " synchronisation."
          + " What never happened is at the end."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:shown", "2:wrong usage", "255:no director is running"})
public final class CountersCommand implements Callable<Integer> {
  private static final int UNAVAILABLE = 255;

  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean isJson;

  @Mixin private ControlOption control;

  @Override
  public Integer call() throws IOException {
    try (ControlClient client = control.client()) {
      PrintWriter out = spec.commandLine().getOut();
      Map<String, Long> counters = client.counters();
      out.print(isJson ? new Gson().toJson(counters) + "\n" : table(counters));
      out.flush();
      return 0;
    } catch (DirectorUnavailableException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("jvs counters: " + e.getMessage() + "\n");
      err.flush();
      return UNAVAILABLE;
    }
  }

  private static String table(Map<String, Long> counters) {
    int label = counters.keySet().stream().mapToInt(String::length).max().orElse(1);
    int count =
        counters.values().stream().mapToInt(value -> value.toString().length()).max().orElse(1);
    String line = "%-" + label + "s  %" + count + "d%n";
    StringBuilder table = new StringBuilder();
    counters.entrySet().stream()
        .sorted(Comparator.comparing(counter -> counter.getValue() == 0))
        .forEach(counter -> table.append(line.formatted(counter.getKey(), counter.getValue())));
    return table.toString();
  }
}
