package jvs.schedulers;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service of nothing but servers, scheduler, trash and clock: what a scheduler sees of a
 * director. One thread.
 *
 * <p>Short names: server n of a service without address is 10.1.0.n:80 or [fd00:1::n]:80.
 */
final class SimulatedService {
  private final ServiceKey key;
  private final Map<ServerKey, RealServer> trash = new HashMap<>();
  private final FlowKey flow = new FlowKey();
  private int sourceHashBits = 8;
  private int maglevIndex = 12;
  private long seed = 1;
  private long nowMillis = 1_000_000;
  private int expirationSeconds = 24 * 60 * 60;
  private int nextId;
  private ServerList servers = ServerList.EMPTY;
  private Scheduler scheduler;

  SimulatedService(ServiceKey key, String scheduler, int flags) {
    this.key = key;
    this.scheduler = create(scheduler, flags);
  }

  /** A TCP service without servers. */
  static SimulatedService of(String scheduler, int flags) {
    return new SimulatedService(
        ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.99.0.1"), 80), scheduler, flags);
  }

  /** A TCP service with servers 1, 2 and so on, added in this order with these weights. */
  static SimulatedService withWeights(String scheduler, int... weights) {
    SimulatedService service = of(scheduler, 0);
    for (int i = 0; i < weights.length; i++) {
      service.add(i + 1, weights[i]);
    }
    return service;
  }

  /** Table sizes and seed of the schedulers that follow. */
  SimulatedService configure(int sourceHashBits, int maglevIndex, long seed) {
    this.sourceHashBits = sourceHashBits;
    this.maglevIndex = maglevIndex;
    this.seed = seed;
    return this;
  }

  /** Another scheduler takes over ({@code ipvsadm -E -s}). */
  SimulatedService use(String scheduler, int flags) {
    this.scheduler = create(scheduler, flags);
    return this;
  }

  private Scheduler create(String name, int flags) {
    SchedulerContext context =
        new SchedulerContext(
            () -> flags,
            () -> nowMillis,
            seed,
            sourceHashBits,
            maglevIndex,
            () -> expirationSeconds,
            () -> expirationSeconds);
    return Objects.requireNonNull(Schedulers.find(name), name).create(context, servers);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  ServerList servers() {
    return servers;
  }

  ServerKey keyOf(int number) {
    return new ServerKey(
        key.address().isV4()
            ? IpAddress.v4(0x0a01_0000 + number)
            : IpAddress.v6(0xfd00_0001_0000_0000L, number),
        80);
  }

  RealServer server(int number) {
    return Objects.requireNonNull(servers.find(keyOf(number)));
  }

  void add(int number, int weight) {
    add(keyOf(number), ServerSpec.of(ServerSpec.MASQ, weight));
  }

  /** Adds a server, with its connections if the trash has it. */
  RealServer add(ServerKey server, ServerSpec spec) {
    RealServer added = trash.remove(server);
    if (added != null && added.references() > 0) {
      added.update(spec, true);
    } else {
      added = new RealServer(key, server, spec, nextId++);
    }
    servers = servers.with(added);
    scheduler.serverAdded(servers);
    return added;
  }

  void edit(int number, int weight) {
    edit(keyOf(number), ServerSpec.of(ServerSpec.MASQ, weight));
  }

  void edit(ServerKey server, ServerSpec spec) {
    RealServer edited = Objects.requireNonNull(servers.find(server));
    edited.update(spec, false);
    scheduler.serverEdited(servers, edited);
  }

  void remove(int number) {
    remove(keyOf(number));
  }

  void remove(ServerKey server) {
    RealServer removed = Objects.requireNonNull(servers.find(server));
    int index = servers.indexOf(removed);
    servers = servers.without(index);
    removed.markDeleted();
    trash.put(server, removed);
    scheduler.serverRemoved(servers, removed, index);
  }

  @Nullable RealServer schedule(FlowKey flow) {
    return scheduler.schedule(servers, flow);
  }

  /** Chooses for a flow of the given addresses' last bits. */
  @Nullable RealServer schedule(int client, int clientPort, int virtual) {
    if (key.address().isV4()) {
      flow.setV4(6, client, clientPort, virtual, 80);
    } else {
      flow.set(true, 6, 0xfd00_0002L << 32, client, clientPort, 0xfd00_0099L << 32, virtual, 80);
    }
    return schedule(flow);
  }

  /** Chooses and keeps an active connection there, as TCP does; the server's number, 0 for none. */
  int connect(int client) {
    return bind(schedule(client, 1024, 0x0a63_0001), true);
  }

  /** Chooses and keeps an inactive connection there, as UDP does. */
  int send(int client) {
    return bind(schedule(client, 1024, 0x0a63_0001), false);
  }

  /** Chooses for a virtual address and keeps an active connection. */
  int connectTo(int virtual) {
    return bind(schedule(0xc000_0201, 1024, virtual), true);
  }

  private static int bind(@Nullable RealServer server, boolean isActive) {
    if (server == null) {
      return 0;
    }
    server.bindConnection(false);
    if (isActive) {
      server.activate();
    }
    return (int) server.key().address().low() & 0xffff;
  }

  /** The servers of so many new connections, as numbers with blanks between. */
  String connectAll(int times) {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < times; i++) {
      numbers.append(i == 0 ? "" : " ").append(connect(0xc000_0200 + i));
    }
    return numbers.toString();
  }

  /** The same for datagrams. */
  String sendAll(int times) {
    StringBuilder numbers = new StringBuilder();
    for (int i = 0; i < times; i++) {
      numbers.append(i == 0 ? "" : " ").append(send(0xc000_0200 + i));
    }
    return numbers.toString();
  }

  long nowMillis() {
    return nowMillis;
  }

  /** Moves the clock, with a tick to the scheduler. */
  void advance(long millis) {
    nowMillis += millis;
    scheduler.tick(servers, nowMillis);
  }

  void expireAfter(int seconds) {
    expirationSeconds = seconds;
  }
}
