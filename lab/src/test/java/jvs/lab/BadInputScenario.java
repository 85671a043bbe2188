package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
        "--workers 0",
        "--workers -1",
        "--workers 100000",
        "--workers two",
        "--connections 0",
        "--connections 99999999999999",
        "--control /dev/null/socket",
        "--control /nosuch/socket",
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
