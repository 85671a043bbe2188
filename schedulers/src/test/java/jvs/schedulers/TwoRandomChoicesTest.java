package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import jvs.service.RealServer;
import org.junit.jupiter.api.Test;

/** {@code twos}. */
class TwoRandomChoicesTest {
  private static final int DRAWS = 200_000;

  @Test
  void drawsIdleServersByWeightWithOneLotMoreForTheNewest() {
    SimulatedService service = SimulatedService.withWeights("twos", 3, 2, 1);

    assertShares(service, 0, 3 / 7.0, 2 / 7.0, 2 / 7.0);
  }

  @Test
  void servesByTheLighterOfTwoDrawn() {
    SimulatedService service = SimulatedService.withWeights("twos", 2, 2, 2);
    load(service.server(1), 1);
    load(service.server(2), 2);
    load(service.server(3), 3);

    // lots 0 1 2 are server 3's, 3 4 server 2's, 5 6 server 1's
    assertShares(service, 0, 24 / 49.0, 16 / 49.0, 9 / 49.0);
  }

  @Test
  void neverDrawsQuiescedServers() {
    SimulatedService service = SimulatedService.withWeights("twos", 4, 0, 0);

    assertShares(service, 0, 1.0, 0.0, 0.0);
  }

  @Test
  void hasNobodyWhenAllAreQuiesced() {
    SimulatedService service = SimulatedService.withWeights("twos", 0, 0);

    assertEquals("0 0 0", service.connectAll(3));
  }

  @Test
  void drawsTheSameAgainFromTheSameSeedOnly() {
    SimulatedService service = SimulatedService.withWeights("twos", 1, 1, 1, 1);

    String first = service.configure(8, 12, 5).use("twos", 0).connectAll(200);
    String other =
        SimulatedService.withWeights("twos", 1, 1, 1, 1)
            .configure(8, 12, 6)
            .use("twos", 0)
            .connectAll(200);
    String again =
        SimulatedService.withWeights("twos", 1, 1, 1, 1)
            .configure(8, 12, 5)
            .use("twos", 0)
            .connectAll(200);

    assertEquals(first, again);
    assertNotEquals(first, other);
  }

  @Test
  void survivesWeightsWhoseSumWraps() {
    SimulatedService service =
        SimulatedService.withWeights("twos", Integer.MAX_VALUE, Integer.MAX_VALUE, 3);

    for (int i = 0; i < 1000; i++) {
      assertNotEquals(0, service.send(i));
    }
  }

  private static void load(RealServer server, int connections) {
    for (int i = 0; i < connections; i++) {
      server.bindConnection(false);
    }
  }

  /** Shares of none and of servers 1, 2 and 3 within a percentage point. */
  private static void assertShares(SimulatedService service, double... expected) {
    int[] counts = new int[expected.length];
    for (int i = 0; i < DRAWS; i++) {
      RealServer server = service.schedule(i, 1024, 1);
      counts[server == null ? 0 : (int) server.key().address().low() & 0xffff]++;
    }
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], counts[i] / (double) DRAWS, 0.01, "server " + i);
    }
  }
}
