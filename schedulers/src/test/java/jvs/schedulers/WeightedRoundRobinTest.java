package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jvs.service.ServerSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code wrr}. */
class WeightedRoundRobinTest {
  /** Servers added one by one to the service: the first round starts at the lowest level. */
  @ParameterizedTest
  @CsvSource({
    "3/2/1, 3 2 1 1 2 1 3 2 1 1 2 1",
    "5/1/0, 2 1 1 1 1 1 2 1 1 1 1 1",
    "7/5, 2 1 1 1 2 1 2 1 2 1 2 1",
    "10/7/3/1, 4 3 2 1 1 1 1 2 1 2 1 2 1 2 1 3 2 1 3 2 1",
    "0/0, 0 0 0",
  })
  void interleavesAsRecordedFromAKernel(String weights, String expected) {
    SimulatedService service = SimulatedService.of("wrr", 0);
    int number = 1;
    for (String weight : weights.split("/", -1)) {
      service.add(number++, Integer.parseInt(weight));
    }

    assertEquals(expected, service.connectAll(expected.split(" ", -1).length));
  }

  /** The scheduler is made for servers that are there: starts at the top level. */
  @ParameterizedTest
  @CsvSource({
    "1/2/3, 3 3 2 3 2 1 3 3 2 3 2 1",
    "3/2/1, 1 2 1 3 2 1 1 2 1 3 2 1",
    "2/4, 2 2 1 2 2 1",
    "1/1/5, 3 3 3 3 3 2 1 3 3 3 3 3 2 1",
    "3/10, 2 2 2 2 2 2 2 2 1 2 1 2 1 2 2 2",
  })
  void startsAtTheTopOverPresentServers(String weights, String expected) {
    SimulatedService service = SimulatedService.of("none", 0);
    int number = 1;
    for (String weight : weights.split("/", -1)) {
      service.add(number++, Integer.parseInt(weight));
    }
    service.use("wrr", 0);

    assertEquals(expected, service.connectAll(expected.split(" ", -1).length));
  }

  @Test
  void restartsAtTheHeadButKeepsItsLevelWhenAWeightChanges() {
    SimulatedService service = SimulatedService.withWeights("wrr", 3, 2, 1);
    service.use("wrr", 0);
    String before = service.connectAll(2);

    service.edit(3, 2);

    assertEquals("1 2", before);
    assertEquals("3 2 1 3 2 1 1 3 2 1", service.connectAll(10));
  }

  @Test
  void passesOverOverloadedServersWithoutWalkingTheirLevels() {
    SimulatedService service = SimulatedService.withWeights("wrr", 1, 1);
    ServerSpec limited =
        new ServerSpec(ServerSpec.MASQ, Integer.MAX_VALUE, 2, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
    service.add(service.keyOf(3), limited);

    assertEquals("3 2 1 3 2 1 2 1", service.connectAll(8));
  }

  @Test
  void hasNobodyWhileAllAreOverloadedAndRecovers() {
    SimulatedService service = SimulatedService.of("wrr", 0);
    ServerSpec one = new ServerSpec(ServerSpec.MASQ, 2, 1, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
    service.add(service.keyOf(1), one);
    service.add(service.keyOf(2), one);

    assertEquals("2 1 0 0", service.connectAll(4));
    service.server(1).unbindConnection(true);

    assertEquals("1 0", service.connectAll(2));
  }
}
