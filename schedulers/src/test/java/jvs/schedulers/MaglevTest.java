package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.spi.SchedulerContext;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;

/** {@code mh}, with the vectors of the reference, section 23. */
class MaglevTest {
  private static final int SLOTS = 4093;

  /** An IPv4 address for each slot. */
  private static final int[] CLIENTS = new int[SLOTS];

  static {
    for (int client = 1 << 20; client > 0; client--) {
      CLIENTS[Integer.remainderUnsigned(SipHash.of(2_654_435_761L, client), SLOTS)] = client;
    }
  }

  /** A service with servers 10.0.0.n:80 added in this order. */
  private static SimulatedService of(int[] numbers, int[] weights) {
    SimulatedService service = SimulatedService.of("mh", 0);
    for (int i = 0; i < numbers.length; i++) {
      service.add(key(numbers[i]), ServerSpec.of(ServerSpec.MASQ, weights[i]));
    }
    return service;
  }

  private static ServerKey key(int number) {
    return new ServerKey(IpAddress.v4(0x0a00_0000 + number), 80);
  }

  private static String slots(SimulatedService service, int count) {
    return IntStream.range(0, count)
        .mapToObj(slot -> Integer.toString(service.send(CLIENTS[slot])))
        .collect(Collectors.joining(" "));
  }

  private static long slotsOf(SimulatedService service, int number) {
    return IntStream.range(0, SLOTS).filter(slot -> service.send(CLIENTS[slot]) == number).count();
  }

  @Test
  void sharesTheSlotsOfTwoEqualServers() {
    SimulatedService service = of(new int[] {7, 14}, new int[] {1, 1});

    assertEquals("14 7 14 7 7 14 7 14 7 14 7 14 14 7 7 7 14 14 14 7 7 7 14 14", slots(service, 24));
    assertEquals(2047, slotsOf(service, 14));
    assertEquals(2046, slotsOf(service, 7));
    assertEquals(14, service.send(IpAddress.parse("172.30.0.100").v4()));
    assertEquals(14, service.send(IpAddress.parse("172.30.0.101").v4()));
    assertEquals(7, service.send(IpAddress.parse("203.0.113.7").v4()));
  }

  @Test
  void sharesTheSlotsByWeight() {
    SimulatedService service = of(new int[] {14, 15, 16}, new int[] {3, 2, 1});

    assertEquals(
        "14 16 14 14 15 14 15 16 15 14 15 14 14 16 14 15 14 15 16 16 15 14 15 14",
        slots(service, 24));
    assertEquals(683, slotsOf(service, 16));
    assertEquals(1364, slotsOf(service, 15));
    assertEquals(2046, slotsOf(service, 14));
  }

  @Test
  void movesFewClientsWhenAServerGoes() {
    SimulatedService service = of(new int[] {14, 15, 16}, new int[] {3, 2, 1});
    int[] before = IntStream.range(0, SLOTS).map(slot -> service.send(CLIENTS[slot])).toArray();

    service.remove(key(16));

    long moved =
        IntStream.range(0, SLOTS)
            .filter(slot -> before[slot] != 16 && service.send(CLIENTS[slot]) != before[slot])
            .count();
    assertEquals(13, moved);
  }

  @Test
  void movesNobodyWhenAServerIsQuiesced() {
    SimulatedService service = of(new int[] {7, 14}, new int[] {1, 1});

    service.edit(key(14), ServerSpec.of(ServerSpec.MASQ, 0));

    assertEquals("0 7 0 7 7 0 7 0", slots(service, 8));
    service.use("mh", ServiceSpec.SCHED_1);
    assertEquals("7 7 7 7 7 7 7 7", slots(service, 8));
  }

  @Test
  void hasNoTableWhileNoServerEverHadAWeight() {
    SimulatedService service = of(new int[] {7, 14}, new int[] {0, 0});

    assertEquals("0 0 0", slots(service, 3));
    service.edit(key(7), ServerSpec.of(ServerSpec.MASQ, 4));
    assertEquals("7 7 7", slots(service, 3));
  }

  @Test
  void countsOnlyTheFirstBitsOfWeights() {
    SimulatedService service = of(new int[] {7, 14}, new int[] {65535, 1});

    // 65535 >> 10 = 63 turns against 1
    assertEquals(SLOTS / 64 + 1, slotsOf(service, 14));
  }

  @Test
  void refusesMoreServersThanSlots() {
    RealServer[] servers = new RealServer[252];
    ServiceKey service = ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.99.0.1"), 80);
    for (int i = 0; i < servers.length; i++) {
      servers[i] = new RealServer(service, key(i), ServerSpec.of(ServerSpec.MASQ, 1), i);
    }
    SchedulerContext context =
        new SchedulerContext(() -> 0, () -> 0, 1, 8, 8, () -> 86400, () -> 86400);

    ServerList tooMany = ServerList.of(servers);

    assertThrows(IllegalArgumentException.class, () -> new Maglev(context, tooMany));
    assertNotNull(new Maglev(context, tooMany.without(0)));
  }

  @Test
  void keepsItsTableWhenOneServerTooManyIsAdded() {
    SimulatedService service = SimulatedService.of("mh", 0).configure(8, 8, 1);
    service.use("mh", 0);
    for (int number = 1; number <= 251; number++) {
      service.add(key(number), ServerSpec.of(ServerSpec.MASQ, 1));
    }
    String before = slots(service, 1000);

    service.add(key(252), ServerSpec.of(ServerSpec.MASQ, 1));

    assertEquals(before, slots(service, 1000));
  }
}
