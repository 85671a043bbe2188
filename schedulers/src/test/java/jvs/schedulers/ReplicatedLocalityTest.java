package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
    SimulatedService service = SimulatedService.withWeights("lblcr", 2, 2);
    service.expireAfter(10);
    service.connectAll(4); // 2 2 2 1: both are in the set now
    service.advance(10_000);
    service.connectTo(ONE); // 1: not a moment longer than the expiration
    service.advance(1);
    service.connectTo(ONE); // 1, which drops 2
    service.edit(1, 0);

    int fallback = service.connectTo(ONE);
    service.edit(1, 9);

    // 2 came back as a new member: head of the set, but 1 is lighter
    assertEquals(2, fallback);
    assertEquals(1, service.connectTo(ONE));
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

    assertEquals(true, service.server(2).isOverloaded());
    assertEquals(1, service.connectTo(ONE));
  }
}
