package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import org.junit.jupiter.api.Test;

/** {@code sh}. */
class SourceHashingTest {
  private static final int FALLBACK = ServiceSpec.SCHED_1;
  private static final int PORT = ServiceSpec.SCHED_2;

  /** An IPv4 address for each slot of 256. */
  private static final int[] CLIENTS = new int[256];

  static {
    for (int client = 1 << 20; client > 0; client--) {
      CLIENTS[GoldenRatioHash.of(client, 8)] = client;
    }
  }

  private static String firstSlots(SimulatedService service, int count) {
    return Arrays.stream(CLIENTS)
        .limit(count)
        .mapToObj(client -> Integer.toString(service.send(client)))
        .collect(Collectors.joining(" "));
  }

  @Test
  void givesRunsOfSlotsByWeight() {
    SimulatedService service = SimulatedService.withWeights("sh", 3, 2, 1);

    assertEquals("3 2 2 1 1 1 3 2 2 1 1 1 3", firstSlots(service, 13));
    service.edit(2, 1);
    assertEquals("3 2 1 1 1 3", firstSlots(service, 6));
  }

  @Test
  void givesAQuiescedServerOneSlotAndNoService() {
    SimulatedService service = SimulatedService.withWeights("sh", 3, 0, 1);

    assertEquals("3 0 1 1 1 3 0", firstSlots(service, 7));
  }

  @Test
  void fallsBackFromTheDoubleOfTheSlot() {
    SimulatedService service = SimulatedService.withWeights("sh", 1, 1, 1);
    service.use("sh", FALLBACK);

    service.edit(3, 0);

    // slots 0 3 6 9 were server 3's; 0 6 12 18 are again, so the next one serves
    assertEquals("2 2 1 2 2 1 2 2 1 2", firstSlots(service, 10));
    service.edit(3, 1);
    assertEquals("3 2 1 3 2 1", firstSlots(service, 6));
  }

  @Test
  void fallsBackFromAnOverloadedServer() {
    SimulatedService service = SimulatedService.of("sh", FALLBACK);
    ServerSpec one = new ServerSpec(ServerSpec.MASQ, 3, 1, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
    service.add(service.keyOf(1), one).bindConnection(false);
    service.add(2, 2);
    service.add(3, 1);

    // the table is 3 2 2 1 1 1 again and again: slots 3 4 5 look on from 6 8 10
    assertEquals("3 2 2 3 2 3", firstSlots(service, 6));
  }

  @Test
  void looksAtThePortOnlyWhenAsked() {
    SimulatedService service = SimulatedService.withWeights("sh", 1, 1, 1);

    long plain = IntStream.range(1, 200).mapToObj(port -> chosen(service, port)).distinct().count();
    service.use("sh", PORT);

    assertEquals(1, plain);
    assertEquals(
        3, IntStream.range(1, 200).mapToObj(port -> chosen(service, port)).distinct().count());
  }

  private static String chosen(SimulatedService service, int port) {
    RealServer server = service.schedule(0xc000_0201, port, 0x0a63_0001);
    return server == null ? "none" : server.key().toString();
  }

  @Test
  void takesTheTableSizeFromTheContext() {
    SimulatedService service = SimulatedService.withWeights("sh", 5, 15).configure(4, 12, 1);
    service.use("sh", 0);

    int[] counts = new int[3];
    for (int client = 0; client < 16_000; client++) {
      counts[service.send(client)]++;
    }

    assertEquals(15, Math.round(counts[2] / 1000.0)); // the newest: all of 16 slots but one
    assertEquals(1, Math.round(counts[1] / 1000.0));
  }
}
