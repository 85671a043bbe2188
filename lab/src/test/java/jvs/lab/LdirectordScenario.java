package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The unmodified ldirectord, which runs ipvsadm for all it does: Debian's under {@code jvs exec},
 * or ours. One service with negotiate checks whose dead servers go, one with connect checks whose
 * dead servers get weight 0.
 */
@ExtendWith(ExecCondition.class)
final class LdirectordScenario {
  private static final String WEB = "TCP 203.0.113.80:80";
  private static final String QUIESCENT = "TCP 203.0.113.80:8080";
  private static final String FIRST = "10.0.0.11:80";
  private static final String SECOND = "10.0.0.12:80";
  private static final String FALLBACK = "10.0.0.13:80";

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeEach
  void empty() {
    LAB.rules();
  }

  private static Path configure(String... services) {
    Host director = LAB.lab().director();
    String log = "logfile=\"%s\"\n".formatted(director.directory().resolve("ldirectord.log"));
    // Its pid file has the name of the configuration.
    return director.file(
        LAB.lab().topology().prefix() + ".cf",
        "checktimeout=2\nnegotiatetimeout=2\ncheckinterval=1\n" + log + String.join("", services));
  }

  private static String web(String receive) {
    return """
    virtual=203.0.113.80:80
        real=10.0.0.11:80 masq 1
        real=10.0.0.12:80 masq 2
        fallback=10.0.0.13:80 masq
        scheduler=rr
        protocol=tcp
        checktype=negotiate
        service=http
        request="index.html"
        receive="%s"
        quiescent=no
    """
        .formatted(receive);
  }

  private static String quiescent(String servers) {
    return """
    virtual=203.0.113.80:8080
        %s
        fallback=10.0.0.13:80 masq
        scheduler=rr
        protocol=tcp
        checktype=connect
        checkport=80
        quiescent=yes
    """
        .formatted(servers);
  }

  private static Background start(List<String> prefix, Path file) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(List.of("ldirectord", "-d", file.toString(), "start"));
    return LAB.lab().director().start("ldirectord", command);
  }

  private static Set<String> answers(int port) {
    Set<String> answers = new TreeSet<>();
    String url = "http://" + LAB.lab().vip() + ":" + port + "/";
    for (int i = 0; i < 4; i++) {
      answers.add(LAB.lab().client().run("curl", "-sS", "-m", "5", url).out().strip());
    }
    return answers;
  }

  private static Host server(int number) {
    return LAB.lab().servers().get(number - 1);
  }

  @Test
  void serversFailAndComeBack() {
    String quiescent = quiescent("real=10.0.0.11:80 masq 1\n    real=10.0.0.12:80 masq 2");
    Background ldirectord =
        start(
            List.of(Home.launcher().toString(), "exec", "--"), configure(web("server"), quiescent));
    for (String service : List.of(WEB, QUIESCENT)) {
      LAB.awaitServer(service, FIRST + " Masq 1", true);
      LAB.awaitServer(service, SECOND + " Masq 2", true);
    }
    assertEquals(Set.of("server 1", "server 2"), answers(80));

    Outage.begin(server(1));
    LAB.awaitServer(WEB, FIRST, false);
    LAB.awaitServer(QUIESCENT, FIRST + " Masq 0", true);
    assertEquals(Set.of("server 2"), answers(80));
    assertEquals(Set.of("server 2"), answers(8080));

    Outage.begin(server(2));
    LAB.awaitServer(WEB, FALLBACK, true);
    LAB.awaitServer(WEB, SECOND, false);
    LAB.awaitServer(QUIESCENT, FALLBACK, true);
    LAB.awaitServer(QUIESCENT, SECOND + " Masq 0", true);
    assertEquals(Set.of("server 3"), answers(80));
    assertEquals(Set.of("server 3"), answers(8080));

    Outage.end(server(1));
    Outage.end(server(2));
    for (String service : List.of(WEB, QUIESCENT)) {
      LAB.awaitServer(service, FIRST + " Masq 1", true);
      LAB.awaitServer(service, SECOND + " Masq 2", true);
      LAB.awaitServer(service, FALLBACK, false);
    }
    assertEquals(Set.of("server 1", "server 2"), answers(80));

    // What it reads again at a signal: now only server 2 says what is wanted.
    configure(web("server 2"), quiescent);
    LAB.lab().director().run("kill", "-HUP", "" + ldirectord.pid());
    LAB.awaitServer(WEB, FIRST, false);
    LAB.awaitServer(QUIESCENT, FIRST + " Masq 1", true);

    ldirectord.stop();
    assertFalse(LAB.director().ipvsadm("-Ln").out().contains("203.0.113.80"));
  }

  /** When it debugs, it prefers the ipvsadm of the folder that it runs in. */
  @Test
  void itsIpvsadmMayBeOurs() {
    Path ours = Home.launcher().resolveSibling("bin");
    Background ldirectord =
        start(
            List.of("env", "-C", ours.toString()),
            configure(quiescent("real=10.0.0.11:80 masq 1")));
    LAB.awaitServer(QUIESCENT, FIRST + " Masq 1", true);

    Outage.begin(server(1));
    LAB.awaitServer(QUIESCENT, FIRST + " Masq 0", true);
    LAB.awaitServer(QUIESCENT, FALLBACK, true);
    Outage.end(server(1));
    LAB.awaitServer(QUIESCENT, FIRST + " Masq 1", true);

    ldirectord.stop();
    assertFalse(LAB.director().ipvsadm("-Ln").out().contains("203.0.113.80"));
  }
}
