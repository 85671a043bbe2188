package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** NAT through AF_PACKET, with the offloads of the interfaces on. */
final class NatScenario implements ForwardingContract {
  private static final int ACTIVE = 4;

  @RegisterExtension static final LabExtension LAB = LabExtension.nat("--port", "packet");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Test
  void offloadsOfTheEndsAreOn() {
    Lab lab = LAB.lab();

    String client = lab.client().run("ethtool", "-k", "eth0").out();
    String server = lab.servers().getFirst().run("ethtool", "-k", "eth0").out();

    for (String features : new String[] {client, server}) {
      assertTrue(features.contains("tx-checksumming: on"), features);
      assertTrue(features.contains("tcp-segmentation-offload: on"), features);
    }
  }

  @Test
  void mapsPorts() {
    LAB.rules(LAB.service("-t", 8080, Lab.HTTP_PORT));

    String answer =
        LAB.lab().client().run("curl", "-sS", "http://" + LAB.lab().vip() + ":8080/").out();

    assertEquals("server 3\n", answer);
  }

  @Test
  void theServerSeesTheClientsAddress() {
    LAB.httpRules();

    assertEquals(LAB.lab().clientAddress(), LAB.curl("/peer"));
  }

  @Test
  void countsAConnectionAsActiveWhileItIsEstablished() throws IOException {
    Lab lab = LAB.lab();
    LAB.httpRules();
    // A server that was there before comes back with its connections, so there may be some.
    int before = inactive();

    try (HttpConnection connection = HttpConnection.open(lab.client(), lab.vip(), Lab.HTTP_PORT)) {
      assertEquals("server 3", connection.get("/"));

      assertEquals("1", columns()[ACTIVE]);
      String connections = LAB.director().ipvsadm("-Lnc").out();
      String row = "TCP 1[45]:.. +ESTABLISHED +198.51.100.10:\\d+ +203.0.113.80:80 +10.0.0.13:80";
      assertEquals(1, connections.lines().filter(line -> line.matches(row)).count(), connections);
    }
    Await.until(
        "the closed connection counts as inactive",
        Duration.ofSeconds(5),
        () -> columns()[ACTIVE].equals("0") && inactive() == before + 1);
  }

  private static int inactive() {
    return Integer.parseInt(columns()[ACTIVE + 1]);
  }

  /** The line of server 3 in a listing: arrow, address, method, weight, active, inactive. */
  private static String[] columns() {
    String list = LAB.director().ipvsadm("-Ln").out();
    return list.lines()
        .map(String::strip)
        .filter(line -> line.startsWith("-> 10.0.0.13:80 "))
        .map(line -> line.split(" +", -1))
        .findFirst()
        .orElseThrow(() -> new AssertionError(list));
  }
}
