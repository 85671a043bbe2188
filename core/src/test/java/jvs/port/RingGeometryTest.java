package jvs.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.linux.NetworkDevice;
import org.junit.jupiter.api.Test;

final class RingGeometryTest {
  @Test
  void takesTheLargeSlotsWhereSegmentsMayBeJoined() {
    try (NetworkDevice loopback = new NetworkDevice("lo")) {
      assertEquals(RingGeometry.superFrames(), RingGeometry.of(loopback));
    }
  }

  @Test
  void fitsTheMtu() {
    assertEquals(new RingGeometry(2048, 8192), RingGeometry.plainFrames(1500));
    assertTrue(RingGeometry.plainFrames(9000).slotBytes() >= 9000 + 300);
  }

  @Test
  void fillsBlocksOfWholePages() {
    RingGeometry large = RingGeometry.superFrames();
    assertEquals(1 << 20, large.blockBytes());
    assertEquals(15, large.slotsPerBlock());
    assertTrue(large.blocks() * large.slotsPerBlock() >= 512);
    assertEquals(0, new RingGeometry(3 << 20, 4).blockBytes() % (64 << 10));
  }

  @Test
  void refusesAbsurdSizes() {
    assertThrows(IllegalArgumentException.class, () -> new RingGeometry(100, 10));
    assertThrows(IllegalArgumentException.class, () -> new RingGeometry(2049, 10));
    assertThrows(IllegalArgumentException.class, () -> new RingGeometry(2048, 0));
    assertThrows(IllegalArgumentException.class, () -> new RingGeometry(1 << 20, 5000));
  }
}
