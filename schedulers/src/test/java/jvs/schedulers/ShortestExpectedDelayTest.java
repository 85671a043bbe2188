package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code sed}. */
class ShortestExpectedDelayTest {
  @Test
  void countsTheConnectionThatIsComing() {
    SimulatedService service = SimulatedService.withWeights("sed", 3, 2, 1);

    assertEquals("1 2 1 3 2 1 1 2 1 3 2 1", service.connectAll(12));
  }

  @Test
  void servesDatagramsAlwaysByTheHeaviest() {
    SimulatedService service = SimulatedService.withWeights("sed", 3, 2, 1);

    assertEquals("1 1 1 1", service.sendAll(4));
  }

  @Test
  void servesByTheNewestOfEquals() {
    SimulatedService service = SimulatedService.withWeights("sed", 2, 2, 0);

    assertEquals("2 1 2 1", service.connectAll(4));
  }
}
