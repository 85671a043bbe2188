package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What an LVS student is taught, typed as the lessons have it: shell lines on the director with our
 * commands first on the PATH, nginx on the servers, curl on the client.
 */
final class TutorialScenario {
  private static final String STOCK = "/usr/sbin/ipvsadm";
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String TITLE =
      """
      IP Virtual Server version 1.2.1 (size=4096)
      Prot LocalAddress:Port Scheduler Flags
        -> RemoteAddress:Port           Forward Weight ActiveConn InActConn
      """;

  @RegisterExtension
  static final LabExtension LAB =
      LabExtension.parameterised().withoutVip().with(RealServer::startSecureWeb);

  /** Runs a line of shell on the director. */
  private static CommandResult attempt(String line) {
    String bin = Home.launcher().resolveSibling("bin").toString();
    String path = "PATH=" + bin + ":" + Home.launcher().getParent() + ":" + System.getenv("PATH");
    Host director = LAB.lab().director();
    String there = "cd " + director.directory() + " && " + line;
    return director.attempt("env", path, "sh", "-c", there);
  }

  private static String type(String line) {
    return attempt(line).orThrow().out();
  }

  private static CommandResult get(String url) {
    return LAB.lab().client().attempt("curl", "-k", "-sS", "--max-time", "3", url);
  }

  private static String curl(String url) {
    return get(url).orThrow().out().strip();
  }

  private static List<String> fourTimes(String url) {
    return List.of(curl(url), curl(url), curl(url), curl(url));
  }

  /** A line of a listing; its columns are as wide as ipvsadm's. */
  private static String server(String address, String method, int weight, int inactive) {
    return "  -> %-28s %-7s %-6d %-10d %-10d\n".formatted(address, method, weight, 0, inactive);
  }

  private static void awaitListing(String listing) {
    Await.until("ipvsadm -Ln prints\n" + listing, LIMIT, () -> type("ipvsadm -Ln").equals(listing));
  }

  @Test
  void natBetweenTwoNetworksMapsPorts() {
    LAB.open(TutorialLab::nat);
    type("ip addr add 172.30.0.200/24 dev eth0");

    type("ipvsadm -A -t 172.30.0.200:8080 -s rr");
    type("ipvsadm -a -t 172.30.0.200:8080 -r 10.0.0.7:80 -m");
    type("ipvsadm -a -t 172.30.0.200:8080 -r 10.0.0.14:80 -m");

    String service = TITLE + "TCP  172.30.0.200:8080 rr\n";
    assertEquals(
        service + server("10.0.0.7:80", "Masq", 1, 0) + server("10.0.0.14:80", "Masq", 1, 0),
        type("ipvsadm -Ln"));
    assertEquals(
        List.of("server 2", "server 1", "server 2", "server 1"),
        fourTimes("http://172.30.0.200:8080/"));
    awaitListing(
        service + server("10.0.0.7:80", "Masq", 1, 2) + server("10.0.0.14:80", "Masq", 1, 2));
    String connections = type("ipvsadm -Lnc");
    String row =
        "TCP 0[012]:\\d\\d +TIME_WAIT +172.30.0.100:\\d+ +172.30.0.200:8080 +10.0.0.\\S+:80";
    assertEquals(4, connections.lines().filter(line -> line.matches(row)).count(), connections);
    String statistics = type("ipvsadm -Ln --stats");
    assertTrue(statistics.matches("(?s).*TCP +172.30.0.200:8080 +4 .*"), statistics);
    assertTrue(statistics.matches("(?s).*-> 10.0.0.14:80 +2 .*"), statistics);
  }

  @Test
  void directRoutingInOneNetworkWithWeightsAndAServerThatRests() {
    LAB.open(TutorialLab::directRouting);
    type("ip addr add 10.0.0.200/32 dev eth0");

    type("ipvsadm -A -t 10.0.0.200:80 -s wrr");
    type("ipvsadm -a -t 10.0.0.200:80 -r 10.0.0.7:80 -g -w 1");
    type("ipvsadm -a -t 10.0.0.200:80 -r 10.0.0.14:80 -g -w 1");

    String url = "http://10.0.0.200/";
    assertEquals(List.of("server 2", "server 1", "server 2", "server 1"), fourTimes(url));
    String service = TITLE + "TCP  10.0.0.200:80 wrr\n";
    awaitListing(
        service + server("10.0.0.7:80", "Route", 1, 2) + server("10.0.0.14:80", "Route", 1, 2));

    type("ipvsadm -e -t 10.0.0.200:80 -r 10.0.0.7:80 -g -w 3");
    List<String> weighted = fourTimes(url);
    assertEquals(3, weighted.stream().filter("server 1"::equals).count(), weighted.toString());

    type("ipvsadm -e -t 10.0.0.200:80 -r 10.0.0.14:80 -g -w 0");
    assertEquals(List.of("server 1", "server 1", "server 1", "server 1"), fourTimes(url));
    type("ipvsadm -d -t 10.0.0.200:80 -r 10.0.0.14:80");
    awaitListing(service + server("10.0.0.7:80", "Route", 3, 9));
  }

  @Test
  void directRoutingWithTheVipInAnotherNetworkThanTheServers() {
    LAB.open(transcript -> TutorialLab.foreignVip(transcript, "-g"));

    balanceFor("-g", "Route");
  }

  @Test
  void tunnels() {
    LAB.open(transcript -> TutorialLab.foreignVip(transcript, "-i"));

    balanceFor("-i", "Tunnel");

    assertTrue(LAB.decapsulators().stream().allMatch(end -> end.unpacked() > 0));
  }

  private static void balanceFor(String option, String method) {
    type("ip addr add 172.16.0.100/32 dev lo label lo:1");
    type("ipvsadm -A -t 172.16.0.100:80 -s rr");
    type("ipvsadm -a -t 172.16.0.100:80 -r 10.0.0.7:80 " + option);
    type("ipvsadm -a -t 172.16.0.100:80 -r 10.0.0.17:80 " + option);

    assertEquals(
        List.of("server 2", "server 1", "server 2", "server 1"), fourTimes("http://172.16.0.100/"));
    awaitListing(
        TITLE
            + "TCP  172.16.0.100:80 rr\n"
            + server("10.0.0.7:80", method, 1, 2)
            + server("10.0.0.17:80", method, 1, 2));
    String statistics = type("ipvsadm -Ln --stats --exact");
    assertTrue(
        statistics.matches("(?s).*TCP +172.16.0.100:80 +4 +\\d+ +0 +\\d+ +0\n.*"), statistics);
  }

  @Test
  void oneMarkMakesHttpAndHttpsOnePersistentService() {
    LAB.open(TutorialLab::directRouting);
    type("ip addr add 10.0.0.200/32 dev eth0");

    type(
        "jvs mark add -t mangle -A PREROUTING -d 10.0.0.200 -p tcp -m multiport --dports 80,443"
            + " -j MARK --set-mark 10");
    type("ipvsadm -A -f 10 -s rr");
    type("ipvsadm -a -f 10 -r 10.0.0.7 -g");
    type("ipvsadm -a -f 10 -r 10.0.0.14 -g");
    String http = "http://10.0.0.200/";
    String https = "https://10.0.0.200/";

    assertEquals(
        List.of("server 2", "server 1", "server 2", "server 1"),
        List.of(curl(http), curl(https), curl(http), curl(https)));

    type("ipvsadm -E -f 10 -s rr -p 360");
    String first = curl(https);
    assertEquals(List.of(first, first), List.of(curl(http), curl(https)));
    String listing = type("ipvsadm -Ln");
    assertTrue(listing.startsWith(TITLE + "FWM  10 rr persistent 360\n"), listing);
    assertTrue(listing.contains("  -> 10.0.0.7:0                   Route   1 "), listing);
    String connections = type("ipvsadm -Lnc");
    String template = "IP  0[56]:\\d\\d +\\S+ +10.0.0.100:0 +0.0.0.10:0 +10.0.0.\\S+:0";
    assertEquals(
        1, connections.lines().filter(line -> line.matches(template)).count(), connections);
  }

  @Test
  void rulesAreSavedClearedAndRestored() {
    LAB.open(TutorialLab::directRouting);
    type("ip addr add 10.0.0.200/32 dev eth0");
    type("ipvsadm -A -t 10.0.0.200:80 -s wlc");
    type("ipvsadm -a -t 10.0.0.200:80 -r 10.0.0.7 -g -w 1");
    type("ipvsadm -a -t 10.0.0.200:80 -r 10.0.0.14 -g -w 2");
    String listing = type("ipvsadm -Ln");

    type("ipvsadm-save -n > ipvsadm.rules");
    assertEquals(
        """
        -A -t 10.0.0.200:80 -s wlc
        -a -t 10.0.0.200:80 -r 10.0.0.7:80 -g -w 1
        -a -t 10.0.0.200:80 -r 10.0.0.14:80 -g -w 2
        """,
        type("cat ipvsadm.rules"));
    type("ipvsadm -C");
    assertEquals(TITLE, type("ipvsadm -Ln"));
    CommandResult refused = get("http://10.0.0.200/");
    assertNotEquals(0, refused.status());
    assertFalse(refused.out().contains("server"), refused.toString());

    type("ipvsadm-restore < ipvsadm.rules");
    assertEquals(listing, type("ipvsadm -Ln"));
    assertEquals("server 2", curl("http://10.0.0.200/"));

    type("ipvsadm -C && ipvsadm -R < ipvsadm.rules");
    assertEquals(listing.lines().count(), type("ipvsadm -Ln").lines().count());
  }

  @Test
  void filesOfOursAndOfTheStockIpvsadmAreReadByTheOther() {
    assumeTrue(Files.isExecutable(Path.of(STOCK)), "no stock ipvsadm here");
    LAB.open(TutorialLab::directRouting);
    type("ip addr add 10.0.0.200/32 dev eth0");
    type("ipvsadm -A -t 10.0.0.200:80 -s wrr -p 300 -M 255.255.255.0");
    type("ipvsadm -a -t 10.0.0.200:80 -r 10.0.0.7:8080 -m -w 3");
    type("ipvsadm -A -f 3 -6 -s sh -b sh-port,sh-fallback");
    type("ipvsadm -A -u 10.0.0.200:53 -s rr -o");
    type("ipvsadm -a -u 10.0.0.200:53 -r 10.0.0.14 -i --tun-type gue --tun-port 6080 --tun-csum");
    String listing = type("ipvsadm -Ln --sort");
    String stock = "jvs exec " + STOCK;

    type("ipvsadm -Sn > ours && " + stock + " -Sn > theirs");
    assertEquals(type("cat theirs"), type("cat ours"));

    type("ipvsadm -C && " + stock + " -R < ours");
    assertEquals(listing, type("ipvsadm -Ln --sort"));
    type("ipvsadm -C && ipvsadm -R < theirs");
    assertEquals(listing, type("ipvsadm -Ln --sort"));
  }
}
