package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Direct routing through AF_PACKET, with the offloads of the interfaces on. */
final class DirectRoutingScenario implements ForwardingContract {
  @RegisterExtension static final LabExtension LAB = LabExtension.directRouting("--port", "packet");

  @Override
  public LabExtension lab() {
    return LAB;
  }

  @Test
  void onlyRequestsPassTheDirector() throws IOException {
    LAB.httpRules();

    try (HttpConnection connection =
        HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT)) {
      connection.get("/");
    }

    String stats = LAB.director().ipvsadm("-Ln", "--stats", "--exact").out();
    String service =
        stats.lines().filter(line -> line.startsWith("TCP")).findFirst().orElse("none");
    String[] columns = service.split(" +", -1);
    assertEquals("1", columns[2], "connections in " + stats);
    assertTrue(Integer.parseInt(columns[3]) >= 3, "packets in, in " + stats);
    assertEquals("0", columns[4], "packets out, in " + stats);
  }

  @Test
  void theClientKnowsTheVipByTheDirectorsMac() {
    LAB.httpRules();
    LAB.curl("/");

    String neighbour = LAB.lab().client().run("ip", "neighbour", "show", LAB.lab().vip()).out();
    String link = LAB.lab().director().run("cat", "/sys/class/net/eth0/address").out().strip();

    assertTrue(neighbour.contains(link), neighbour + " should have " + link);
  }
}
