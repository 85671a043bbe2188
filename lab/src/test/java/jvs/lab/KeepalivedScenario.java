package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The unmodified keepalived checks servers and edits the director's table. */
@ExtendWith(ExecCondition.class)
final class KeepalivedScenario {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String HEAD =
      """
      global_defs { router_id jvs }
      """;

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeEach
  void empty() {
    LAB.rules();
  }

  private static Background start(String configuration, String... options) {
    Host host = LAB.lab().director();
    Path file = host.file("keepalived.conf", HEAD + configuration);
    List<String> command = new ArrayList<>(List.of(Home.launcher().toString(), "exec", "--"));
    command.addAll(List.of("keepalived", "-n", "-l", "-D", "-C", "-f", file.toString()));
    command.addAll(List.of("-p", host.directory().resolve("keepalived.pid").toString()));
    command.addAll(List.of("-c", host.directory().resolve("checkers.pid").toString()));
    command.addAll(List.of(options));
    return host.start("keepalived", command);
  }

  private static String table() {
    return LAB.director().ipvsadm("-Ln").orThrow().out();
  }

  private static void awaitTable(String what, String... lines) {
    Await.until(
        what,
        LIMIT,
        () -> {
          String table = table().replaceAll(" +", " ");
          for (String line : lines) {
            boolean isWanted = !line.startsWith("!");
            if (table.contains(isWanted ? line : line.substring(1)) != isWanted) {
              return false;
            }
          }
          return true;
        });
  }

  /** Lets a server refuse connections, as if its program had ended. */
  private static void fail(int server) {
    LAB.lab()
        .servers()
        .get(server - 1)
        .run(
            "nft",
            "add table inet fail; add chain inet fail in { type filter hook input priority 0; };"
                + " add rule inet fail in tcp dport 80 reject with tcp reset");
  }

  private static void recover(int server) {
    LAB.lab().servers().get(server - 1).run("nft", "delete table inet fail");
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
    Background keepalived =
        start(service("203.0.113.80 80", "protocol TCP\n" + servers(TCP_CHECK)));
    awaitTable("both servers", "203.0.113.80:80 rr", "10.0.0.11:80", "10.0.0.12:80");
    LAB.curl("/");

    fail(1);
    awaitTable("server 1 has gone", "!10.0.0.11:80", "10.0.0.12:80");
    assertEquals(List.of("server 2", "server 2"), LAB.curlTimes(2));
    recover(1);
    awaitTable("server 1 is back", "10.0.0.11:80", "10.0.0.12:80");

    assertEquals(0, keepalived.stop());
    assertTrue(!table().contains("203.0.113.80"), table());
  }

  @Test
  void withoutAQuorumTheSorryServerServes() {
    Background keepalived =
        start(
            service(
                "203.0.113.80 80",
                "protocol TCP\n quorum 2\n sorry_server 10.0.0.13 80\n" + servers(HTTP_GET)));
    awaitTable("both servers", "10.0.0.11:80", "10.0.0.12:80", "!10.0.0.13");

    fail(2);
    awaitTable("the sorry server", "10.0.0.13:80", "!10.0.0.12:80");
    assertTrue(LAB.curlTimes(2).contains("server 3"));
    recover(2);
    awaitTable("both servers again", "10.0.0.11:80", "10.0.0.12:80", "!10.0.0.13");

    assertEquals(0, keepalived.stop());
  }

  @Test
  void marksIpv6AndReload() {
    String mark = service("fwmark 7", "real_server 10.0.0.11 0 { weight 4 }\n");
    String six = "real_server fd00::11 80 { weight 2 }\n";
    Background keepalived = start(mark + service("2001:db8::80 80", "protocol TCP\n" + six));
    awaitTable("both services", "FWM 7 rr", "10.0.0.11:0 Masq 4", "[fd00::11]:80 Masq 2");

    LAB.lab()
        .director()
        .file(
            "keepalived.conf",
            HEAD
                + mark.replace("weight 4", "weight 5")
                + service("203.0.113.80 443", "protocol UDP\n real_server 10.0.0.12 443 { }\n"));
    LAB.lab().director().run("kill", "-HUP", "" + keepalived.pid());

    awaitTable("the new file", "10.0.0.11:0 Masq 5", "UDP 203.0.113.80:443", "![fd00::11]");
    assertEquals(0, keepalived.stop());
  }

  @Test
  void inTheBackgroundItIsServedAndStoppedAsWell() {
    Host host = LAB.lab().director();
    Path file =
        host.file("keepalived.conf", HEAD + service("fwmark 9", "real_server 10.0.0.11 0 {\n}\n"));
    String pid = host.directory().resolve("background.pid").toString();
    String checkers = host.directory().resolve("background-checkers.pid").toString();
    String exec = Home.launcher().toString();
    Background keepalived =
        host.start(
            "keepalived",
            List.of(
                exec,
                "exec",
                "--",
                "keepalived",
                "-C",
                "-f",
                "" + file,
                "-p",
                pid,
                "-c",
                checkers));
    awaitTable("the service", "FWM 9 rr");

    assertTrue(keepalived.isAlive(), "it serves the daemon");
    assertEquals(0, keepalived.stop());

    assertTrue(!table().contains("FWM"), table());
  }

  @Test
  void aFailedServerMayStayWithWeightZero() {
    String service =
        service("203.0.113.80 80", "protocol TCP\n" + servers(TCP_CHECK))
            .replace("inhibit_on_failure off", "inhibit_on_failure");
    Background keepalived = start(service);
    awaitTable("both servers", "10.0.0.11:80 Masq 1", "10.0.0.12:80 Masq 1");

    fail(1);
    awaitTable("server 1 is quiesced", "10.0.0.11:80 Masq 0", "10.0.0.12:80 Masq 1");
    recover(1);

    awaitTable("server 1 serves", "10.0.0.11:80 Masq 1");
    assertEquals(0, keepalived.stop());
  }
}
