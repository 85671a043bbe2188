package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What two workers on AF_XDP do beyond the forwarding contract, whatever queues there are. */
interface XdpWorkersContract extends ForwardingContract {
  /** What a worker has counted. */
  record Counts(long connections, long inPackets, long outPackets) {
    private static final Pattern FIELDS =
        Pattern.compile("\"connections\":(\\d+),\"inPackets\":(\\d+),\"outPackets\":(\\d+)");

    static List<Counts> read(LabExtension lab) {
      return FIELDS
          .matcher(lab.director().read("/totals/workers"))
          .results()
          .map(
              found ->
                  new Counts(
                      Long.parseLong(found.group(1)),
                      Long.parseLong(found.group(2)),
                      Long.parseLong(found.group(3))))
          .toList();
    }

    Counts since(Counts before) {
      return new Counts(
          connections - before.connections,
          inPackets - before.inPackets,
          outPackets - before.outPackets);
    }

    Counts plus(Counts other) {
      return new Counts(
          connections + other.connections,
          inPackets + other.inPackets,
          outPackets + other.outPackets);
    }

    /** What each of the two has counted since. */
    static List<Counts> since(List<Counts> before, LabExtension lab) {
      List<Counts> now = read(lab);
      assertEquals(2, now.size());
      return IntStream.range(0, 2).mapToObj(i -> now.get(i).since(before.get(i))).toList();
    }
  }

  private List<UdpClient> clients(int count) throws IOException {
    List<UdpClient> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(UdpClient.open(lab().lab().client(), lab().lab().vip(), Lab.UDP_PORT));
    }
    return clients;
  }

  private static void close(List<UdpClient> clients) throws IOException {
    for (UdpClient client : clients) {
      client.close();
    }
  }

  @Test
  default void bothWorkersWorkAndTheirCountersAddUp() throws IOException {
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));
    List<Counts> before = Counts.read(lab());

    List<UdpClient> clients = clients(60);
    for (int round = 0; round < 5; round++) {
      for (UdpClient client : clients) {
        client.send("" + round);
      }
      for (UdpClient client : clients) {
        assertTrue(client.receive().endsWith(" " + round));
      }
    }
    close(clients);

    List<Counts> since = Counts.since(before, lab());
    assertEquals(new Counts(60, 300, 300), since.get(0).plus(since.get(1)), since.toString());
    for (Counts counts : since) {
      assertTrue(counts.connections() > 10, since.toString());
      assertEquals(5 * counts.connections(), counts.inPackets(), "no flow changes its worker");
      assertEquals(counts.inPackets(), counts.outPackets(), "replies come to it, too");
    }
    assertEveryFrameIsCounted();
  }

  @Test
  default void anEstablishedFlowStaysOnItsWorkerWhileRulesChange() throws Exception {
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));
    String vip = lab().lab().vip();
    List<UdpClient> clients = clients(20);
    for (UdpClient client : clients) {
      client.ask("first");
    }
    List<Counts> before = Counts.read(lab());
    Thread editor =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 3; i++) {
                    for (String edit :
                        List.of(
                            "-A -t %s:8081 -s rr",
                            "-a -t %s:8081 -r 10.0.0.11 -m -w 2",
                            "-A -u %s:5301 -s wlc",
                            "-D -u %s:5301",
                            "-D -t %s:8081")) {
                      String[] words = edit.formatted(vip).split(" ", -1);
                      lab().director().ipvsadm(words).orThrow();
                    }
                  }
                });

    int rounds = 0;
    while (editor.isAlive() || rounds < 20) {
      for (UdpClient client : clients) {
        String text = "round " + rounds;
        assertTrue(client.ask(text).endsWith(text), "answered at once");
      }
      rounds++;
    }
    editor.join();
    close(clients);

    long asked = 20L * rounds;
    List<Counts> since = Counts.since(before, lab());
    assertEquals(new Counts(0, asked, asked), since.get(0).plus(since.get(1)), since.toString());
    for (Counts counts : since) {
      assertEquals(0, counts.inPackets() % rounds, "whole flows only: " + since);
      assertEquals(counts.inPackets(), counts.outPackets());
    }
    assertEveryFrameIsCounted();
  }

  /** Received is the sum of all endings, and no port has lost anything. */
  private void assertEveryFrameIsCounted() {
    Await.until(
        "frames that came have ended",
        Duration.ofSeconds(5),
        () -> {
          Map<String, Long> counters = counters();
          long received = counters.remove("received");
          return received == counters.values().stream().mapToLong(Long::longValue).sum();
        });
    Map<String, Long> counters = counters();
    assertEquals(0, counters.get("port_overruns"), counters.toString());
    assertEquals(0, counters.get("port_send_errors"), counters.toString());
  }

  private Map<String, Long> counters() {
    return lab()
        .director()
        .jvs("counters")
        .orThrow()
        .out()
        .lines()
        .map(line -> line.split(" +", 2))
        .collect(Collectors.toMap(words -> words[0], words -> Long.valueOf(words[1].strip())));
  }
}
