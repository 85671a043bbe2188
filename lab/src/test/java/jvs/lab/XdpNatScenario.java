package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** NAT through AF_XDP, with the offloads of the ends on: unfinished frames and super-frames. */
final class XdpNatScenario implements ForwardingContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.nat("--port", "afxdp");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Override
  public String portName() {
    return "AF_XDP (eth0 skb mode, 1 queue; eth1 skb mode, 1 queue)";
  }

  @Test
  void tellsWhatToTypeAtTheOtherEndOfAVeth() {
    String log = LAB.director().daemon().log();

    assertTrue(log.contains("eth0 is a veth"), log);
    assertTrue(log.contains("type: ethtool -K NAME tx off"), log);
  }

  @Test
  void explainsWhatEachPortWouldMeanBesideARunningDirector() {
    String table = LAB.director().jvs("director", "--explain-port").orThrow().out();

    assertTrue(
        table.contains("eth1       afxdp           1.2   skb mode, copying, 1 queue, all workers"),
        table);
    assertTrue(table.contains("Chosen: afpacket, because eth0 is no real card (veth)"), table);
  }

  @Test
  void neitherTheHostNorItsGuardSeesWhatIsRedirected() throws IOException {
    Lab lab = LAB.lab();
    LAB.rules(LAB.service("-u", Lab.UDP_PORT, Lab.UDP_PORT));
    String before = guardCounters();

    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
      for (int i = 0; i < 100; i++) {
        assertEquals("server 3 " + i, socket.ask("" + i));
      }
    }

    assertTrue(before.contains("@services4"), before);
    assertEquals(before, guardCounters());
  }

  @Test
  void aKilledDirectorLeavesNoProgramAndTheNextOneServes() {
    Host host = LAB.lab().director();
    LAB.httpRules();
    assertEquals("server 3", LAB.curl("/"));
    assertTrue(links(host).contains("xdp"), links(host));

    LAB.director().daemon().kill();
    assertFalse(links(host).contains("xdp"), links(host));
    LAB.startDirector();

    LAB.httpRules();
    assertEquals("server 3", LAB.curl("/"));
    assertEquals(0, LAB.director().stop());
    assertFalse(links(host).contains("xdp"), links(host));
    assertEquals(List.of(), DirectorProcess.leftovers(host));
    LAB.startDirector();
  }

  private static String links(Host host) {
    return host.run("ip", "link", "show").out();
  }

  /** What nftables dropped that came past the program. */
  private static String guardCounters() {
    String table = LAB.lab().director().run("nft", "list", "table", "netdev", "jvs").out();
    return table
        .lines()
        .filter(line -> line.contains("counter packets"))
        .collect(Collectors.joining("\n"));
  }
}
