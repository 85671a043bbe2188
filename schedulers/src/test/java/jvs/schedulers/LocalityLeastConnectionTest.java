package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;

/** {@code lblc}. */
class LocalityLeastConnectionTest {
  private static final int ONE = 0x0a63_0001;
  private static final int TWO = 0x0a63_0002;

  @Test
  void keepsAVirtualAddressWithItsServer() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9, 9);

    assertEquals(2, service.connectTo(ONE));
    assertEquals(1, service.connectTo(TWO));
    assertEquals(2, service.connectTo(ONE));
    assertEquals(2, service.connectTo(ONE));
    assertEquals(1, service.connectTo(TWO));
  }

  @Test
  void movesTheAddressWhenItsServerIsCrowdedAndAnotherHalfIdle() {
    SimulatedService service = SimulatedService.withWeights("lblc", 2, 2);

    assertEquals("2 2 2 1 1 1", service.connectAll(6));
  }

  @Test
  void keepsTheAddressWhenNobodyIsHalfIdle() {
    SimulatedService service = SimulatedService.withWeights("lblc", 2, 2);
    service.server(1).bindConnection(false);
    service.server(1).activate();

    assertEquals("2 2 2 2 2 2", service.connectAll(6));
  }

  @Test
  void movesTheAddressWhenItsServerIsQuiesced() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9, 9);
    service.connectTo(ONE);

    service.edit(2, 0);
    int moved = service.connectTo(ONE);
    service.edit(2, 9);

    assertEquals(1, moved);
    assertEquals(1, service.connectTo(ONE));
  }

  @Test
  void keepsTheAddressWithAnOverloadedServerAsTheKernelDoes() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9);
    ServerSpec one = new ServerSpec(ServerSpec.MASQ, 9, 1, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
    service.add(service.keyOf(2), one);

    assertEquals(2, service.connectTo(ONE));
    assertEquals(1, service.connectTo(TWO));
    assertEquals(2, service.connectTo(ONE));
  }

  @Test
  void givesAServerThatReturnsItsAddressesBack() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9, 9);
    service.connectTo(ONE);
    service.server(2).unbindConnection(true);

    service.remove(2);
    service.add(2, 9);
    service.server(2).bindConnection(false);

    assertEquals(2, service.connectTo(ONE));
  }

  @Test
  void movesTheAddressOfADeletedServer() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9, 9);
    service.connectTo(ONE);

    service.remove(2);
    int moved = service.connectTo(ONE);
    service.add(2, 9);

    assertEquals(1, moved);
    assertEquals(1, service.connectTo(ONE));
  }

  @Test
  void forgetsAnAddressAtTheThirtiethCheckAfterItsExpiration() {
    SimulatedService service = SimulatedService.withWeights("lblc", 9, 9);
    service.expireAfter(60);
    service.connectTo(ONE);
    service.connectTo(TWO);
    service.server(2).bindConnection(false);
    for (int minute = 0; minute < 29; minute++) {
      service.advance(60_000);
    }

    int known = service.connectTo(ONE);
    service.advance(60_000);

    assertEquals(2, known);
    assertEquals(1, service.connectTo(ONE));
  }
}
