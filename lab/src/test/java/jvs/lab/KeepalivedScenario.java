package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The unmodified keepalived checks servers and edits the director's table. */
@ExtendWith(ExecCondition.class)
final class KeepalivedScenario {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeEach
  void empty() {
    LAB.rules();
  }

  private static Keepalived start(String configuration) {
    return Keepalived.start(LAB.lab().director(), configuration);
  }

  private static String table() {
    return LAB.director().ipvsadm("-Ln").orThrow().out();
  }

  private static Host server(int number) {
    return LAB.lab().servers().get(number - 1);
  }

  private static String servers(String check) {
    StringBuilder servers = new StringBuilder();
    for (int i = 1; i <= 2; i++) {
      servers.append(
          "real_server 10.0.0.1%d 80 { weight 1\n inhibit_on_failure off\n %s }\n"
              .formatted(i, check));
    }
    return servers.toString();
  }

  private static final String TCP_CHECK =
      "TCP_CHECK {\n connect_timeout 2\n retry 0\n delay_before_retry 1\n warmup 0\n }\n";

  private static final String HTTP_GET =
      """
      HTTP_GET {
        url {
          path /
          status_code 200
        }
        connect_timeout 2
        retry 0
        delay_before_retry 1
        warmup 0
      }
      """;

  private static String service(String name, String statements) {
    return "virtual_server %s {\n delay_loop 1\n lvs_sched rr\n lvs_method NAT\n %s\n}\n"
        .formatted(name, statements);
  }

  @Test
  void aServerThatFailsGoesAndComesBack() {
    Keepalived keepalived =
        start(service("203.0.113.80 80", "protocol TCP\n" + servers(TCP_CHECK)));
    LAB.awaitTable("both servers", "203.0.113.80:80 rr", "10.0.0.11:80", "10.0.0.12:80");
    LAB.curl("/");

    Outage.begin(server(1));
    LAB.awaitTable("server 1 has gone", "!10.0.0.11:80", "10.0.0.12:80");
    assertEquals(List.of("server 2", "server 2"), LAB.curlTimes(2));
    Outage.end(server(1));
    LAB.awaitTable("server 1 is back", "10.0.0.11:80", "10.0.0.12:80");

    assertEquals(0, keepalived.stop());
    assertTrue(!table().contains("203.0.113.80"), table());
  }

  @Test
  void withoutAQuorumTheSorryServerServes() {
    Keepalived keepalived =
        start(
            service(
                "203.0.113.80 80",
                "protocol TCP\n quorum 2\n sorry_server 10.0.0.13 80\n" + servers(HTTP_GET)));
    LAB.awaitTable("both servers", "10.0.0.11:80", "10.0.0.12:80", "!10.0.0.13");

    Outage.begin(server(2));
    LAB.awaitTable("the sorry server", "10.0.0.13:80", "!10.0.0.12:80");
    assertTrue(LAB.curlTimes(2).contains("server 3"));
    Outage.end(server(2));
    LAB.awaitTable("both servers again", "10.0.0.11:80", "10.0.0.12:80", "!10.0.0.13");

    assertEquals(0, keepalived.stop());
  }

  @Test
  void marksIpv6AndReload() {
    String mark = service("fwmark 7", "real_server 10.0.0.11 0 { weight 4 }\n");
    String six = "real_server fd00::11 80 { weight 2 }\n";
    Keepalived keepalived = start(mark + service("2001:db8::80 80", "protocol TCP\n" + six));
    LAB.awaitTable("both services", "FWM 7 rr", "10.0.0.11:0 Masq 4", "[fd00::11]:80 Masq 2");

    keepalived.reload(
        mark.replace("weight 4", "weight 5")
            + service("203.0.113.80 443", "protocol UDP\n real_server 10.0.0.12 443 { }\n"));

    LAB.awaitTable("the new file", "10.0.0.11:0 Masq 5", "UDP 203.0.113.80:443", "![fd00::11]");
    assertEquals(0, keepalived.stop());
  }

  @Test
  void inTheBackgroundItIsServedAndStoppedAsWell() {
    Keepalived keepalived =
        Keepalived.start(
            LAB.lab().director(), service("fwmark 9", "real_server 10.0.0.11 0 {\n}\n"), "-C");
    LAB.awaitTable("the service", "FWM 9 rr");

    assertTrue(keepalived.exec().isAlive(), "it serves the daemon");
    assertEquals(0, keepalived.stop());

    assertTrue(!table().contains("FWM"), table());
  }

  @Test
  void aFailedServerMayStayWithWeightZero() {
    String service =
        service("203.0.113.80 80", "protocol TCP\n" + servers(TCP_CHECK))
            .replace("inhibit_on_failure off", "inhibit_on_failure");
    Keepalived keepalived = start(service);
    LAB.awaitTable("both servers", "10.0.0.11:80 Masq 1", "10.0.0.12:80 Masq 1");

    Outage.begin(server(1));
    LAB.awaitTable("server 1 is quiesced", "10.0.0.11:80 Masq 0", "10.0.0.12:80 Masq 1");
    Outage.end(server(1));

    LAB.awaitTable("server 1 serves", "10.0.0.11:80 Masq 1");
    assertEquals(0, keepalived.stop());
  }

  /** With its state in a file, a director comes back with the table, and the checks go on. */
  @Test
  void aKilledDirectorIsMissedAndServesAgain() {
    Path state = LAB.lab().director().directory().resolve("state");
    LAB.director().stop();
    LAB.startDirector("--state", state.toString());
    Keepalived keepalived =
        start(service("203.0.113.80 80", "protocol TCP\n" + servers(TCP_CHECK)));
    Await.until("the state is saved", LIMIT, () -> text(state).contains("10.0.0.12:80"));

    LAB.director().daemon().kill();
    Outage.begin(server(1));
    keepalived.exec().awaitLine("Removing service [10.0.0.11]:tcp:80", LIMIT);
    keepalived.exec().awaitLine("IP_VS_SO_SET_DELDEST(1160) error", LIMIT);
    LAB.startDirector("--state", state.toString());

    LAB.awaitTable("both servers, as that was not heard", "10.0.0.11:80", "10.0.0.12:80");
    Outage.end(server(1));
    keepalived.exec().awaitLine("Adding service [10.0.0.11]:tcp:80", LIMIT);
    Outage.begin(server(2));
    LAB.awaitTable("what is new is heard", "10.0.0.11:80", "!10.0.0.12:80");
    Outage.end(server(2));
    assertEquals(0, keepalived.stop());
    assertTrue(!table().contains("203.0.113.80"), table());
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
