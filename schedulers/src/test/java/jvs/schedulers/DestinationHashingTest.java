package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code dh}. */
class DestinationHashingTest {
  /** 10.0.0.1 has slot 39, 172.16.0.31 slot 239 of 256. */
  private static final int SLOT_39 = 0x0a00_0001;

  private static final int SLOT_239 = 0xac10_001f;

  @Test
  void dealsTheSlotsOutInTurnWhateverTheWeights() {
    SimulatedService service = SimulatedService.withWeights("dh", 9, 1, 5);

    assertEquals(3, service.connectTo(SLOT_39));
    assertEquals(1, service.connectTo(SLOT_239));
  }

  @Test
  void servesAVirtualAddressAlwaysByOneServer() {
    SimulatedService service = SimulatedService.withWeights("dh", 1, 1, 1);

    assertEquals("3 3 3 3 3 3 3", service.connectAll(7));
  }

  @Test
  void hasNobodyForTheSlotsOfAQuiescedServer() {
    SimulatedService service = SimulatedService.withWeights("dh", 1, 1, 1);

    service.edit(3, 0);

    assertEquals(0, service.connectTo(SLOT_39));
    assertEquals(1, service.connectTo(SLOT_239));
  }

  @Test
  void dealsAgainWhenServersComeAndGo() {
    SimulatedService service = SimulatedService.withWeights("dh", 1, 1, 1);

    service.remove(3);
    int afterRemoval = service.connectTo(SLOT_39);
    service.add(4, 1);

    assertEquals(1, afterRemoval);
    assertEquals(4, service.connectTo(SLOT_39));
  }
}
