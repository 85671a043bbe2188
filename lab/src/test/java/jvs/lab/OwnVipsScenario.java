package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VIPs that no kernel has: the director answers for them itself. */
final class OwnVipsScenario {
  @RegisterExtension static final LabExtension NAT = LabExtension.nat("--own-vips").withoutVip();

  @RegisterExtension
  static final LabExtension DIRECT = LabExtension.directRouting("--own-vips").withoutVip();

  @RegisterExtension
  static final LabExtension V6 =
      LabExtension.of(log -> NatLab.build(log, Family.IPV6), "--own-vips").withoutVip();

  private static final List<String> ROUND = List.of("server 3", "server 2", "server 1", "server 3");

  @Test
  void balancesByNat() {
    NAT.httpRules();

    assertEquals(ROUND, NAT.curlTimes(4));
  }

  @Test
  void balancesByDirectRouting() {
    DIRECT.httpRules();

    assertEquals(ROUND, DIRECT.curlTimes(4));
  }

  @Test
  void answersNeighbourDiscoveryWhereOnlyTheDirectorHasTheVip() {
    Lab lab = V6.lab();
    V6.httpRules();

    assertEquals(ROUND, V6.curlTimes(4));
    assertTrue(Ping.reaches(lab.client(), lab.vip()));
    Host router = lab.topology().find("router");
    String mac = lab.director().run("cat", "/sys/class/net/eth0/address").out().strip();
    assertTrue(router.run("ip", "neighbour", "show", lab.vip()).out().contains(mac));
    assertTrue(hearsAllGroups(), "cards filter the solicitations' groups");

    V6.rules();
    Await.until("as before", Duration.ofSeconds(5), () -> !hearsAllGroups());
  }

  private static boolean hearsAllGroups() {
    String link = V6.lab().director().run("ip", "-d", "link", "show", "eth0").out();
    return link.contains("allmulti 1");
  }

  @ParameterizedTest(name = "ip_forward={0}")
  @ValueSource(strings = {"0", "1"})
  void everyDatagramIsAnsweredOnce(String forward) throws IOException {
    Lab lab = NAT.lab();
    lab.director().sysctl("net.ipv4.ip_forward", forward);
    NAT.rules(NAT.service("-u", Lab.UDP_PORT, Lab.UDP_PORT));

    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
      for (int i = 0; i < 5; i++) {
        assertEquals("server 3 datagram " + i, socket.ask("datagram " + i));
      }
    }
    lab.director().sysctl("net.ipv4.ip_forward", "0");
  }

  @Test
  void answersPing() {
    NAT.httpRules();
    DIRECT.httpRules();

    assertTrue(Ping.reaches(NAT.lab().client(), NAT.lab().vip()));
    assertTrue(Ping.reaches(DIRECT.lab().client(), DIRECT.lab().vip()));
  }

  @Test
  void announcesAServiceThatAppears() {
    Lab lab = DIRECT.lab();
    DIRECT.rules();
    String stranger = "02:00:00:00:00:99";
    lab.client()
        .ip("neighbour", "replace", lab.vip(), "lladdr", stranger, "dev", "eth0", "nud", "stale");

    DIRECT.httpRules();

    String mac = lab.director().run("cat", "/sys/class/net/eth0/address").out().strip();
    Await.until(
        "gratuitous ARP has replaced " + stranger + " by " + mac,
        Duration.ofSeconds(5),
        () -> lab.client().run("ip", "neighbour", "show", lab.vip()).out().contains(mac));
  }

  @Test
  void givesAVipUpWithItsLastService() {
    Lab lab = DIRECT.lab();
    DIRECT.httpRules();
    assertTrue(Ping.reaches(lab.client(), lab.vip()));

    DIRECT.rules();

    lab.client().ip("neighbour", "flush", "dev", "eth0");
    assertFalse(Ping.reaches(lab.client(), lab.vip()));
  }
}
