package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ipvsadm} while connections are there and come. */
final class EditingScenario {
  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeEach
  void twoServers() {
    LAB.rules(
        "-A -t " + service() + " -s rr",
        "-a -t " + service() + " -m -r " + server(1),
        "-a -t " + service() + " -m -r " + server(2));
  }

  @Test
  void aServerThatIsAddedGetsNewConnectionsOnly() throws IOException {
    try (HttpConnection old = connect()) {
      assertEquals("server 2", old.get("/"));

      edit("-a", "-t", service(), "-m", "-r", server(3));

      assertEquals(Set.of("server 1", "server 2", "server 3"), Set.copyOf(LAB.curlTimes(3)));
      assertEquals("server 2", old.get("/"));
    }
  }

  @Test
  void aServerOfWeightZeroFinishesWhatItHas() throws IOException {
    try (HttpConnection old = connect()) {
      assertEquals("server 2", old.get("/"));

      edit("-e", "-t", service(), "-m", "-r", server(2), "-w", "0");

      assertEquals(List.of("server 1", "server 1", "server 1"), LAB.curlTimes(3));
      assertEquals("server 2", old.get("/"));
      assertEquals("server 2", old.get("/"), "and again after others have come and gone");
    }
  }

  @Test
  void aServerThatIsRemovedGetsNoNewConnections() {
    edit("-d", "-t", service(), "-r", server(2));

    assertEquals(List.of("server 1", "server 1", "server 1"), LAB.curlTimes(3));
  }

  @Test
  void aServerThatComesBackKeepsItsConnections() throws IOException {
    try (HttpConnection old = connect()) {
      assertEquals("server 2", old.get("/"));

      edit("-d", "-t", service(), "-r", server(2));
      assertEquals(List.of("server 1", "server 1"), LAB.curlTimes(2));
      edit("-a", "-t", service(), "-m", "-r", server(2));

      assertEquals("server 2", old.get("/"));
    }
  }

  @Test
  void weightsShareOutNewConnections() {
    edit("-E", "-t", service(), "-s", "wrr");
    edit("-e", "-t", service(), "-m", "-r", server(1), "-w", "3");

    List<String> answers = LAB.curlTimes(8);

    assertEquals(6, answers.stream().filter("server 1"::equals).count(), answers.toString());
  }

  @Test
  void everyRequestIsAnsweredWhileServersComeAndGo() throws Exception {
    Set<String> wrong = new TreeSet<>();
    Thread editor =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 3; i++) {
                    edit("-a", "-t", service(), "-m", "-r", server(3));
                    edit("-e", "-t", service(), "-m", "-r", server(1), "-w", "0");
                    edit("-e", "-t", service(), "-m", "-r", server(1), "-w", "1");
                    edit("-e", "-t", service(), "-m", "-r", server(3), "-w", "0");
                    edit("-d", "-t", service(), "-r", server(3));
                  }
                });

    int answered = 0;
    while (editor.isAlive()) {
      try (HttpConnection connection = connect()) {
        if (!connection.get("/").startsWith("server ")) {
          wrong.add("request " + answered);
        }
        answered++;
      }
    }

    editor.join();
    assertEquals(Set.of(), wrong, "of " + answered);
    assertEquals(Set.of("server 1", "server 2"), Set.copyOf(LAB.curlTimes(2)));
  }

  @Test
  void aServiceThatIsDeletedIsServedNoMore() {
    edit("-D", "-t", service());

    CommandResult answer =
        LAB.lab().client().attempt("curl", "-sS", "--max-time", "5", "http://" + service());

    // The VIP is this host's address, and nobody listens there: connection refused.
    assertEquals(7, answer.status(), answer.toString());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "-A -t 300.1.2.3:80, illegal virtual server address[:port] specified",
        "-A -t 192.0.2.80:99999, illegal virtual server address[:port] specified",
        "-A -t 192.0.2.80, Zero port specified for non-persistent service",
        "-a -t 203.0.113.80:80 -r 10.0.0:x, illegal real server address[:port] specified",
        "-a -t 203.0.113.80:80 -r 10.0.0.1:80 -w minus, illegal weight specified",
        "-A -C, invalid option `-C'",
        "-a -t 203.0.113.80:80 -r 10.0.0.3:80 -g -m, multiple 'forwarding-method' options specified"
      })
  void whatCannotBeReadChangesNothing(String options, String message) {
    String before = LAB.director().ipvsadm("-Sn").orThrow().out();

    CommandResult result = LAB.director().ipvsadm(options.split(" ", -1));

    assertEquals(2, result.status(), result.toString());
    assertEquals(message, result.err().strip());
    assertEquals("", result.out());
    assertEquals(before, LAB.director().ipvsadm("-Sn").orThrow().out());
  }

  @Test
  void whatTheTableRefusesChangesNothing() {
    String before = LAB.director().ipvsadm("-Sn").orThrow().out();

    CommandResult result = LAB.director().ipvsadm("-A", "-t", service(), "-s", "rr");

    assertEquals(255, result.status(), result.toString());
    assertEquals("Service already exists\n", result.err());
    assertEquals(before, LAB.director().ipvsadm("-Sn").orThrow().out());
  }

  private static HttpConnection connect() throws IOException {
    return HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT);
  }

  private static void edit(String... options) {
    LAB.director().ipvsadm(options).orThrow();
  }

  private static String service() {
    return LAB.lab().httpService();
  }

  private static String server(int number) {
    return LAB.lab().serverAddresses().get(number - 1) + ":" + Lab.HTTP_PORT;
  }
}
