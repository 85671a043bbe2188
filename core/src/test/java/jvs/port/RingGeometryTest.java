package jvs.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class RingGeometryTest {
  @Test
  void fitsTheMtu() {
    assertEquals(new RingGeometry(2048, 8192), RingGeometry.of(1500));
    assertTrue(RingGeometry.of(9000).slotBytes() >= 9000 + 300);
    assertTrue(RingGeometry.of(65_536).slotBytes() < 16_384, "the rest comes beside the ring");
  }

  @Test
  void fillsBlocksOfWholePages() {
    RingGeometry large = new RingGeometry(68 << 10, 512);
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
