package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code jvs exec} on a terminal: keys, signals and jobs are the command's. */
@ExtendWith(ExecCondition.class)
final class ExecTerminalScenario {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Topology topology = Topology.create(Transcript.SILENT);

  @BeforeEach
  void build() {
    topology.host("director");
  }

  @AfterEach
  void close() {
    topology.close();
  }

  /** Starts a command on a terminal of its own, whose keys are what is written to a pipe. */
  private Background start(String command) {
    Host host = topology.hosts().getFirst();
    host.run("mkfifo", keys());
    // The second exec: a dash between them would die of the key that its command survives.
    String script = "exec script -qefc \"exec $0 exec -- $1\" /dev/null <" + keys();
    return host.start("terminal", List.of("sh", "-c", script, Home.launcher().toString(), command));
  }

  private String keys() {
    return topology.hosts().getFirst().directory().resolve("keys").toString();
  }

  private PrintStream typist() throws IOException {
    return new PrintStream(new FileOutputStream(keys()), true, StandardCharsets.US_ASCII);
  }

  private static void assertEnds(int status, Background terminal) {
    Await.until("the command has ended", LIMIT, () -> !terminal.isAlive());
    assertEquals(status, terminal.exitValue(), terminal.log());
  }

  @Test
  void controlCReachesTheCommandOnce() throws IOException {
    String script =
        """
        trap 'echo caught INT' INT
        stty -echo
        tty
        echo waiting
        until read -r line; do :; done
        exit 4
        """;
    Background terminal = start("sh " + topology.hosts().getFirst().file("script", script));
    try (PrintStream typist = typist()) {
      terminal.awaitLine("dev/pts", LIMIT);
      terminal.awaitLine("waiting", LIMIT);
      typist.print("\003");
      terminal.awaitLine("caught INT", LIMIT);
      typist.print("end\n");
      assertEnds(4, terminal);
    }

    assertEquals(1, terminal.log().split("caught INT", -1).length - 1, terminal.log());
  }

  @Test
  void aShellHasItsJobs() throws IOException {
    Background terminal = start("bash --norc --noediting -i");
    try (PrintStream typist = typist()) {
      typist.print("sh -c 'kill -TSTP $$; echo continued'\n");
      terminal.awaitLine("Stopped", LIMIT);
      typist.print("fg\n");
      terminal.awaitLine("continued\r\n", LIMIT);
      typist.print("exit 5\n");
      assertEnds(5, terminal);
    }
  }
}
