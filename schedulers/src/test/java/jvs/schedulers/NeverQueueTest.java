package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code nq}. */
class NeverQueueTest {
  @Test
  void servesByIdleServersFirstThenAsSed() {
    SimulatedService service = SimulatedService.withWeights("nq", 3, 2, 1);

    assertEquals("3 2 1 1 2 1 1 2 1 3 2 1", service.connectAll(12));
  }

  @Test
  void servesDatagramsAlwaysByTheNewest() {
    SimulatedService service = SimulatedService.withWeights("nq", 3, 2, 1);

    assertEquals("3 3 3", service.sendAll(3));
  }

  @Test
  void passesOverIdleServersThatAreQuiesced() {
    SimulatedService service = SimulatedService.withWeights("nq", 1, 3, 0);

    assertEquals("2 1 2 2", service.connectAll(4));
  }
}
