package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code wlc}. */
class WeightedLeastConnectionTest {
  @Test
  void servesByOverheadPerWeight() {
    SimulatedService service = SimulatedService.withWeights("wlc", 3, 2, 1);

    assertEquals("3 2 1 1 2 1", service.sendAll(6));
  }

  @Test
  void countsDatagramsThoughTheyAreInactive() {
    SimulatedService service = SimulatedService.withWeights("wlc", 1, 1, 1);

    assertEquals("3 2 1 3 2 1", service.sendAll(6));
  }

  @Test
  void comparesWithoutOverflowing() {
    SimulatedService service = SimulatedService.withWeights("wlc", Integer.MAX_VALUE, 1);
    service.connectAll(1);

    assertEquals("1 1 1 1 1 1", service.connectAll(6));
  }

  @Test
  void passesOverAQuiescedServerWithoutConnections() {
    SimulatedService service = SimulatedService.withWeights("wlc", 1, 0);

    assertEquals("1 1", service.connectAll(2));
  }
}
