package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code ovf}. */
class WeightedOverflowTest {
  @Test
  void fillsEachServerWithOneMoreThanItsWeightThenHasNobody() {
    SimulatedService service = SimulatedService.withWeights("ovf", 3, 2, 1);

    assertEquals("1 1 1 1 2 2 2 3 3 0 0", service.connectAll(11));
  }

  @Test
  void returnsToTheHeaviestOnceItHasRoom() {
    SimulatedService service = SimulatedService.withWeights("ovf", 2, 1);
    service.connectAll(4);

    service.server(1).deactivate();

    assertEquals("1 2 0", service.connectAll(3));
  }

  @Test
  void servesDatagramsAlwaysByTheHeaviest() {
    SimulatedService service = SimulatedService.withWeights("ovf", 1, 2, 0);

    assertEquals("2 2 2 2 2", service.sendAll(5));
  }
}
