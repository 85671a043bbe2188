package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;

/** {@code lblcr}. */
class ReplicatedLocalityTest {
  private static final int ONE = 0x0a63_0001;
  private static final int TWO = 0x0a63_0002;

  @Test
  void keepsAVirtualAddressWithItsServer() {
    SimulatedService service = SimulatedService.withWeights("lblcr", 9, 9);

    assertEquals(2, service.connectTo(ONE));
    assertEquals(1, service.connectTo(TWO));
    assertEquals(2, service.connectTo(ONE));
    assertEquals(1, service.connectTo(TWO));
  }

  @Test
  void growsTheSetWhenItIsCrowdedAndServesByItsLeastLoaded() {
    SimulatedService service = SimulatedService.withWeights("lblcr", 2, 2, 1);

    // server 3 is full with two, 2 with three; then the least of the set serves
    assertEquals("3 3 2 2 2 1 1 1 1 2", service.connectAll(10));
  }

  @Test
  void dropsTheMostLoadedOfTheSetAfterTheExpiration() {
    assertEquals(2, chosenAfter(10_000));
    assertEquals(1, chosenAfter(10_001));
  }

  /** The server of an address whose set is 1 and 2, of which 2 was the most loaded, now idle. */
  private static int chosenAfter(long millis) {
    SimulatedService service = SimulatedService.withWeights("lblcr", 2, 2);
    service.expireAfter(10);
    assertEquals("2 2 2 1", service.connectAll(4));
    service.advance(millis);
    assertEquals(1, service.connectTo(ONE));
    service.edit(1, 9);
    for (int i = 0; i < 3; i++) {
      service.server(2).unbindConnection(true);
    }
    return service.connectTo(ONE);
  }

  @Test
  void givesAServerThatReturnsItsAddressesBack() {
    SimulatedService service = SimulatedService.withWeights("lblcr", 9, 9);
    service.connectTo(ONE);
    service.server(2).unbindConnection(true);

    service.remove(2);
    service.add(2, 9);
    service.server(2).bindConnection(false);

    assertEquals(2, service.connectTo(ONE));
  }

  @Test
  void passesOverOverloadedMembers() {
    SimulatedService service = SimulatedService.withWeights("lblcr", 9, 9);
    service.connectTo(ONE);

    service.edit(service.keyOf(2), new ServerSpec(ServerSpec.MASQ, 9, 2, 0, 0, 0, 0));
    service.connectTo(ONE);

    assertTrue(service.server(2).isOverloaded());
    assertEquals(1, service.connectTo(ONE));
  }
}
