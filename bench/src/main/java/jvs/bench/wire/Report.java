package jvs.bench.wire;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import jvs.bench.Goal;
import jvs.bench.Spread;

/**
 * What a run of the benchmark found, for people and for programs.
 *
 * @param machine processors, kernel, JDK, date
 * @param command how to repeat it
 * @param series one for each load
 * @param bulk TCP throughput, one for each number of streams
 * @param web one if a web service was measured
 * @param more goals that have no series
 * @param idlePercent processor time of an idle director in percent of a core
 */
record Report(
    List<String> machine,
    String command,
    List<Series> series,
    List<Bulk> bulk,
    List<WebSeries> web,
    List<Goal> more,
    double idlePercent) {
  private static final Spread NOTHING = new Spread(0, 0, 0);
  private static final double IDLE_LIMIT = 0.5;

  /** The goals that this run says something about. */
  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    series.stream()
        .filter(each -> each.load().frameBytes() == 64)
        .forEach(each -> goals.addAll(each.goals()));
    bulk.forEach(each -> goals.addAll(each.goals()));
    web.forEach(each -> goals.addAll(each.goals()));
    goals.addAll(more);
    return goals;
  }

  private String idleVerdict() {
    return idlePercent < IDLE_LIMIT ? "PASS" : "FALLS SHORT";
  }

  /** For a terminal and for docs/performance.md alike: Markdown. */
  String markdown() {
    StringBuilder out = new StringBuilder();
    machine.forEach(line -> out.append("* ").append(line).append('\n'));
    out.append("* ").append('`').append(command).append("`\n\n");
    out.append(Goal.HEAD);
    goals().forEach(goal -> out.append(goal.row()));
    out.append(
        String.format(
            Locale.ROOT,
            "| processor time of an idle director | a core | at most %.1f %% | %.2f %% | %s |%n",
            IDLE_LIMIT,
            idlePercent,
            idleVerdict()));
    for (Series each : series) {
      out.append("\n### UDP, ").append(each.load()).append("\n\n").append(table(each));
    }
    for (WebSeries each : web) {
      out.append("\n### A web service\n\n").append(each.table());
    }
    for (Bulk each : bulk) {
      out.append("\n### TCP, all offloads on, streams: ").append(each.streams());
      out.append("\n\n| | Gbit/s | range |\n|---|---|---|\n");
      for (Contender contender : each.contenders()) {
        Spread figure = each.gigabits().getOrDefault(contender, NOTHING);
        out.append(
            String.format(
                Locale.ROOT,
                "| %s | %.1f | %.1f to %.1f |%n",
                contender.title(),
                figure.median(),
                figure.least(),
                figure.most()));
      }
    }
    return out.toString();
  }

  private static String table(Series series) {
    StringBuilder out = new StringBuilder();
    out.append("| | price ns | range | of it the balancer's processes | × nftables |");
    out.append(" delivered a second | lost % |\n|---|---|---|---|---|---|---|\n");
    for (Contender contender : series.contenders()) {
      Spread price = series.price(contender);
      String ratio =
          series
              .ratio(contender, Contender.NFT)
              .map(r -> String.format(Locale.ROOT, "%.2f", r.median()))
              .orElse("");
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.0f | %.0f to %.0f | %.0f | %s | %,.0f | %.1f |%n",
              contender.title(),
              price.median(),
              price.least(),
              price.most(),
              series.balancer(contender).median(),
              ratio,
              series.delivered(contender).median(),
              series.lost(contender).median()));
    }
    return out.toString();
  }

  /** For programs. */
  String json() {
    StringWriter text = new StringWriter();
    try (JsonWriter out = new JsonWriter(text)) {
      out.setIndent("  ");
      out.beginObject().name("machine").beginArray();
      for (String line : machine) {
        out.value(line);
      }
      out.endArray().name("command").value(command);
      out.name("idlePercent").value(idlePercent).name("goals").beginArray();
      for (Goal goal : goals()) {
        out.beginObject().name("what").value(goal.what()).name("against").value(goal.against());
        out.name("limit").value(goal.limit());
        spread(out, "ratio", goal.ratio());
        out.name("reached").value(goal.isReached()).endObject();
      }
      out.endArray().name("series").beginArray();
      for (Series each : series) {
        write(out, each);
      }
      out.endArray().name("tcp").beginArray();
      for (Bulk each : bulk) {
        out.beginObject().name("streams").value(each.streams());
        for (Contender contender : each.contenders()) {
          spread(out, contender.title(), each.gigabits().getOrDefault(contender, NOTHING));
        }
        out.endObject();
      }
      out.endArray().name("web").beginArray();
      for (WebSeries each : web) {
        each.write(out);
      }
      out.endArray().endObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text + "\n";
  }

  private static void write(JsonWriter out, Series series) throws IOException {
    Load load = series.load();
    out.beginObject().name("frameBytes").value(load.frameBytes()).name("flows").value(load.flows());
    out.name("framesPerSecond").value(load.framesPerSecond()).name("contenders").beginArray();
    for (Contender contender : series.contenders()) {
      out.beginObject().name("name").value(contender.title());
      spread(out, "priceNanos", series.price(contender));
      spread(out, "balancerNanos", series.balancer(contender));
      spread(out, "machineNanos", series.machine(contender));
      spread(out, "deliveredPerSecond", series.delivered(contender));
      spread(out, "lostPercent", series.lost(contender));
      out.endObject();
    }
    out.endArray().endObject();
  }

  private static void spread(JsonWriter out, String name, Spread spread) throws IOException {
    out.name(name).beginObject().name("median").value(spread.median());
    out.name("least").value(spread.least()).name("most").value(spread.most()).endObject();
  }
}
