package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A service twice, as production classes and as naive model, under the same random events: servers
 * come, go, return and change, connections open and close, time passes.
 */
final class RandomService {
  private record Connection(RealServer server, NaiveService.Server model, boolean isActive) {}

  private final SplittableRandom random;
  private final long seed;
  private final String scheduler;
  private final boolean isV6;
  private final int sourceHashBits;
  private final int maglevIndex;
  private int flags;
  private final int maxServers;
  private final int weightStyle;
  private final boolean isCrowded;
  private final int addresses;
  private final double editRate;
  private final double closeRate;
  private final double activeRate;
  private final double timeRate;
  private final SimulatedService service;
  private final NaiveService model;
  private final List<Connection> connections = new ArrayList<>();
  private final FlowKey flow = new FlowKey();
  private int expirationSeconds;
  private int choices;
  private String lastEvents = "";

  RandomService(String scheduler, long seed) {
    this.random = new SplittableRandom(seed);
    this.seed = seed;
    this.scheduler = scheduler;
    this.isV6 = random.nextInt(4) == 0;
    this.sourceHashBits = random.nextInt(4, 11);
    this.maglevIndex = random.nextInt(20) == 0 ? 12 : random.nextInt(8, 10);
    this.flags = random.nextInt(8) * ServiceSpec.SCHED_1;
    this.maxServers = random.nextInt(10) == 0 ? 40 : random.nextInt(1, 9);
    this.weightStyle = random.nextInt(5);
    this.isCrowded = scheduler.startsWith("lblc") && random.nextInt(20) == 0;
    this.addresses = isCrowded ? 1 << 16 : 1 << random.nextInt(1, 8);
    this.editRate = new double[] {0.2, 0.02, 0.002, 0.0002}[random.nextInt(4)];
    this.closeRate = new double[] {0.0, 0.5, 0.95, 1.05}[random.nextInt(4)];
    this.activeRate = new double[] {0.0, 0.5, 1.0}[random.nextInt(3)];
    this.timeRate = isCrowded ? 0.0005 : new double[] {0.0, 0.01, 0.1}[random.nextInt(3)];
    this.expirationSeconds = new int[] {0, 1, 60, 3600, 86400}[random.nextInt(5)];
    IpAddress virtual = isV6 ? IpAddress.v6(0xfd00_0099L << 32, 1) : IpAddress.parse("10.99.0.1");
    this.service =
        new SimulatedService(ServiceKey.of(ServiceKey.TCP, virtual, 80), "none", 0)
            .configure(sourceHashBits, maglevIndex, seed)
            .use(scheduler, flags);
    service.expireAfter(expirationSeconds);
    this.model = new NaiveService(rule());
  }

  private NaiveService.Rule rule() {
    boolean has1 = (flags & ServiceSpec.SCHED_1) != 0;
    boolean has2 = (flags & ServiceSpec.SCHED_2) != 0;
    return switch (scheduler) {
      case "rr" -> new NaiveWalks.Rr();
      case "wrr" -> new NaiveWalks.Wrr();
      case "lc" -> NaiveWalks.lc();
      case "wlc" -> NaiveWalks.wlc();
      case "lblc" -> new NaiveLocality(false, () -> expirationSeconds, service.nowMillis());
      case "lblcr" -> new NaiveLocality(true, () -> expirationSeconds, service.nowMillis());
      case "dh" -> new NaiveHashes.Dh();
      case "sh" -> new NaiveHashes.Sh(sourceHashBits, has1, has2);
      case "sed" -> NaiveWalks.sed();
      case "nq" -> NaiveWalks.nq();
      case "fo" -> NaiveWalks.fo();
      case "ovf" -> NaiveWalks.ovf();
      case "mh" -> new NaiveHashes.Mh(maglevIndex, has1, has2);
      case "twos" -> NaiveWalks.twos(seed);
      case "none" -> (list, flow, now) -> null;
      default -> throw new AssertionError("no model of " + scheduler);
    };
  }

  /** Plays an episode; the number of choices made in it. */
  int run() {
    int wanted = isCrowded ? 100_000 : random.nextInt(100, 20_000);
    while (choices < wanted) {
      if (random.nextDouble() < editRate || (model.list.isEmpty() && random.nextInt(4) > 0)) {
        changeServers();
        compareServers();
      }
      if (random.nextDouble() < timeRate) {
        passTime();
      }
      if (!connections.isEmpty() && random.nextDouble() < closeRate) {
        close(connections.remove(random.nextInt(connections.size())));
      }
      choose();
    }
    compareServers();
    return choices;
  }

  private void choose() {
    int client = random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(addresses);
    int port = random.nextInt(1, 65536);
    int address = random.nextInt(addresses) * 257;
    int[] clientWords = isV6 ? new int[] {0x20010db8, client >> 3, 7, client} : new int[] {client};
    int[] virtual = isV6 ? new int[] {0xfd000099, 0, address & 15, address} : new int[] {address};
    flow.set(isV6, 6, high(clientWords), low(clientWords), port, high(virtual), low(virtual), 80);
    RealServer actual = service.schedule(flow);
    NaiveService.Server expected =
        model.choose(new NaiveService.Flow(clientWords, port, virtual), service.nowMillis());
    choices++;
    note("choose " + nameOf(actual));
    assertEquals(expected == null ? "none" : expected.name, nameOf(actual));
    if (actual != null && expected != null && random.nextInt(20) > 0) {
      boolean isActive = random.nextDouble() < activeRate;
      actual.bindConnection(false);
      if (isActive) {
        actual.activate();
      }
      expected.bind(isActive);
      connections.add(new Connection(actual, expected, isActive));
    }
  }

  private void close(Connection connection) {
    connection.server().unbindConnection(connection.isActive());
    connection.model().unbind(connection.isActive());
    note("close " + connection.model().name);
  }

  private void passTime() {
    long millis = new int[] {1, 400, 30_000, 61_000, 400_000, 4_000_000}[random.nextInt(6)];
    service.advance(millis);
    model.tick(service.nowMillis());
    if (random.nextInt(50) == 0) {
      expirationSeconds = random.nextInt(5000);
      service.expireAfter(expirationSeconds);
    }
    note("pass " + millis);
  }

  private void changeServers() {
    int size = model.list.size();
    int what = random.nextInt(10);
    if (random.nextInt(20) == 0) {
      flags = random.nextInt(8) * ServiceSpec.SCHED_1;
      service.use(scheduler, flags);
      model.use(rule());
      note("use flags " + flags);
      return;
    }
    int weight = weight();
    long upper = random.nextInt(3) == 0 ? random.nextInt(1, 20) : 0;
    long lower = upper > 0 && random.nextBoolean() ? random.nextLong(upper + 1) : 0;
    if (size == 0 || (what < 2 && size < maxServers)) {
      add(random.nextInt(maxServers * 2), weight, upper, lower);
    } else if (what < 4) {
      NaiveService.Server server = model.list.get(random.nextInt(size));
      service.remove(keyOf(server));
      model.delete(server);
      note("delete " + server.name);
    } else {
      NaiveService.Server server = model.list.get(random.nextInt(size));
      service.edit(keyOf(server), spec(weight, upper, lower));
      model.edit(server, weight, upper, lower);
      note("edit " + server.name + " " + weight + " " + upper + " " + lower);
    }
  }

  private void add(int number, int weight, long upper, long lower) {
    int[] address = isV6 ? new int[] {0xfd000001, 0, 0, number} : new int[] {0x0a010000 + number};
    int port = number % 3 == 0 ? 0 : 80;
    IpAddress ip = isV6 ? IpAddress.v6(high(address), low(address)) : IpAddress.v4(address[0]);
    ServerKey key = new ServerKey(ip, port);
    if (service.servers().find(key) == null) {
      service.add(key, spec(weight, upper, lower));
      model.add(key.toString(), address, port, weight, upper, lower);
      note("add " + key + " " + weight + " " + upper + " " + lower);
    }
  }

  private int weight() {
    if (random.nextInt(8) == 0) {
      return 0;
    }
    return switch (weightStyle) {
      case 0 -> 1;
      case 1 -> random.nextInt(5);
      case 2 -> random.nextInt(300);
      case 3 -> random.nextInt(1, 10) * 100;
      default -> random.nextInt(scheduler.equals("wrr") ? 3000 : 50_000_000);
    };
  }

  private void compareServers() {
    List<RealServer> servers = service.servers().toList();
    assertEquals(model.list.size(), servers.size());
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      NaiveService.Server naive = model.list.get(i);
      assertEquals(naive.name, server.key().toString());
      assertEquals(naive.active, server.activeConnections(), naive.name);
      assertEquals(naive.inactive, server.inactiveConnections(), naive.name);
      assertEquals(naive.isOverloaded, server.isOverloaded(), naive.name);
    }
  }

  private ServerKey keyOf(NaiveService.Server server) {
    IpAddress address =
        isV6
            ? IpAddress.v6(high(server.address), low(server.address))
            : IpAddress.v4(server.address[0]);
    return new ServerKey(address, server.port);
  }

  private static ServerSpec spec(int weight, long upper, long lower) {
    return new ServerSpec(ServerSpec.MASQ, weight, upper, lower, ServerSpec.TUNNEL_IPIP, 0, 0);
  }

  private static long high(int[] words) {
    return words.length == 1 ? 0 : (long) words[0] << 32 | Integer.toUnsignedLong(words[1]);
  }

  private static long low(int[] words) {
    return words.length == 1
        ? Integer.toUnsignedLong(words[0])
        : (long) words[2] << 32 | Integer.toUnsignedLong(words[3]);
  }

  private static String nameOf(@Nullable RealServer server) {
    return server == null ? "none" : server.key().toString();
  }

  private void note(String event) {
    lastEvents = event; // kept short: the seed repeats the rest
  }

  @Override
  public String toString() {
    return "choice " + choices + " after '" + lastEvents + "' over " + model.list;
  }
}
