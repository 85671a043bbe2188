package jvs.lab;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What tcpdump sees on an interface, line by line. */
final class Sniffer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Background tcpdump;

  private Sniffer(Background tcpdump) {
    this.tcpdump = tcpdump;
  }

  /** Starts to listen for packets that match a filter of pcap-filter(7). */
  static Sniffer on(Host host, String device, String filter, String... options) {
    List<String> command =
        Stream.of(
                Stream.of("tcpdump", "-l", "-n", "-t", "-i", device),
                Stream.of(options),
                Stream.of(filter))
            .flatMap(words -> words)
            .toList();
    Background tcpdump = host.start("tcpdump", command);
    tcpdump.awaitLine("listening on", START_LIMIT);
    return new Sniffer(tcpdump);
  }

  /** Waits for a line that holds both. */
  void await(String one, String other) {
    try {
      Await.until(
          "a packet with \"%s\" and \"%s\"".formatted(one, other),
          LIMIT,
          () -> lines().stream().anyMatch(line -> line.contains(one) && line.contains(other)));
    } catch (LabException e) {
      throw new LabException(e.getMessage() + "; seen: " + String.join("\n", lines()), e);
    }
  }

  /** What came so far. */
  List<String> lines() {
    return tcpdump.log().lines().toList();
  }

  /** Stops and returns the packets' lines. */
  List<String> stop() {
    close();
    return lines().stream().filter(line -> line.startsWith("IP")).toList();
  }

  @Override
  public void close() {
    if (tcpdump.isAlive()) {
      tcpdump.stop();
    }
  }
}
