package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jvs.director.Jvs;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

/** The Debian package, installed and under a real systemd; built by {@code mvn -Pdeb}. */
@ExtendWith(LabCondition.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PackageScenario {
  private static final Path PACKAGE = Path.of("target", "jvs.deb").toAbsolutePath();
  private static final String VIP = "10.0.9.1:80";

  /** CAP_NET_ADMIN, CAP_NET_RAW and CAP_BPF. */
  private static final String CAPABILITIES = "0000008000003000";

  private @Nullable BootedPackage machine;

  @BeforeAll
  void boot() {
    assumeTrue(Files.exists(PACKAGE), "no package was built; it is with -Pdeb");
    assumeTrue(Command.find("systemd-analyze").isPresent(), "no systemd here to boot");
    machine = BootedPackage.boot(PACKAGE);
  }

  @AfterAll
  void shutDown() {
    if (machine != null) {
      machine.close();
    }
  }

  @BeforeEach
  void startFresh() {
    run("systemctl", "stop", "ipvsadm");
    run("rm", "-f", "/etc/ipvsadm.rules");
    run("systemctl", "restart", "jvs");
  }

  private String run(String... command) {
    return machine().run(command);
  }

  private BootedPackage machine() {
    if (machine == null) {
      throw new IllegalStateException("not booted");
    }
    return machine;
  }

  @Test
  void runsAsItsOwnUserWithThreeCapabilities() {
    String status = run("cat", "/proc/" + machine().property("jvs", "MainPID") + "/status");
    String user = run("id", "-u", "jvs");

    assertEquals("active", run("systemctl", "is-active", "jvs"));
    assertTrue(status.contains("\nUid:\t%1$s\t%1$s\t%1$s\t%1$s\n".formatted(user)), status);
    for (String set : List.of("CapPrm", "CapEff", "CapBnd")) {
      assertTrue(status.contains(set + ":\t" + CAPABILITIES), status);
    }
    String text = machine().property("jvs", "StatusText");
    assertTrue(text.contains("AF_PACKET on"), text);
  }

  @Test
  void savesRulesAtStopAndRestoresThemAtStart() {
    run("systemctl", "start", "ipvsadm");
    run("ipvsadm", "-A", "-t", VIP, "-s", "rr");
    run("ipvsadm", "-a", "-t", VIP, "-r", "10.0.0.2:8080", "-m", "-w", "3");
    String rules = run("ipvsadm", "-Sn");

    run("systemctl", "stop", "ipvsadm");
    run("systemctl", "restart", "jvs");
    assertEquals("", run("ipvsadm", "-Sn"));
    run("systemctl", "start", "ipvsadm");

    assertEquals(rules, run("ipvsadm", "-Sn"));
    assertTrue(rules.contains("10.0.0.2:8080"), rules);
    assertEquals("600", run("stat", "-c", "%a", "/etc/ipvsadm.rules"));
  }

  @Test
  void aDirectorThatHangsIsReplaced() {
    String hung = machine().property("jvs", "MainPID");

    run("kill", "-STOP", hung);

    Await.until(
        "the watchdog has started another director",
        Duration.ofSeconds(40),
        () ->
            !machine().property("jvs", "MainPID").equals(hung)
                && machine().attempt("systemctl", "is-active", "jvs").isSuccess());
    run("ipvsadm", "-Ln");
  }

  @Test
  void aRestartLeavesTheHostToTheNextDirectorAndAStopDoesNot() {
    String before = machine().property("jvs", "MainPID");
    String link = run("cat", "/sys/class/net/jvs/ifindex");

    run("systemctl", "restart", "jvs");

    assertNotEquals(before, machine().property("jvs", "MainPID"));
    assertEquals("success", machine().property("jvs", "Result"));
    assertEquals("0", machine().property("jvs", "NRestarts"));
    assertEquals(link, run("cat", "/sys/class/net/jvs/ifindex"), "the next one made another");
    run("systemctl", "stop", "jvs");
    assertFalse(machine().attempt("ls", "/sys/class/net/jvs").isSuccess());
  }

  @Test
  void aStoppedDirectorLeavesNothing() {
    run("systemctl", "stop", "jvs");

    assertEquals("success", machine().property("jvs", "Result"));
    assertEquals("", run("nft", "list", "tables"));
    assertFalse(machine().attempt("ls", "/run/jvs").isSuccess());
  }

  @Test
  void unitsAreInOrder() {
    String units = "/usr/lib/systemd/system/";
    CommandResult verified =
        machine()
            .attempt("systemd-analyze", "verify", units + "jvs.service", units + "ipvsadm.service");
    String findings = verified.out() + verified.err();

    assertFalse(findings.contains("jvs.service") || findings.contains("ipvsadm.service"), findings);
    for (String unit : List.of("jvs.service", "ipvsadm.service")) {
      // Of ten; the director must keep the network, and a JVM writes the code that it runs.
      run("systemd-analyze", "security", "--offline=true", "--threshold=30", unit);
    }
  }

  @Test
  void everyCommandHasAManualPage() {
    List<String> pages =
        new ArrayList<>(List.of("jvs", "jvs-exec", "ipvsadm", "ipvsadm-save", "ipvsadm-restore"));
    new CommandLine(new Jvs()).getSubcommands().keySet().forEach(name -> pages.add("jvs-" + name));
    assertTrue(pages.containsAll(List.of("jvs-director", "jvs-mark", "jvs-reload")), "" + pages);
    for (String page : pages) {
      assertTrue(run("man", page).contains("SYNOPSIS"), page);
    }
  }

  @Test
  void readsItsRulesAgainAndKeepsItsState() {
    run(
        "sh",
        "-c",
        "printf '%s\n' '-A -t 10.0.9.1:81 -s rr' 'sysctl sloppy_tcp=1' >/etc/jvs.rules");
    String options = "--rules /etc/jvs.rules --state /var/lib/jvs/state";
    run("sed", "-i.old", "s|^JVS_OPTIONS=.*|JVS_OPTIONS=\"" + options + "\"|", "/etc/default/jvs");
    run("systemctl", "restart", "jvs");
    try {
      assertEquals("-A -t 10.0.9.1:81 -s rr", run("ipvsadm", "-Sn"));
      run("jvs", "sysctl", "expire_nodest_conn=1");
      run("sed", "-i", "s/:81 -s rr/:82 -s wlc/", "/etc/jvs.rules");

      run("systemctl", "reload", "jvs");

      Await.until(
          "the new rules count",
          Duration.ofSeconds(10),
          () -> run("ipvsadm", "-Sn").equals("-A -t 10.0.9.1:82 -s wlc"));
      run("systemctl", "restart", "jvs");
      assertEquals("1", run("jvs", "sysctl", "-n", "expire_nodest_conn"));
      assertEquals("-A -t 10.0.9.1:82 -s wlc", run("ipvsadm", "-Sn"));
      assertEquals("jvs", run("stat", "-c", "%U", "/var/lib/jvs/state"));
    } finally {
      run("mv", "/etc/default/jvs.old", "/etc/default/jvs");
    }
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void purgingTakesEverythingAway() {
    run("apt-get", "purge", "-y", "-q", "jvs");

    assertFalse(machine().attempt("pidof", "java").isSuccess());
    assertFalse(machine().attempt("id", "jvs").isSuccess());
    for (String path :
        List.of(
            "/usr/share/jvs",
            "/usr/bin/jvs",
            "/etc/default/jvs",
            "/var/lib/jvs",
            "/etc/ipvsadm.rules")) {
      assertFalse(machine().attempt("ls", path).isSuccess(), path);
    }
  }
}
