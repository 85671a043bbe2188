package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
                  for (int i = 0; i < 2; i++) {
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

  @Test
  void whatIsRefusedChangesNothing() {
    String before = LAB.director().ipvsadm("-Sn").orThrow().out();

    assertRefused(2, "illegal virtual server address[:port] specified", "-A -t 300.1.2.3:80");
    assertRefused(2, "illegal virtual server address[:port] specified", "-A -t 192.0.2.1:99999");
    assertRefused(2, "Zero port specified for non-persistent service", "-A -t 192.0.2.1");
    String add = "-a -t " + service() + " -r ";
    assertRefused(2, "illegal real server address[:port] specified", add + "10.0.0:x");
    assertRefused(2, "illegal weight specified", add + "10.0.0.3:80 -w minus");
    assertRefused(2, "multiple 'forwarding-method' options specified", add + "10.0.0.3 -g -m");
    assertRefused(2, "invalid option `-C'", "-A -C");
    assertRefused(255, "Service already exists", "-A -t " + service());

    assertEquals(before, LAB.director().ipvsadm("-Sn").orThrow().out());
  }

  private static void assertRefused(int status, String message, String options) {
    CommandResult result = LAB.director().ipvsadm(options.split(" ", -1));

    assertEquals(message + "\n", result.err(), result.toString());
    assertEquals(status, result.status(), result.toString());
    assertEquals("", result.out(), result.toString());
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
