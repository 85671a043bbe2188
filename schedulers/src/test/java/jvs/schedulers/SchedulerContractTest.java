package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.spi.SchedulerFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every scheduler of the list keeps to. A new one needs no change here. */
class SchedulerContractTest {
  private static final int ALL_FLAGS =
      ServiceSpec.SCHED_1 | ServiceSpec.SCHED_2 | ServiceSpec.SCHED_3;

  static Stream<String> names() {
    return Schedulers.all().stream().map(SchedulerFactory::name);
  }

  private static ServerSpec limited(int weight, long upper) {
    return new ServerSpec(ServerSpec.MASQ, weight, upper, 0, ServerSpec.TUNNEL_IPIP, 0, 0);
  }

  @ParameterizedTest
  @MethodSource("names")
  void hasNobodyWithoutServers(String name) {
    SimulatedService service = SimulatedService.of(name, ALL_FLAGS);

    assertNull(service.schedule(1, 1, 1));
    service.add(1, 1);
    service.remove(1);
    assertNull(service.schedule(1, 1, 1));
  }

  @ParameterizedTest
  @MethodSource("names")
  void hasNobodyWhenAllServersAreQuiesced(String name) {
    SimulatedService service = SimulatedService.withWeights(name, 3, 2, 1);
    service.connectAll(20);

    for (int server = 1; server <= 3; server++) {
      service.edit(server, 0);
    }

    for (int i = 0; i < 1000; i++) {
      assertNull(service.schedule(i * 77, 1024, i * 257));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void hasNobodyWhenAllServersAreOverloaded(String name) {
    SimulatedService service = SimulatedService.of(name, ALL_FLAGS);
    for (int number = 1; number <= 3; number++) {
      service.add(service.keyOf(number), limited(number, 1)).bindConnection(false);
    }

    for (int i = 0; i < 1000; i++) {
      assertNull(service.schedule(i * 77, 1024, i * 257));
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void choosesTheOnlyUsableServer(String name) {
    SimulatedService service = SimulatedService.withWeights(name, 1, 5).use(name, ALL_FLAGS);

    service.edit(2, 0);

    for (int i = 0; i < 1000; i++) {
      RealServer server = service.schedule(i * 77, 1024, 1);
      assertTrue(server == null || server == service.server(1), () -> "chose " + server);
    }
    if (!name.equals("none") && !name.equals("dh")) { // dh gives no service to half the addresses
      assertNotNull(service.schedule(1, 1024, 1));
    }
  }

  /** lblc leaves an address with its server though it is overloaded, as the kernel does. */
  @ParameterizedTest
  @MethodSource("names")
  void neverChoosesAQuiescedDeletedOrOverloadedServer(String name) {
    long seed = Long.getLong("jvs.test.seed", System.nanoTime());
    SplittableRandom random = new SplittableRandom(seed);
    boolean mayBeOverloaded = name.equals("lblc");
    for (int episode = 0; episode < 20; episode++) {
      SimulatedService service =
          SimulatedService.of(name, 0)
              .configure(random.nextInt(4, 9), 8, seed)
              .use(name, random.nextInt(8) * ServiceSpec.SCHED_1);
      for (int i = 0; i < 5_000; i++) {
        disturb(service, random, name);
        RealServer server =
            service.schedule(random.nextInt(), random.nextInt(65536), random.nextInt(50));
        if (server != null) {
          String where = name + " chose " + server + ", -Djvs.test.seed=" + seed;
          assertTrue(service.servers().indexOf(server) >= 0, where);
          assertTrue(server.weight() > 0, where);
          assertTrue(mayBeOverloaded || !server.isOverloaded(), where);
          server.bindConnection(false);
        }
      }
    }
  }

  /** Any event that may come between two choices. */
  private static void disturb(SimulatedService service, SplittableRandom random, String name) {
    int number = random.nextInt(1, 7);
    RealServer server = service.servers().find(service.keyOf(number));
    int weight = random.nextInt(4) == 0 ? random.nextInt() & Integer.MAX_VALUE : random.nextInt(4);
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        if (server == null) {
          service.add(service.keyOf(number), limited(weight, random.nextInt(5)));
        } else {
          service.edit(service.keyOf(number), limited(weight, random.nextInt(5)));
        }
      }
      case 2 -> {
        if (server != null) {
          service.remove(number);
        }
      }
      case 3 -> {
        if (server != null && server.activeConnections() > 0) {
          server.unbindConnection(true);
        } else if (server != null && server.inactiveConnections() > 0) {
          server.activate();
        }
      }
      case 4 -> service.advance(random.nextInt(100_000));
      case 5 -> {
        if (random.nextInt(100) == 0) {
          service.use(name, random.nextInt(8) * ServiceSpec.SCHED_1);
        }
      }
      default -> {}
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void doesNotAllocateWhenChoosing(String name) {
    SimulatedService service = SimulatedService.withWeights(name, 3, 2, 1, 0, 7);
    service.use(name, ALL_FLAGS);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    FlowKey flow = new FlowKey();

    long least = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 50_000; i++) {
        service.schedule(flow.setV4(6, i * 77, i & 0xffff, i & 0xff, 80));
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }

    assertEquals(0, least, "bytes for 50000 choices");
  }
}
