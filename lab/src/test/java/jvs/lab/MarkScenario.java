package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Firewall marks: {@code jvs mark} with the words of the tutorials' iptables lines. */
final class MarkScenario {
  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @BeforeAll
  static void secondPort() {
    RealServer.startOwn(LAB.lab(), 443, 9);
  }

  @AfterEach
  void noRules() {
    mark("delete", "--all").orThrow();
  }

  private static CommandResult mark(String... words) {
    return LAB.director().jvs("mark", words);
  }

  private static void markRules(String line) {
    mark(("add " + line).split(" ", -1)).orThrow();
  }

  private static void serve(String settings) {
    List<String> lines = new ArrayList<>(List.of("-A -f 3 " + settings));
    for (String address : LAB.lab().serverAddresses()) {
      lines.add("-a -f 3 -r " + address + ":80 -m");
    }
    LAB.rules(lines.toArray(String[]::new));
  }

  private static String curl(int port) {
    return LAB.lab()
        .client()
        .attempt("curl", "-sS", "-m", "3", "http://" + LAB.lab().vip() + ":" + port + "/")
        .out()
        .strip();
  }

  @Test
  void twoPortsOfOneMarkAreOnePersistentService() {
    markRules(
        "-t mangle -A PREROUTING -d %s/32 -p tcp -m multiport --dports 80,443 -j MARK --set-mark 3"
            .formatted(LAB.lab().vip()));
    serve("-s rr -p 60");

    String first = curl(80);

    assertEquals("server 3", first, "the last that was added");
    assertEquals(List.of(first, first, first), List.of(curl(443), curl(80), curl(443)));
    String list = LAB.director().ipvsadm("-Ln").out();
    assertTrue(list.contains("FWM  3 rr persistent 60\n"), list);
    String connections = LAB.director().ipvsadm("-Lnc").out();
    assertTrue(connections.contains("IP "), connections);
  }

  @Test
  void whatHasNoMarkIsTheHosts() {
    markRules("-d %s -p tcp --dport 80 --set-mark 3".formatted(LAB.lab().vip()));
    serve("-s rr");

    assertEquals(
        List.of("server 3", "server 2", "server 1"), List.of(curl(80), curl(80), curl(80)));

    long begun = System.nanoTime();
    assertEquals("", curl(81));
    assertTrue(System.nanoTime() - begun < 2_500_000_000L, "refused by the host, not silent");
    assertTrue(Ping.reaches(LAB.lab().client(), LAB.lab().vip()));
  }

  @Test
  void withoutAServerRequestsGoWhereTheirClientsWantedIfTheyMayBypass() {
    String server = LAB.lab().serverAddresses().getFirst();
    NatLab.routeToServers(LAB.lab());
    markRules("-d %s -p tcp --dport 80 --set-mark 3".formatted(server));
    LAB.rules("-A -f 3 -s rr");
    List<String> ask = List.of("curl", "-sS", "-m", "3", "http://" + server + "/");

    String refused = LAB.lab().client().attempt(ask, "").out();
    LAB.director().jvs("sysctl", "cache_bypass=1").orThrow();
    String answer = LAB.lab().client().attempt(ask, "").out().strip();
    String connections = LAB.director().ipvsadm("-Lnc").out();
    LAB.director().jvs("sysctl", "cache_bypass=0").orThrow();
    LAB.lab().director().sysctl("net.ipv4.ip_forward", "0");

    assertEquals("", refused);
    assertEquals("server 1", answer);
    assertTrue(connections.contains(" " + server + ":80 "), connections);
  }

  @Test
  void countsListsAndDeletes() {
    markRules("-d %s -p tcp --dport 80 --set-mark 3".formatted(LAB.lab().vip()));
    markRules("-i eth7 -p tcp -m mac ! --mac-source 02:00:00:00:00:01 --set-mark 0x9");
    serve("-s rr");
    curl(80);

    List<String> lines = mark("list").out().lines().toList();

    assertEquals(3, lines.size());
    assertTrue(
        lines.get(1).matches("1 +[1-9]\\d* +[1-9]\\d+ +-d 203.0.113.80/32 -p tcp --dport 80.*"),
        lines.get(1));
    assertTrue(lines.get(2).matches("2 +0 +0 +-i eth7 -p tcp -m mac ! .*"), lines.get(2));
    mark("delete", "1").orThrow();
    assertEquals(2, mark("list").out().lines().count());
    assertEquals(1, mark("delete", "7").status());
  }

  @Test
  void readsWhatIptablesSavePrinted() {
    String saved =
        """
        *mangle
        :PREROUTING ACCEPT [0:0]
        -A PREROUTING -d %s/32 -p tcp -m tcp --dport 80 -j MARK --set-xmark 0x3/0xffffffff
        -A PREROUTING -p tcp -m conntrack --ctstate NEW -j MARK --set-xmark 0x4/0xffffffff
        COMMIT
        """
            .formatted(LAB.lab().vip());
    serve("-s rr");

    CommandResult refused = LAB.director().jvsWithInput(saved, "mark", "restore");

    assertEquals(1, refused.status());
    assertTrue(refused.err().contains("line 4: '-m conntrack' cannot be honoured"), refused.err());
    assertEquals(1, mark("list").out().lines().count());
    LAB.director().jvsWithInput(saved, "mark", "restore", "--partly").orThrow();
    assertEquals("server 3", curl(80));
  }
}
