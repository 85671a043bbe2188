package jvs.bench.wire;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import jvs.bench.Goal;
import jvs.bench.Spread;

/**
 * All balancers of a web service under the same load.
 *
 * @param samples a list of rounds for each
 */
record WebSeries(Map<Balancer, List<WebSample>> samples) {
  /** Copies the map. */
  WebSeries {
    samples = Map.copyOf(samples);
  }

  /** Who took part, in the order of declaration. */
  List<Balancer> balancers() {
    return samples.keySet().stream().sorted(Comparator.naturalOrder()).toList();
  }

  private List<WebSample> rounds(Balancer balancer) {
    return samples.getOrDefault(balancer, List.of());
  }

  private Spread spread(Balancer balancer, ToDoubleFunction<WebSample> figure) {
    return Spread.of(rounds(balancer).stream().mapToDouble(figure));
  }

  /** What is paid beyond what the same costs without a balancer. */
  private Spread price(Balancer balancer, ToDoubleFunction<WebSample> figure) {
    return spread(balancer, figure).minus(base(figure));
  }

  private double base(ToDoubleFunction<WebSample> figure) {
    return samples.containsKey(Balancer.NONE) ? spread(Balancer.NONE, figure).median() : 0;
  }

  /** The goals that this run says something about. */
  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    price(goals, "a new connection", Balancer.JVS_NAT, 0.5, WebSample::connectionNanos);
    price(goals, "a keep-alive request", Balancer.JVS_NAT, 0.8, WebSample::requestNanos);
    price(goals, "a keep-alive request", Balancer.JVS_DR, 0.5, WebSample::requestNanos);
    String latency = " at %,d requests a second, ".formatted(WebBenchmark.REQUESTS_PER_SECOND);
    add(
        goals,
        "p50" + latency,
        Balancer.JVS_NAT,
        Balancer.HAPROXY,
        1.0,
        0,
        WebSample::medianMicros);
    add(goals, "p99" + latency, Balancer.JVS_NAT, Balancer.HAPROXY, 1.0, 0, WebSample::highMicros);
    return goals;
  }

  private void price(
      List<Goal> goals,
      String what,
      Balancer ours,
      double limit,
      ToDoubleFunction<WebSample> figure) {
    add(goals, "price of " + what + ", ", ours, Balancer.HAPROXY, limit, base(figure), figure);
  }

  private void add(
      List<Goal> goals,
      String what,
      Balancer ours,
      Balancer theirs,
      double limit,
      double base,
      ToDoubleFunction<WebSample> figure) {
    List<WebSample> mine = rounds(ours);
    List<WebSample> others = rounds(theirs);
    int count = Math.min(mine.size(), others.size());
    if (count > 0) {
      Spread ratio =
          Spread.of(
              IntStream.range(0, count)
                  .mapToDouble(
                      i ->
                          (figure.applyAsDouble(mine.get(i)) - base)
                              / (figure.applyAsDouble(others.get(i)) - base)));
      goals.add(new Goal(what + ours.title(), theirs.title(), limit, false, ratio));
    }
  }

  /** A figure of each of {@link #balancers}, for plots. */
  List<Spread> each(ToDoubleFunction<WebSample> figure, boolean isPrice) {
    return balancers().stream()
        .map(balancer -> isPrice ? price(balancer, figure) : spread(balancer, figure))
        .toList();
  }

  /** In Markdown. */
  String table() {
    StringBuilder out = new StringBuilder();
    out.append("| | price of a connection, us | connections/s | price of a request, us |");
    out.append(" requests/s | p50 us | p99 us |\n");
    out.append("|---|---|---|---|---|---|---|\n");
    for (Balancer each : balancers()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %.1f | %,.0f | %.1f | %,.0f | %.0f | %.0f |%n",
              each.title(),
              price(each, WebSample::connectionNanos).median() / 1e3,
              spread(each, WebSample::connectionsPerSecond).median(),
              price(each, WebSample::requestNanos).median() / 1e3,
              spread(each, WebSample::requestsPerSecond).median(),
              spread(each, WebSample::medianMicros).median(),
              spread(each, WebSample::highMicros).median()));
    }
    return out.toString();
  }

  /** As an array, an object for each balancer. */
  void write(JsonWriter out) throws IOException {
    out.beginArray();
    for (Balancer each : balancers()) {
      out.beginObject().name("name").value(each.title()).name("rounds").beginArray();
      for (WebSample sample : rounds(each)) {
        out.beginObject();
        out.name("connectionNanos").value(sample.connectionNanos());
        out.name("connectionsPerSecond").value(sample.connectionsPerSecond());
        out.name("requestNanos").value(sample.requestNanos());
        out.name("requestsPerSecond").value(sample.requestsPerSecond());
        out.name("medianMicros").value(sample.medianMicros());
        out.name("p99Micros").value(sample.highMicros());
        out.endObject();
      }
      out.endArray().endObject();
    }
    out.endArray();
  }
}
