package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** {@code rr}. */
class RoundRobinTest {
  @Test
  void servesInTurnFromTheNewest() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 9, 1);

    assertEquals("3 2 1 3 2 1 3", service.connectAll(7));
  }

  @Test
  void passesOverQuiescedServers() {
    SimulatedService service = SimulatedService.withWeights("rr", 5, 0, 1);

    assertEquals("3 1 3 1", service.connectAll(4));
  }

  @Test
  void servesTheSameAgainWhenItIsTheOnlyOneLeft() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1);
    service.connectAll(2);
    service.edit(1, 0);
    service.edit(3, 0);

    assertEquals("2 2", service.connectAll(2));
  }

  @Test
  void hasNobodyWhileAllAreQuiescedAndKeepsItsTurn() {
    SimulatedService service = SimulatedService.withWeights("rr", 0, 0, 1);
    service.connectAll(1);
    service.edit(3, 0);

    String quiesced = service.connectAll(2);
    service.edit(1, 1);
    service.edit(2, 1);
    service.edit(3, 1);

    assertEquals("0 0", quiesced);
    assertEquals("2 1 3", service.connectAll(3));
  }

  @Test
  void keepsItsTurnWhenAServerIsAdded() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1);
    service.connectAll(1);

    service.add(4, 1);

    assertEquals("2 1 4 3 2", service.connectAll(5));
  }

  @Test
  void goesOnWithTheNextWhenTheLastChosenIsDeleted() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1, 1);
    service.connectAll(2);

    service.remove(3);

    assertEquals("2 1 4 2", service.connectAll(4));
  }

  @Test
  void startsAnewWhenTheHeadWasLastChosenAndIsDeleted() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1);
    service.connectAll(1);

    service.remove(3);

    assertEquals("2 1 2", service.connectAll(3));
  }

  @Test
  void keepsItsTurnWhenOthersAreDeleted() {
    SimulatedService service = SimulatedService.withWeights("rr", 1, 1, 1, 1, 1);
    service.connectAll(3);

    service.remove(5);
    service.remove(1);

    assertEquals("2 4 3 2", service.connectAll(4));
  }
}
