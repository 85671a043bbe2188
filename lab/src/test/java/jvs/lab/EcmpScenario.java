package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two active directors that share nothing, behind a router that spreads connections by ECMP. */
@ExtendWith(LabCondition.class)
final class EcmpScenario {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = 200;
  private static @Nullable EcmpLab built;
  private static DirectorProcess[] directors = {};

  @BeforeAll
  static void build() {
    Optional<String> missing = Requirements.missing("bird");
    Assumptions.assumeTrue(missing.isEmpty(), missing.orElse(""));
    EcmpLab made = EcmpLab.build(Transcript.SILENT);
    built = made;
    RealServer.serve(made.lab());
    directors =
        new DirectorProcess[] {
          DirectorProcess.start(made.lab().director()), DirectorProcess.start(made.second())
        };
    for (Host host : hosts()) {
      made.announce(host, true);
    }
  }

  @AfterAll
  static void remove() {
    if (built != null) {
      built.close();
    }
  }

  private static EcmpLab ecmp() {
    return Objects.requireNonNull(built);
  }

  private static List<Host> hosts() {
    return List.of(ecmp().lab().director(), ecmp().second());
  }

  /** The same rules, in the same order: tables of mh are alike. */
  private static void serve(DirectorProcess director, String scheduler) {
    String service = "-t " + ecmp().lab().vip() + ":80";
    List<String> rules = new ArrayList<>(List.of("-C", "-A " + service + " " + scheduler));
    for (String server : ecmp().lab().serverAddresses()) {
      rules.add("-a " + service + " -r " + server + " -g");
    }
    director.restore(rules.toArray(String[]::new));
    // A packet in the middle of a connection opens it anew, at the server that mh says.
    director.sysctl("sloppy_tcp=1");
  }

  /** How many of these connections a director has. */
  private static long count(DirectorProcess director, List<HttpConnection> open) {
    String table = director.ipvsadm("-Lnc").out();
    return open.stream().filter(each -> table.contains(":" + each.port() + " ")).count();
  }

  /** How many connections went on when one of the directors left, and when it was back. */
  private static int[] survivors(String scheduler) throws IOException {
    for (DirectorProcess director : directors) {
      serve(director, scheduler);
    }
    Await.until("both are announced", LIMIT, () -> ecmp().announced() == 2);
    List<HttpConnection> open =
        HttpConnection.open(ecmp().lab().client(), ecmp().lab().vip(), Lab.HTTP_PORT, CONNECTIONS);
    try {
      List<String> servers = new ArrayList<>();
      for (HttpConnection connection : open) {
        servers.add(connection.get("/"));
      }
      long moved = count(directors[1], open);
      assertEquals(CONNECTIONS, moved + count(directors[0], open));
      assertTrue(moved > CONNECTIONS / 4 && moved < CONNECTIONS * 3 / 4, "" + moved);

      long begun = System.nanoTime();
      directors[1].daemon().kill();
      ecmp().announce(ecmp().second(), false);
      Await.until("one is announced", LIMIT, () -> ecmp().announced() == 1);
      long withdrawn = (System.nanoTime() - begun) / 1_000_000;
      int left = served(open, servers);

      directors[1] = DirectorProcess.start(ecmp().second());
      serve(directors[1], scheduler);
      ecmp().announce(ecmp().second(), true);
      Await.until("both are announced again", LIMIT, () -> ecmp().announced() == 2);
      int back = served(open, servers);
      System.out.printf(
          "ECMP, %s: %d of %d connections were on the director that left; routed anew after %d ms,"
              + " %d went on; %d when it was back%n",
          scheduler, moved, CONNECTIONS, withdrawn, left, back);
      return new int[] {left, back};
    } finally {
      for (HttpConnection connection : open) {
        connection.close();
      }
    }
  }

  private static int served(List<HttpConnection> open, List<String> servers) {
    int served = 0;
    // Backwards, or rr might deal all of them the same server again.
    for (int i = open.size() - 1; i >= 0; i--) {
      try {
        served += open.get(i).get("/").equals(servers.get(i)) ? 1 : 0;
      } catch (IOException e) {
        // Reset by a server that does not know the connection.
      }
    }
    return served;
  }

  @Test
  void withMaglevHashingConnectionsOutliveTheirDirector() throws IOException {
    int[] survivors = survivors("-s mh -b mh-port");

    assertEquals(CONNECTIONS, survivors[0]);
    assertEquals(CONNECTIONS, survivors[1]);
  }

  @Test
  void withoutThatTheyDoNot() throws IOException {
    assertTrue(survivors("-s rr")[0] < CONNECTIONS);
  }
}
