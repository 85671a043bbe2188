package jvs.bench.wire;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jvs.bench.Goal;
import jvs.bench.Machine;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvs bench wire}. */
@Command(
    name = "jvs bench wire",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends real frames through network namespaces and measures what they cost, JVS beside what is"
          + " there: kernel routing, nftables, HAProxy, nginx, pcap4j as one writes it first. Needs"
          + " root.",
      "Without options: a web service, TCP in bulk, and 64-byte packets at a rate that hardly loses"
          + " any; about half an hour."
    })
public final class WireBenchmark implements Callable<Integer> {
  private static final int IDLE_SECONDS = 10;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds; medians count. Default: ${DEFAULT-VALUE}.")
  private int rounds = 5;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Seconds measured in each round. Default: ${DEFAULT-VALUE}.")
  private int seconds = 3;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Length of a frame, such as 64, 512, 1500; may be repeated. Default: 64.")
  private List<Integer> bytes = new ArrayList<>();

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "Frames a second, 0 for as many as the generator can; may be repeated. Default: 70 %% of"
              + " what the contender delivers unpaced.")
  private List<Integer> rates = new ArrayList<>();

  @Option(
      names = "--flows",
      paramLabel = "N",
      description = "Flows that take turns. Default: ${DEFAULT-VALUE}.")
  private int flows = 10_000;

  @Option(
      names = "--contender",
      paramLabel = "NAME",
      description = "Only these, may be repeated: ${COMPLETION-CANDIDATES}.")
  private List<Contender> contenders = Contender.ofPrice().toList();

  @Option(names = "--no-bulk", description = "Leaves TCP throughput out.")
  private boolean skipsBulk;

  @Option(names = "--no-delivery", description = "Leaves out what gets lost when much comes.")
  private boolean skipsDelivery;

  @Option(names = "--no-web", description = "Leaves connections, requests and latency out.")
  private boolean skipsWeb;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the figures there.")
  private @Nullable Path json;

  @Option(names = "--html", paramLabel = "FILE", description = "Writes a page with plots there.")
  private @Nullable Path html;

  @Option(
      names = "--markdown",
      paramLabel = "FILE",
      description = "Replaces what stands below the line that begins with <!-- in this file.")
  private @Nullable Path markdown;

  private String command = "";

  /** Runs it. */
  public static void main(String[] arguments) {
    WireBenchmark benchmark = new WireBenchmark();
    benchmark.command = ("./jvs bench wire " + String.join(" ", arguments)).strip();
    System.exit(
        new CommandLine(benchmark).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    List<String> machine = Machine.lines();
    List<Series> series = new ArrayList<>();
    List<Bulk> bulk = new ArrayList<>();
    List<Goal> more = new ArrayList<>();
    List<WebSeries> web = new ArrayList<>();
    double idle;
    if (!skipsWeb) {
      try (WebLab lab = new WebLab()) {
        WebBenchmark benchmark = new WebBenchmark(lab, seconds, System.err::println);
        web.add(benchmark.run(Balancer.installed(), rounds));
      }
    }
    if (!skipsBulk) {
      try (WireLab lab = new WireLab(true)) {
        BulkBenchmark benchmark = new BulkBenchmark(lab, seconds, System.err::println);
        for (int streams : new int[] {1, 8}) {
          bulk.add(new Bulk(streams, benchmark.run(Contender.ofBulk(), streams, rounds)));
        }
      }
    }
    try (WireLab lab = new WireLab(false)) {
      System.err.println("an idle director, " + IDLE_SECONDS + " seconds");
      idle = new IdleBenchmark(lab).percent(Contender.AFPACKET, IDLE_SECONDS);
      PriceBenchmark price = new PriceBenchmark(lab, seconds, System.err::println);
      for (Load load : loads()) {
        series.add(price.run(contenders, load, rounds));
      }
      if (!skipsDelivery) {
        Load tooMuch = new Load(64, flows, 0);
        series.add(price.run(Contender.ofDelivery(), tooMuch, rounds));
        System.err.println("a director that has just started, ten seconds a round");
        more.add(new LossBenchmark(lab).run(Contender.AFPACKET, rounds));
      }
    }
    write(new Report(machine, command, series, bulk, web, more, idle));
    return 0;
  }

  private List<Load> loads() {
    List<Load> loads = new ArrayList<>();
    for (int size : bytes.isEmpty() ? List.of(64) : bytes) {
      for (int rate : rates.isEmpty() ? List.of(Load.SUSTAINED) : rates) {
        loads.add(new Load(size, flows, rate));
      }
    }
    return loads;
  }

  private void write(Report report) throws IOException {
    System.out.print(report.markdown());
    if (json != null) {
      Files.writeString(json, report.json());
    }
    if (html != null) {
      Files.writeString(html, new HtmlPage(report).text());
    }
    if (markdown != null) {
      String text = Files.readString(markdown);
      int begin = text.indexOf('\n', text.indexOf("<!--")) + 1;
      Files.writeString(markdown, text.substring(0, begin) + "\n" + report.markdown());
    }
  }
}
