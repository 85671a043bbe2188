package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jvs.director.TestNetwork;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class OffloadsTest {
  private static int ask(NetworkDevice device, int command) {
    return device.ethtool(command);
  }

  @Test
  void switchesOffAndRestoresExactly() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      NetworkDevice device = network.in("left", () -> new NetworkDevice("eth0"));
      // One of several TCP segmentation features off: restoring "tso" as a whole would set it.
      long odd = device.requestedFeatures() & ~(1L << 19);
      device.requestFeatures(1L << 19, 0);
      assertEquals(odd, device.requestedFeatures());
      int txBefore = ask(device, NetworkDevice.ETHTOOL_GTXCSUM);

      Offloads offloads = network.in("left", () -> new Offloads("eth0"));

      assertEquals(1, txBefore);
      assertEquals(List.of(), offloads.stillOn());
      assertEquals(0, ask(device, NetworkDevice.ETHTOOL_GTXCSUM));
      assertEquals(0, ask(device, NetworkDevice.ETHTOOL_GRXCSUM));
      assertEquals(0, ask(device, NetworkDevice.ETHTOOL_GTSO));
      assertEquals(0, ask(device, NetworkDevice.ETHTOOL_GGSO));
      assertEquals(0, ask(device, NetworkDevice.ETHTOOL_GGRO));

      network.in(
          "left",
          () -> {
            offloads.close();
            offloads.close();
            return true;
          });
      assertEquals(odd, device.requestedFeatures());
      assertEquals(1, ask(device, NetworkDevice.ETHTOOL_GTXCSUM));
      assertEquals(1, ask(device, NetworkDevice.ETHTOOL_GGSO));
      device.close();
    }
  }

  @Test
  void survivesThatTheInterfaceIsGone() {
    try (TestNetwork network = new TestNetwork("left", "right")) {
      network.join("left", "eth0", "right", "eth0");
      Offloads offloads = network.in("left", () -> new Offloads("eth0"));
      network.ip("left", "link", "del", "eth0");

      network.in(
          "left",
          () -> {
            offloads.close();
            return true;
          });
    }
  }

  @Test
  void namesAnUnknownInterface() {
    LinuxException unknown = assertThrows(LinuxException.class, () -> new Offloads("jvst-none"));

    assertTrue(unknown.getMessage().contains("jvst-none"), unknown.getMessage());
  }
}
