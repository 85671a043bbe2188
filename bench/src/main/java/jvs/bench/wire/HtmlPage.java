package jvs.bench.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import jvs.bench.Goal;
import jvs.bench.Spread;

/** A report as one page that needs nothing else: bars with their ranges, drawn in SVG. */
final class HtmlPage {
  private static final int BAR = 26;
  private static final int LABEL = 210;
  private static final int WIDTH = 860;

  private final Report report;

  HtmlPage(Report report) {
    this.report = report;
  }

  /** The page. */
  String text() {
    String goals = report.goals().stream().map(HtmlPage::goal).collect(Collectors.joining());
    String plots = report.series().stream().map(HtmlPage::section).collect(Collectors.joining());
    String streams = report.bulk().stream().map(HtmlPage::section).collect(Collectors.joining());
    String web = report.web().stream().map(HtmlPage::section).collect(Collectors.joining());
    String machine =
        report.machine().stream().map(HtmlPage::escape).collect(Collectors.joining(" · "));
    return """
    <!DOCTYPE html>
    <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>JVS: what a packet costs</title>
    <style>
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 900px; margin: 2em auto; padding: 0 1em;
      color: #1c2430; background: #fbfbf9 }
    h1 { font-weight: 600 } h2 { margin-top: 2em; font-weight: 600; font-size: 1.15em }
    .note { color: #667; font-size: .9em }
    .goal { display: flex; gap: 1em; align-items: baseline; padding: .5em 0;
      border-bottom: 1px solid #e4e4de }
    .goal b { min-width: 8em } .PASS b { color: #1a7f4b } .FALLS b { color: #b4531a }
    svg { width: 100%%; height: auto } svg text { font: 13px system-ui, sans-serif; fill: #1c2430 }
    .ours { fill: #2f6fb3 } .others { fill: #b9bec6 } .range { stroke: #1c2430; stroke-width: 1.2 }
    </style>
    <h1>JVS: what a packet costs</h1>
    <p class="note">%s<br><code>%s</code></p>
    %s
    <p class="note">Price: processor time of generator, balancer and kernel for each frame, less that of
    a frame which ends at the first machine. Bars are medians, lines the range of all rounds.</p>
    %s
    </html>
    """
        .formatted(machine, escape(report.command()), goals, plots + web + streams);
  }

  private static String goal(Goal goal) {
    return "<div class=\"goal %s\"><b>%s</b><span>%s: %.2f of %s, %s allowed</span></div>\n"
        .formatted(
            goal.verdict(),
            goal.verdict(),
            escape(goal.what()),
            goal.ratio().median(),
            escape(goal.against()),
            goal.limitText());
  }

  private static String section(Series series) {
    List<Contender> shown =
        series.contenders().stream().filter(c -> c != Contender.NOBODY).toList();
    return "<h2>Price in nanoseconds: UDP, "
        + escape(series.load().toString())
        + "</h2>\n"
        + bars(shown, series.contenders().isEmpty() ? List.of() : prices(series, shown), "%.0f ns")
        + "<h2>Delivered, thousand frames a second</h2>\n"
        + bars(shown, delivered(series, shown), "%.0f k");
  }

  private static String section(Bulk bulk) {
    List<Contender> shown = bulk.contenders();
    List<Spread> figures = shown.stream().map(c -> bulk.gigabits().get(c)).toList();
    return "<h2>TCP with all offloads, Gbit/s; streams: %d</h2>\n".formatted(bulk.streams())
        + bars(shown, figures, "%.1f");
  }

  private static String section(WebSeries web) {
    return web(web, "Price of a connection", WebSample::connectionNanos, true)
        + web(web, "Price of a keep-alive request", WebSample::requestNanos, true)
        + web(web, "Latency, half of the requests", s -> s.medianMicros() * 1000, false)
        + web(web, "Latency, 99 % of the requests", s -> s.highMicros() * 1000, false);
  }

  private static String web(
      WebSeries web, String title, ToDoubleFunction<WebSample> nanos, boolean isPrice) {
    List<Bar> bars = new ArrayList<>();
    List<Spread> values = web.each(s -> nanos.applyAsDouble(s) / 1000, isPrice);
    for (Balancer each : web.balancers()) {
      if (!isPrice || each != Balancer.NONE) {
        bars.add(new Bar(each.title(), each.isJvs(), values.get(web.balancers().indexOf(each))));
      }
    }
    return "<h2>" + title + "</h2>\n" + draw(bars, "%.0f µs");
  }

  private static List<Spread> prices(Series series, List<Contender> shown) {
    return shown.stream().map(series::price).toList();
  }

  private static List<Spread> delivered(Series series, List<Contender> shown) {
    return shown.stream()
        .map(series::delivered)
        .map(s -> new Spread(s.median() / 1000, s.least() / 1000, s.most() / 1000))
        .toList();
  }

  private static String bars(List<Contender> contenders, List<Spread> values, String format) {
    List<Bar> bars = new ArrayList<>();
    for (Contender contender : contenders) {
      bars.add(new Bar(contender.title(), contender.isJvs(), values.get(bars.size())));
    }
    return draw(bars, format);
  }

  private record Bar(String title, boolean isOurs, Spread value) {}

  private static String draw(List<Bar> bars, String format) {
    double most = bars.stream().mapToDouble(bar -> bar.value().most()).max().orElse(1);
    double scale = (WIDTH - LABEL - 90) / Math.max(1e-9, most);
    StringBuilder svg = new StringBuilder();
    svg.append("<svg viewBox=\"0 0 %d %d\" role=\"img\">\n".formatted(WIDTH, bars.size() * BAR));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      Spread value = bar.value();
      int top = i * BAR;
      svg.append("<text x=\"0\" y=\"%d\">%s</text>".formatted(top + 17, escape(bar.title())));
      svg.append(
          String.format(
              Locale.ROOT,
              "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"2\"/>",
              bar.isOurs() ? "ours" : "others",
              LABEL,
              top + 4,
              Math.max(0, value.median()) * scale,
              BAR - 8));
      svg.append(
          String.format(
              Locale.ROOT,
              "<line class=\"range\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
              LABEL + Math.max(0, value.least()) * scale,
              LABEL + Math.max(0, value.most()) * scale,
              top + BAR / 2,
              top + BAR / 2));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\">" + format + "</text>%n",
              LABEL + Math.max(0, value.most()) * scale + 8,
              top + 17,
              value.median()));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
