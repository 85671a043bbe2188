package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code lc}. */
class LeastConnectionTest {
  @Test
  void servesInTurnFromTheNewestWhileNothingFinishes() {
    SimulatedService service = SimulatedService.withWeights("lc", 3, 2, 1);

    assertEquals("3 2 1 3 2 1", service.connectAll(6));
  }

  @Test
  void countsAnActiveConnectionAs256Inactive() {
    SimulatedService service = SimulatedService.withWeights("lc", 1, 1);
    service.connectAll(1);
    for (int i = 0; i < 255; i++) {
      service.server(1).bindConnection(false);
    }

    assertEquals("1", service.sendAll(1));
    assertEquals("2", service.sendAll(1));
  }

  @Test
  void passesOverQuiescedServers() {
    SimulatedService service = SimulatedService.withWeights("lc", 1, 0, 1);

    assertEquals("3 1 3 1", service.connectAll(4));
  }
}
