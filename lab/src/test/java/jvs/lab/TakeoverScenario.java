package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directors are killed, and the next one goes on with their connections. */
final class TakeoverScenario {
  private static final int CONNECTIONS = 150;
  private static final int KILLS = Integer.getInteger("kills", 2);
  private static final int DOWNLOAD = 40_000_000;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  private final List<HttpConnection> open = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (HttpConnection connection : open) {
      connection.close();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void noConnectionIsLostOrMovedWhenDirectorsAreKilled(int workers) throws IOException {
    Host host = LAB.lab().director();
    Path state = host.directory().resolve("state-" + workers);
    String[] options = {"--state", state.toString(), "--workers", "" + workers};
    LAB.director().stop();
    LAB.startDirector(options);
    LAB.httpRules();
    Await.until("the rules are kept", LIMIT, () -> keeps(state, LAB.lab().serverAddresses()));
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < CONNECTIONS; i++) {
      HttpConnection connection =
          HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT);
      open.add(connection);
      servers.add(connection.get("/"));
    }
    Background download =
        LAB.lab()
            .client()
            .start(
                "download",
                List.of(
                    "curl",
                    "-sS",
                    "--limit-rate",
                    "4M",
                    "-o",
                    "/dev/null",
                    "-w",
                    "%{size_download} octets",
                    LAB.lab().url() + "bytes/" + DOWNLOAD));
    Await.until("the download is a connection, too", LIMIT, () -> connections() > CONNECTIONS);
    for (int i = 0; i < KILLS; i++) {
      long before = System.nanoTime();
      LAB.director().daemon().kill();
      LAB.startDirector(options);
      assertEquals(servers.getFirst(), open.getFirst().get("/"));
      System.out.printf(
          "%d workers, kill %d: first answer after %d ms%n",
          workers, i + 1, (System.nanoTime() - before) / 1_000_000);
      List<String> answers = new ArrayList<>();
      for (HttpConnection connection : open) {
        answers.add(connection.get("/"));
      }
      assertEquals(servers, answers);
      assertEquals("0", opened(), "connections that the new director has opened");
    }
    download.awaitLine(DOWNLOAD + " octets", LIMIT);
  }

  private static boolean keeps(Path state, List<String> servers) {
    try {
      String text = Files.readString(state);
      return servers.stream().allMatch(text::contains);
    } catch (IOException e) {
      return false;
    }
  }

  private static long connections() {
    String listing = LAB.director().ipvsadm("-Lnc").orThrow().out();
    return listing.lines().filter(line -> line.contains("ESTABLISHED")).count();
  }

  private static String opened() {
    String stats = LAB.director().ipvsadm("-Ln", "--stats", "--exact").orThrow().out();
    return stats
        .lines()
        .filter(line -> line.startsWith("TCP"))
        .findFirst()
        .orElseThrow()
        .split(" +")[2];
  }
}
