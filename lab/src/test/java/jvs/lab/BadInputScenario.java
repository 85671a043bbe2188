package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One clear line, an exit status, and nothing left behind. */
@ExtendWith(LabCondition.class)
final class BadInputScenario {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static @Nullable Topology topology;

  @BeforeAll
  static void build() {
    topology = Topology.create(Transcript.SILENT);
    Host peer = topology.host("peer");
    Host host = topology.host("director");
    topology.cable(host, "eth0", peer, "eth0");
    host.address("eth0", "192.0.2.2/24");
  }

  @AfterAll
  static void close() {
    if (topology != null) {
      topology.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--interface nosuch0",
        "--interface lo",
        "--port teleport",
        "--port afxdp,rx=v3",
        "--port afpacket,qdisc=no",
        "--workers 0",
        "--workers -1",
        "--workers 100000",
        "--workers two",
        "--connections 0",
        "--connections 99999999999999",
        "--control /dev/null/socket",
        "--control /nosuch/socket",
        "--rules /nosuch/rules",
        "--state /nosuch/state",
        "--nosuchoption",
        "surplus"
      })
  void theDirectorRefuses(String options) {
    CommandResult result = DirectorProcess.attempt(host(), options.split(" ", -1));

    assertNotEquals(0, result.status(), result.toString());
    assertOneLine(result);
    String value = options.substring(options.lastIndexOf(' ') + 1);
    assertTrue(result.err().contains(value), "the line names " + value + ": " + result);
    assertEquals(List.of(), DirectorProcess.leftovers(host()));
  }

  @Test
  void theDirectorReadsItsRulesBeforeItTouchesTheHost() {
    Path rules = host().file("rules", "-A -t 192.0.2.80:80 -s rr\n-A -t 192.0.2.80:80 -s rr\n");
    Background links = host().start("monitor", List.of("ip", "monitor", "link", "rule", "route"));
    Background tables = host().start("monitor", List.of("nft", "monitor"));
    Await.until("ip monitor listens", LIMIT, () -> hears(links, 1400));

    CommandResult result = DirectorProcess.attempt(host(), "--rules", rules.toString());

    assertEquals(1, result.status(), result.toString());
    assertOneLine(result);
    assertTrue(result.err().contains(rules + ": line 2: Service already exists"), result.err());
    Await.until("ip monitor is up to date", LIMIT, () -> hears(links, 1498));
    host().ip("link", "set", "eth0", "mtu", "1500");
    assertFalse(links.log().contains("jvs-in@jvs"), links.log());
    assertEquals("", tables.log());
    // And what would have been seen if it had.
    DirectorProcess.start(host()).stop();
    Await.until("both have heard", LIMIT, () -> links.log().contains("jvs-in@jvs"));
    Await.until("both have heard", LIMIT, () -> tables.log().contains("netdev jvs"));
    links.stop();
    tables.stop();
  }

  /** Gives a link another MTU, which is heard unless the monitor still starts. */
  private static boolean hears(Background monitor, int mtu) {
    host().ip("link", "set", "eth0", "mtu", "" + (mtu + 1));
    host().ip("link", "set", "eth0", "mtu", "" + mtu);
    return monitor.log().contains("mtu " + mtu + " ");
  }

  @Test
  void theDirectorRefusesToRunWithoutPrivileges() {
    List<String> command =
        new ArrayList<>(List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all"));
    command.addAll(List.of(Home.launcher().toString(), "director"));

    CommandResult result = host().attempt(command, "");

    assertEquals(1, result.status(), result.toString());
    assertOneLine(result);
    assertTrue(result.err().contains("CAP_NET_RAW"), result.toString());
    assertEquals(List.of(), DirectorProcess.leftovers(host()));
  }

  @Test
  void aSecondDirectorIsRefusedAndTheFirstStays() {
    DirectorProcess first = DirectorProcess.start(host());
    String service = "192.0.2.80:80";
    first.ipvsadm("-A", "-t", service, "-s", "rr").orThrow();

    CommandResult second = DirectorProcess.attempt(host());

    CommandResult list = first.ipvsadm("-Ln");
    int status = first.stop();
    assertEquals(1, second.status(), second.toString());
    assertOneLine(second);
    assertTrue(list.out().contains(service), list.toString());
    assertEquals(0, status);
    assertEquals(List.of(), DirectorProcess.leftovers(host()));
  }

  @Test
  void ipvsadmWithoutADirectorSaysSo() {
    CommandResult result = host().attempt(Home.launcher().toString(), "ipvsadm", "-Ln");

    assertNotEquals(0, result.status(), result.toString());
    assertOneLine(result);
  }

  private static Host host() {
    return Objects.requireNonNull(topology, "built before all").hosts().getLast();
  }

  private static void assertOneLine(CommandResult result) {
    assertEquals(1, result.err().lines().count(), result.toString());
    assertFalse(result.err().contains("Exception"), result.toString());
    assertEquals("", result.out(), result.toString());
  }
}
