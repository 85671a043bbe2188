package jvs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run of the benchmarks in memory found.
 *
 * @param machine processors, kernel, JDK, date
 * @param command how to repeat it
 * @param flows the numbers of connections
 * @param ways whose packets were measured
 * @param figures what was measured
 */
record MemoryReport(
    List<String> machine, String command, List<Integer> flows, List<Way> ways, Figures figures) {
  private static final String PACKET = "PipelineBenchmark.packet";
  private static final String GENERATION = "PipelineBenchmark.generation";
  private static final String TABLE = "TableBenchmark.";
  private static final String FIND = "findRequest";

  /** What is to be reached for an established packet, and what Katran's program takes. */
  private record Limit(int flows, double nanos, int katransNanos) {}

  private static final List<Limit> LIMITS =
      List.of(
          new Limit(1_000, 60, 95), new Limit(100_000, 80, 357), new Limit(1_000_000, 100, 578));

  /** The page. */
  String markdown() {
    StringBuilder page = new StringBuilder("# What a packet costs in memory\n\n");
    page.append(
        """
        Written by `./jvs bench memory --markdown FILE`: nanoseconds of processor time, the
        median of the iterations (least to most), less what the benchmark's own frames and keys
        take. Packets go from memory port to memory port in bursts of 64, each of another
        connection drawn by lot. Bytes are those allocated for a packet.

        """);
    machine.forEach(line -> page.append("* ").append(line).append('\n'));
    page.append("* `").append(command).append("`\n\n").append(Goal.HEAD);
    goals().forEach(goal -> page.append(goal.row()));
    page.append("\n### A packet through the pipeline\n\n").append(head("packets")).append(" B |\n");
    page.append("|---".repeat(flows.size() + 2)).append("|\n");
    for (Way way : ways) {
      page.append("| ").append(way.title);
      flows.forEach(n -> page.append(" | ").append(text(pipeline(way, n))));
      page.append(String.format(Locale.ROOT, " | %.1f |%n", bytes(way)));
    }
    page.append("\n### The connection table\n\n").append(head("connections")).append('\n');
    page.append("|---".repeat(flows.size() + 1)).append("|\n");
    for (String method : List.of(FIND, "findReply", "findNothing", "addAndFree")) {
      row(page, method, Keys.DRAWN);
    }
    Stream.of(Keys.values()).filter(Keys::areChosen).forEach(keys -> row(page, FIND, keys));
    page.append("\n### Headers and checksums\n\n| | ns |\n|---|---|\n");
    for (String benchmark : figures.benchmarks(HeaderBenchmark.class)) {
      String method = benchmark.substring(benchmark.indexOf('.') + 1);
      String nanos = text(figures.nanos(benchmark, Map.of()));
      page.append("| `").append(method).append("` | ").append(nanos).append(" |\n");
    }
    return page.toString();
  }

  private void row(StringBuilder page, String method, Keys keys) {
    page.append("| `").append(method).append("`, ").append(keys.title);
    flows.forEach(n -> page.append(" | ").append(text(table(method, keys, n))));
    page.append(" |\n");
  }

  private String head(String what) {
    StringBuilder head = new StringBuilder("| ").append(what);
    flows.forEach(n -> head.append(String.format(Locale.ROOT, " | %,d flows", n)));
    return head.append(" |").toString();
  }

  /** The goals that this run says something about. */
  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    for (Limit limit : LIMITS) {
      for (Way way : ways) {
        if (way.isEstablished() && !way.isV6() && flows.contains(limit.flows)) {
          goals.add(
              new Goal(
                  String.format(Locale.ROOT, "%s, %,d flows, ns", way.title, limit.flows),
                  "Katran's program: " + limit.katransNanos,
                  limit.nanos,
                  false,
                  pipeline(way, limit.flows)));
        }
      }
    }
    double most =
        ways.stream().filter(way -> way != Way.NEW).mapToDouble(this::bytes).max().orElse(0);
    String allocated = "bytes allocated for a packet, all but first packets of connections";
    goals.add(new Goal(allocated, "", 0, false, new Spread(most, most, most)));
    for (int n : flows) {
      double drawn = table(FIND, Keys.DRAWN, n).median();
      for (Keys keys : Keys.values()) {
        if (keys.areChosen()) {
          goals.add(
              new Goal(
                  String.format(Locale.ROOT, "a look-up, %s, %,d flows", keys.title, n),
                  Keys.DRAWN.title,
                  1.1,
                  false,
                  table(FIND, keys, n).over(drawn)));
        }
      }
    }
    return goals;
  }

  private Spread pipeline(Way way, int n) {
    Map<String, Object> of = Map.of("way", way, "flows", n);
    return figures.nanos(PACKET, of).minus(figures.nanos(GENERATION, of).median());
  }

  private double bytes(Way way) {
    return figures.mostBytes(PACKET, Map.of("way", way));
  }

  private Spread table(String method, Keys keys, int n) {
    Map<String, Object> of = Map.of("keys", keys, "flows", n);
    return figures.nanos(TABLE + method, of).minus(figures.nanos(TABLE + "key", of).median());
  }

  private static String text(Spread nanos) {
    return String.format(
        Locale.ROOT, "%.1f (%.1f to %.1f)", nanos.median(), nanos.least(), nanos.most());
  }
}
