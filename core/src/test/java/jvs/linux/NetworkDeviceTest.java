package jvs.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class NetworkDeviceTest {
  @Test
  void knowsLoopback() {
    try (NetworkDevice loopback = new NetworkDevice("lo")) {
      assertEquals("lo", loopback.name());
      assertTrue(loopback.index() > 0);
      assertTrue(loopback.mtu() >= 1500);
      assertEquals("", loopback.bus());
      assertTrue(loopback.ethtool(NetworkDevice.ETHTOOL_GTXCSUM) >= 0);
    }
  }

  @Test
  void refusesNamesThatCannotBe() {
    assertThrows(IllegalArgumentException.class, () -> new NetworkDevice(""));
    assertThrows(IllegalArgumentException.class, () -> new NetworkDevice("sixteen-letters-"));
    LinuxException none = assertThrows(LinuxException.class, () -> new NetworkDevice("jvst-none"));
    assertEquals("interface jvst-none: No such device (ENODEV)", none.getMessage());
  }
}
