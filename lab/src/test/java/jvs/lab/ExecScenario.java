package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code jvs exec}: who is served, what passes through, and what when the director goes. */
@ExtendWith(ExecCondition.class)
final class ExecScenario {
  private static final String[] IGNORED = {"grep", "SigIgn", "/proc/self/status"};

  /** 32 and 33, which the C library keeps for itself. */
  private static final long LIBRARY_SIGNALS = 0x1_8000_0000L;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeEach
  void oneService() {
    LAB.rules("-A -t 203.0.113.80:80 -s wrr", "-a -t 203.0.113.80:80 -r 10.0.0.11:80 -m -w 3");
  }

  private static CommandResult exec(String... command) {
    return LAB.lab().director().attempt(words(List.of(command)), "");
  }

  private static List<String> words(List<String> command) {
    List<String> words = new ArrayList<>(List.of(Home.launcher().toString(), "exec", "--"));
    words.addAll(command);
    return words;
  }

  private static void assertLists(CommandResult result) {
    assertEquals(0, result.status(), result.toString());
    assertTrue(result.out().contains("10.0.0.11:80                 Masq    3"), result.toString());
  }

  @Test
  void theStockIpvsadmDrivesTheDataPath() {
    exec("ipvsadm", "-e", "-t", "203.0.113.80:80", "-r", "10.0.0.11", "-m", "-w", "0").orThrow();
    exec("ipvsadm", "-a", "-t", "203.0.113.80:80", "-r", "10.0.0.12", "-m").orThrow();

    assertEquals(List.of("server 2", "server 2"), LAB.curlTimes(2));
    CommandResult stats = exec("ipvsadm", "-Lnc");
    assertTrue(stats.out().contains("203.0.113.80:80"), stats.toString());
  }

  @Test
  void exitStatusAndSignalsPassThrough() {
    assertEquals(7, exec("sh", "-c", "exit 7").status());
    assertEquals(137, exec("sh", "-c", "kill -9 $$").status());
    assertEquals(127, exec("/nosuch/program").status());
    assertEquals(126, exec("/etc/passwd").status());
    Background trapper =
        start("trap 'echo caught HUP' HUP; trap 'exit 3' TERM; echo ready; while :; do :; done");
    trapper.awaitLine("ready", LIMIT);

    LAB.lab().director().run("kill", "-HUP", "" + trapper.pid());
    trapper.awaitLine("caught HUP", LIMIT);

    assertEquals(3, trapper.stop());
  }

  private static Background start(String script) {
    return LAB.lab().director().start("exec", words(List.of("sh", "-c", script)));
  }

  @Test
  void theCommandSeesNothingOfTheSupervisor() {
    String descriptors = "ls /proc/self/fd | wc -l";
    String blocked = "grep SigBlk /proc/self/status";

    assertEquals("4\n", exec("sh", "-c", descriptors).out(), "streams and what ls reads");
    assertEquals("SigBlk:\t0000000000000000\n", exec("sh", "-c", blocked).out());
    assertEquals(ignored(LAB.lab().director().attempt(IGNORED)), ignored(exec(IGNORED)));
  }

  /** The signals that a program finds ignored, but those that the JVM's launcher leaves so. */
  private static long ignored(CommandResult result) {
    String mask = result.orThrow().out().strip().substring("SigIgn:\t".length());
    return Long.parseUnsignedLong(mask, 16) & ~LIBRARY_SIGNALS;
  }

  @Test
  void nestedAndInNamespacesTheOuterOneServes() {
    assertLists(exec(Home.launcher().toString(), "exec", "--", "ipvsadm", "-Ln"));
    assertLists(exec("unshare", "-p", "-f", "-m", "--mount-proc", "ipvsadm", "-Ln"));
  }

  @Test
  void whoeverMayNotIsRefused() {
    CommandResult other = exec("setpriv", "--reuid", "65534", "--clear-groups", "ipvsadm", "-Ln");
    CommandResult without =
        exec("setpriv", "--bounding-set", "-net_admin", "--inh-caps", "-all", "ipvsadm", "-C");
    CommandResult ownNamespace = exec("unshare", "-U", "-r", "ipvsadm", "-C");

    assertTrue(other.err().contains("Permission denied"), other.toString());
    assertTrue(without.err().contains("Permission denied"), without.toString());
    assertTrue(ownNamespace.err().contains("Permission denied"), ownNamespace.toString());
    assertLists(exec("ipvsadm", "-Ln"));
  }

  @Test
  void anOrdinaryUserWithTheCapabilityIsServed() {
    String[] user = {
      "setpriv",
      "--reuid",
      "65534",
      "--regid",
      "0",
      "--clear-groups",
      "--inh-caps",
      "+net_admin",
      "--ambient-caps",
      "+net_admin"
    };
    List<String> itself = new ArrayList<>(List.of(user));
    itself.addAll(words(List.of("sh", "-c", "ipvsadm -Z; ipvsadm -Ln; cat /proc/self/status")));

    CommandResult command =
        exec(Stream.concat(Stream.of(user), Stream.of("ipvsadm", "-Ln")).toArray(String[]::new));
    CommandResult whole = LAB.lab().director().attempt(itself, "");

    assertLists(command);
    assertLists(whole);
    assertEquals("", whole.err());
    assertTrue(whole.out().contains("NoNewPrivs:\t1"), "needs no privilege: " + whole);
  }

  @Test
  void whoeverMayNotUseTheSocketIsToldSo() {
    List<String> command = new ArrayList<>(List.of("setpriv", "--reuid", "65534"));
    command.addAll(List.of("--regid", "65534", "--clear-groups"));
    command.addAll(words(List.of("true")));

    CommandResult result = LAB.lab().director().attempt(command, "").orThrow();

    assertEquals(1, result.err().lines().count(), result.toString());
    assertTrue(result.err().contains("no permission to use"), result.toString());
    assertTrue(result.err().contains("be root or in its group"), result.toString());
  }

  @Test
  void syncDaemonsAreStartedAndListed() {
    String options =
        "--start-daemon backup --mcast-interface eth0 --syncid 3 --mcast-group ff02::51"
            + " --mcast-port 9001 --mcast-ttl 2 --sync-maxlen 1300";
    exec(("ipvsadm " + options).split(" ", -1)).orThrow();

    String listed = exec("ipvsadm", "-L", "--daemon").orThrow().out();

    exec("ipvsadm", "--stop-daemon", "backup").orThrow();
    assertEquals(
        "backup sync daemon (mcast=eth0, syncid=3, maxlen=1300, group=ff02::51, port=9001,"
            + " ttl=2)\n",
        listed);
    assertEquals("", exec("ipvsadm", "-L", "--daemon").orThrow().out());
  }

  /** An own user, network and mount namespace: all that a director needs besides. */
  @Test
  void nobodyMayHaveADirectorOfHisOwn() {
    String script =
        """
        mount -t tmpfs none /run
        ip link add eth0 type veth
        ip link set eth0 up
        jvs=$0
        log=$(mktemp)
        trap 'rm $log; kill $director' EXIT
        $jvs director >$log 2>&1 &
        director=$!
        tail -f $log | grep -q ready
        $jvs exec -- ipvsadm -A -t 192.0.2.80:80 -s rr
        $jvs exec -- ipvsadm -Ln
        """;

    CommandResult result =
        LAB.lab()
            .director()
            .attempt(
                "setpriv",
                "--reuid",
                "65534",
                "--regid",
                "65534",
                "--clear-groups",
                "unshare",
                "-U",
                "-r",
                "-n",
                "-m",
                "timeout",
                "50",
                "sh",
                "-ec",
                script,
                Home.launcher().toString());

    assertTrue(result.out().contains("TCP  192.0.2.80:80 rr"), result.toString());
    assertTrue(!result.out().contains("203.0.113.80"), result.toString());
  }

  @Test
  void anotherNetworkNamespaceHasNoDirector() {
    CommandResult result = exec("unshare", "-n", "ipvsadm", "-Ln");

    assertEquals(2, result.status(), result.toString());
    assertTrue(result.err().startsWith("Can't initialize ipvs: Protocol not"), result.toString());
  }

  @Test
  void filesBelowProcAreThere() {
    CommandResult result =
        exec(
            "sh",
            "-ec",
            """
            test -e /proc/net/ip_vs
            test -r /proc/sys/net/ipv4/vs/drop_entry
            head -n 1 /proc/self/net/ip_vs
            echo 25 > /proc/sys/net/ipv4/vs/am_droprate
            cat /proc/sys/net/ipv4/vs/am_droprate
            sysctl -w net.ipv4.vs.am_droprate=10
            grep -c '^ip_vs ' /proc/modules
            """);

    assertEquals(
        "IP Virtual Server version 1.2.1 (size=4096)\n25\nnet.ipv4.vs.am_droprate = 10\n1\n",
        result.orThrow().out());
  }

  @Test
  void otherNetlinkFamiliesAreTheKernels() {
    CommandResult result = exec("genl", "ctrl", "list");

    assertTrue(result.orThrow().out().contains("Name: nlctrl"), result.toString());
    assertTrue(result.out().contains("Name: IPVS"), result.toString());
  }

  @Test
  void aThousandServersAreListed() {
    StringBuilder rules = new StringBuilder("-A -t 203.0.113.81:80\n");
    for (int i = 0; i < 1000; i++) {
      rules.append("-a -t 203.0.113.81:80 -r 10.9.%d.%d -g\n".formatted(i / 250, 1 + i % 250));
    }
    LAB.director().restore(rules.toString().split("\n", -1));

    CommandResult result = exec("ipvsadm", "-Ln", "-t", "203.0.113.81:80");

    assertEquals(
        1000, result.orThrow().out().lines().filter(line -> line.contains("Route")).count());
  }

  @Test
  void signalsNeitherLoseNorRepeatACommand() {
    Path script = LAB.lab().director().file("storm.pl", Storm.SCRIPT);

    CommandResult result = exec("perl", script.toString(), "203.0.113.80", "400");

    assertEquals(0, result.status(), result.toString());
    String[] words = result.out().strip().split(" ", -1);
    assertEquals("400", words[0], "commands done");
    assertTrue(Integer.parseInt(words[1]) > 100, "signals caught: " + result.out());
    assertEquals(401, exec("ipvsadm", "-Ln").out().split("->", -1).length - 2);
  }

  @Test
  void aSettingThatRefusesAValueComplains() {
    CommandResult result =
        exec("sh", "-c", "echo 4000000000 >/proc/sys/net/ipv4/vs/sync_retries; ipvsadm -Ln");

    assertLists(result);
    assertTrue(result.err().contains("sync_retries"), result.toString());
  }

  @Test
  void aKilledDirectorIsMissedAndFoundAgain() {
    Background client = start("while :; do ipvsadm -Ln; echo status $?; sleep 0.1; done");
    client.awaitLine("10.0.0.11:80", LIMIT);

    LAB.director().daemon().kill();
    client.awaitLine("status 2", LIMIT);
    assertTrue(client.log().contains("Protocol not available"), client.log());
    LAB.startDirector();
    LAB.rules("-A -t 203.0.113.80:8080", "-a -t 203.0.113.80:8080 -r 10.0.0.13:80 -m");

    client.awaitLine("10.0.0.13:80", LIMIT);
    client.kill();
  }

  @Test
  void withoutADirectorThereIsOneLineAndTheCommandRuns() {
    CommandResult result = LAB.lab().client().attempt(words(List.of("echo", "done")), "").orThrow();

    assertEquals("done\n", result.out());
    assertEquals(1, result.err().lines().count(), result.toString());
    assertTrue(result.err().contains("jvs director"), result.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "1, 22, 'needs Linux 5.19 or newer'",
    "1, 1, the container's policy must allow it",
    "2, 38, needs Linux 5.19 with CONFIG_SECCOMP_FILTER",
    "2, 1, a runtime policy that permits seccomp(2)"
  })
  void aKernelThatCannotTellOfCallsIsOneLine(String operation, String errno, String words) {
    Path script = LAB.lab().director().file("refuse.pl", Refusal.SCRIPT);
    List<String> command = new ArrayList<>(List.of("perl", script.toString(), operation, errno));
    command.addAll(words(List.of("echo", "done")));

    CommandResult result = LAB.lab().director().attempt(command, "");

    assertEquals(125, result.status(), result.toString());
    assertEquals("", result.out());
    assertEquals(1, result.err().lines().count(), result.toString());
    assertTrue(result.err().contains(words), result.toString());
  }

  @Test
  void wrongUseIsOneLine() {
    for (String wrong : List.of("--nosuch", "--control", "--")) {
      CommandResult result =
          LAB.lab().director().attempt(Home.launcher().toString(), "exec", wrong);
      assertEquals(125, result.status(), result.toString());
      assertEquals(1, result.err().lines().count(), result.toString());
    }
  }
}
