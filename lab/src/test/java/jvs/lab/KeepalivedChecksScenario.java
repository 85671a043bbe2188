package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every kind of check of the unmodified keepalived against live servers that fail and come back;
 * clients follow. One keepalived with all services.
 */
@ExtendWith(ExecCondition.class)
final class KeepalivedChecksScenario {
  private static final Set<String> BOTH = Set.of("server 1", "server 2");
  private static final Set<String> SECOND = Set.of("server 2");
  private static final String VIP = "203.0.113.80";

  private static final String PACE = "retry 0\n delay_before_retry 1\n warmup 0\n";
  private static final String CONNECTING = "connect_timeout 2\n " + PACE;
  private static final String SSL_GET =
      "SSL_GET {\n url {\n path /\n status_code 200\n }\n " + CONNECTING + "}\n";
  private static final String SMTP_CHECK = "SMTP_CHECK {\n helo_name jvs\n " + CONNECTING + "}\n";
  private static final String DNS_CHECK =
      "DNS_CHECK {\n type TXT\n name jvs.example\n " + CONNECTING + "}\n";
  private static final String TCP_CHECK = "TCP_CHECK {\n " + CONNECTING + "}\n";
  private static final String MISC_CHECK =
      "MISC_CHECK {\n misc_path \"%s 10.0.0.1%d\"\n misc_timeout 2\n misc_dynamic\n "
          + PACE
          + "}\n";

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  private static @Nullable Keepalived keepalived;
  private static final List<LiveService> HTTPS = new ArrayList<>();
  private static final List<LiveService> SMTP = new ArrayList<>();
  private static final List<LiveService> DNS = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException, GeneralSecurityException {
    Lab lab = LAB.lab();
    DualStack.addTo(lab);
    SSLContext certificate = HttpsService.certificate(lab.topology().directory());
    for (int i = 0; i < 2; i++) {
      Host server = lab.servers().get(i);
      String name = "server " + (i + 1);
      String address = lab.serverAddresses().get(i);
      HTTPS.add(HttpsService.open(server, 443, name, certificate));
      SMTP.add(SmtpService.open(server, address, 25, name));
      DNS.add(DnsService.open(server, address, 53, name));
    }
    List.of(HTTPS, SMTP, DNS).forEach(list -> list.forEach(lab.topology()::endsWith));
    for (int last = 81; last <= 86; last++) {
      lab.director().address("eth0", "203.0.113." + last + "/32");
    }
    LAB.director()
        .jvs("mark", "add -d 203.0.113.86 -p tcp --dport 80 --set-mark 21".split(" ", -1))
        .orThrow();
    keepalived = Keepalived.start(lab.director(), configuration());
  }

  private static String configuration() {
    Host director = LAB.lab().director();
    Path script =
        director.file(
            "check",
            """
            #!/bin/sh
            # 2 and more: alive, with that weight and 2.
            curl -sf -m 1 -o /dev/null "http://$1/" && exit 7
            exit 1
            """);
    script.toFile().setExecutable(true);
    return """
    virtual_server_group many {
      203.0.113.81-83 80
      203.0.113.84-203.0.113.85 8080
      fwmark 20
      fwmark 21
    }
    """
        + service(VIP + " 443", "TCP", 443, SSL_GET, SSL_GET)
        + service(VIP + " 25", "TCP", 25, SMTP_CHECK, SMTP_CHECK)
        + service(VIP + " 53", "UDP", 53, DNS_CHECK, DNS_CHECK)
        + service(
            VIP + " 80",
            "TCP",
            80,
            MISC_CHECK.formatted(script, 1),
            MISC_CHECK.formatted(script, 2))
        + service("group many", "TCP", 80, TCP_CHECK, TCP_CHECK)
        + service(DualStack.VIP + " 80", "TCP", 80, TCP_CHECK, TCP_CHECK)
            .replace("10.0.0.1", "fd00:10::1");
  }

  private static String service(
      String name, String protocol, int port, String firstCheck, String secondCheck) {
    return """
    virtual_server %1$s {
      delay_loop 0.3
      lvs_sched rr
      lvs_method NAT
      protocol %2$s
      real_server 10.0.0.11 %3$d {
        %4$s
      }
      real_server 10.0.0.12 %3$d {
        %5$s
      }
    }
    """
        .formatted(name, protocol, port, firstCheck, secondCheck);
  }

  /**
   * The first server fails and comes back.
   *
   * @param service as the table shows it
   * @param server as the table shows it under the service
   * @param ask a client's request; returns which server answered
   */
  private static void follows(
      String service, String server, Runnable fail, Runnable recover, Callable<String> ask)
      throws Exception {
    LAB.awaitServer(service, server, true);
    assertEquals(BOTH, answers(ask));

    fail.run();
    LAB.awaitServer(service, server, false);
    assertEquals(SECOND, answers(ask));

    recover.run();
    LAB.awaitServer(service, server, true);
    assertEquals(BOTH, answers(ask));
  }

  private static void follows(
      String service, String server, List<LiveService> servers, Callable<String> ask)
      throws Exception {
    LiveService first = servers.getFirst();
    follows(service, server, () -> first.setFailing(true), () -> first.setFailing(false), ask);
  }

  private static void followsTheWebServer(String service, String server, Callable<String> ask)
      throws Exception {
    Host first = LAB.lab().servers().getFirst();
    follows(service, server, () -> Outage.begin(first), () -> Outage.end(first), ask);
  }

  private static Set<String> answers(Callable<String> ask) throws Exception {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 4; i++) {
      answers.add(ask.call());
    }
    return answers;
  }

  private static String curl(String url) {
    return LAB.lab().client().run("curl", "-ksS", "-m", "5", url).out().strip();
  }

  @Test
  void sslGetFollowsStatusCodes() throws Exception {
    follows("TCP " + VIP + ":443", "10.0.0.11:443", HTTPS, () -> curl("https://" + VIP + "/"));
  }

  @Test
  void smtpCheckFollowsGreetings() throws Exception {
    Host client = LAB.lab().client();
    follows(
        "TCP " + VIP + ":25", "10.0.0.11:25", SMTP, () -> SmtpService.greeting(client, VIP, 25));
  }

  @Test
  void aReloadForgetsNoFailure() {
    String service = "TCP " + VIP + ":25";
    LAB.awaitServer(service, "10.0.0.11:25", true);
    SMTP.getFirst().setFailing(true);
    LAB.awaitServer(service, "10.0.0.11:25", false);

    Objects.requireNonNull(keepalived).reload(configuration().replace("sched rr", "sched wrr"));

    LAB.awaitTable("the new scheduler", service + " wrr", "FWM 21 wrr");
    LAB.awaitServer(service, "10.0.0.11:25", false);
    LAB.awaitServer(service, "10.0.0.12:25", true);
    SMTP.getFirst().setFailing(false);
    LAB.awaitServer(service, "10.0.0.11:25", true);
  }

  @Test
  void dnsCheckOfAUdpServiceFollowsAnswers() throws Exception {
    Host client = LAB.lab().client();
    follows("UDP " + VIP + ":53", "10.0.0.11:53", DNS, () -> DnsService.ask(client, VIP));
  }

  @Test
  void miscCheckFollowsAScriptAndItsWeight() throws Exception {
    followsTheWebServer("TCP " + VIP + ":80", "10.0.0.11:80 Masq 5", () -> LAB.curl("/"));
  }

  @Test
  void aCheckOfAnIpv6ServiceIsAnIpv6Check() throws Exception {
    followsTheWebServer(
        "TCP [" + DualStack.VIP + "]:80",
        "[fd00:10::11]:80",
        () -> curl("http://[" + DualStack.VIP + "]/"));
  }

  @Test
  void oneCheckServesAllAddressesAndMarksOfAGroup() throws Exception {
    for (String other :
        List.of(
            "TCP 203.0.113.81:80",
            "TCP 203.0.113.82:80",
            "TCP 203.0.113.84:8080",
            "TCP 203.0.113.85:8080",
            "FWM 20")) {
      LAB.awaitServer(other, "10.0.0.11:80", true);
    }

    followsTheWebServer("TCP 203.0.113.83:80", "10.0.0.11:80", () -> curl("http://203.0.113.83/"));
    followsTheWebServer("FWM 21", "10.0.0.11:80", () -> curl("http://203.0.113.86/"));
    assertEquals(BOTH, answers(() -> curl("http://203.0.113.85:8080/")));
  }
}
