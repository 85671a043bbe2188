package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;

/** {@code fo}. */
class WeightedFailoverTest {
  @Test
  void servesByTheHeaviest() {
    SimulatedService service = SimulatedService.withWeights("fo", 3, 2, 1);

    assertEquals("1 1 1 1", service.connectAll(4));
  }

  @Test
  void servesByTheNewestOfEquals() {
    SimulatedService service = SimulatedService.withWeights("fo", 2, 2, 1);

    assertEquals("2 2 2", service.connectAll(3));
  }

  @Test
  void failsOverWhenTheHeaviestIsOverloadedOrQuiesced() {
    SimulatedService service = SimulatedService.withWeights("fo", 1, 2);
    ServerSpec two = new ServerSpec(ServerSpec.MASQ, 3, 2, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
    service.add(service.keyOf(3), two);

    String overloaded = service.connectAll(4);
    service.edit(2, 0);

    assertEquals("3 3 2 2", overloaded);
    assertEquals("1", service.connectAll(1));
  }
}
