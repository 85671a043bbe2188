package jvs.table;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.RealServer;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The services and servers as the kernel keeps them: checks, edits, trash (ip_vs_ctl.c).
 *
 * <p>All calls are made under this object's lock and may come from any thread. Workers never come
 * here: they are given a fresh {@link ServiceIndex} after each change, and find a connection's
 * server by its number in {@link #serversById()}.
 */
public final class ServiceTable {
  /** Servers, trash included, at a time. */
  public static final int MAX_SERVERS = 1 << 16;

  /** Services at a time. */
  public static final int MAX_SERVICES = 1 << 14;

  private record Slot(VirtualService service, RateEstimator estimator) {}

  private final Map<String, SchedulerFactory> schedulers = new LinkedHashMap<>();
  private final Predicate<String> hasEngine;
  private final SchedulerContext context;
  private final CounterReader counters;
  private final Consumer<ServiceIndex> publish;
  private final Map<ServiceKey, Slot> services = new LinkedHashMap<>();
  private final ServerRegistry registry;
  private final BitSet serviceIds = new BitSet();
  private final RateEstimator totals = new RateEstimator();
  private volatile List<RealServer> knownServers = List.of();
  private boolean isHeld;
  private AddressCheck addressCheck = IpAddress::isUnicast;

  /** Says whether an address may be a real server's. */
  @FunctionalInterface
  public interface AddressCheck {
    /** Whether it is unicast or this host's. */
    boolean mayServe(IpAddress address);
  }

  /**
   * An empty table.
   *
   * @param factories the schedulers there are
   * @param hasEngine knows the persistence engines
   * @param context what schedulers are given; its flags are replaced by each service's
   * @param counters where the workers count
   * @param publish is given the new index after each change of the set of services
   */
  public ServiceTable(
      List<SchedulerFactory> factories,
      Predicate<String> hasEngine,
      SchedulerContext context,
      CounterReader counters,
      Consumer<ServiceIndex> publish) {
    for (SchedulerFactory factory : factories) {
      schedulers.put(factory.name(), factory);
    }
    this.hasEngine = hasEngine;
    this.context = context;
    this.counters = counters;
    this.publish = publish;
    registry = new ServerRegistry(counters);
  }

  /** Uses {@code check} for servers added from here on. */
  public synchronized void addressCheck(AddressCheck check) {
    addressCheck = check;
  }

  /** A server by its number; null only for numbers that no connection can have. Any thread. */
  public @Nullable RealServer[] serversById() {
    return registry.byId();
  }

  /** All servers, deleted ones that may still have connections included. */
  public List<RealServer> knownServers() {
    return knownServers;
  }

  /** Adds a service. */
  public synchronized void newService(ServiceKey key, ServiceSpec spec) {
    if (services.containsKey(key)) {
      throw new IpvsException(Errno.EEXIST, "service " + key + " exists already");
    }
    SchedulerFactory factory = check(key, spec);
    int id = serviceIds.nextClearBit(0);
    if (id >= MAX_SERVICES) {
      throw new IpvsException(Errno.ENOMEM, "there are " + MAX_SERVICES + " services already");
    }
    VirtualService service = new VirtualService(key, id, spec);
    service.configure(spec, create(factory, service));
    serviceIds.set(id);
    RateEstimator estimator = new RateEstimator();
    counters.readService(id, estimator.sums());
    estimator.zero();
    services.put(key, new Slot(service, estimator));
    publish();
  }

  /** Changes a service; its servers and connections stay. */
  public synchronized void setService(ServiceKey key, ServiceSpec spec) {
    VirtualService service = find(key).service();
    SchedulerFactory factory = check(key, spec);
    Scheduler present = service.scheduler();
    boolean isKept = present != null && service.spec().scheduler().equals(spec.scheduler());
    Scheduler scheduler = isKept ? present : create(factory, service);
    service.configure(spec, scheduler);
    publish();
  }

  private SchedulerFactory check(ServiceKey key, ServiceSpec spec) {
    SchedulerFactory factory = schedulers.get(spec.scheduler());
    if (factory == null) {
      String expected = "' is unknown, expected one of " + schedulers.keySet();
      throw new IpvsException(Errno.ENOENT, "scheduler '" + spec.scheduler() + expected);
    }
    if (!spec.engine().isEmpty() && !hasEngine.test(spec.engine())) {
      throw new IpvsException(
          Errno.ENOENT, "persistence engine '" + spec.engine() + "' is unknown");
    }
    spec.checkFor(key);
    return factory;
  }

  private Scheduler create(SchedulerFactory factory, VirtualService service) {
    SchedulerContext own =
        new SchedulerContext(
            () -> service.spec().flags(),
            context.clock(),
            context.seed() + service.id(),
            context.sourceHashBits(),
            context.maglevIndex(),
            context.lblcExpirationSeconds(),
            context.lblcrExpirationSeconds());
    try {
      return factory.create(own, service.servers());
    } catch (IllegalArgumentException e) {
      throw new IpvsException(Errno.EINVAL, String.valueOf(e.getMessage()));
    }
  }

  /** Deletes a service and its servers. */
  public synchronized void deleteService(ServiceKey key) {
    remove(find(key).service());
    services.remove(key);
    publish();
  }

  private void remove(VirtualService service) {
    for (RealServer server : service.servers().toList()) {
      service.remove(server);
      registry.discard(server, service);
    }
    serviceIds.clear(service.id());
  }

  /** Deletes all services. */
  public synchronized void flush() {
    for (Slot slot : services.values()) {
      remove(slot.service());
    }
    services.clear();
    publish();
  }

  /** All services, in the order they were added. */
  public synchronized List<ServiceEntry> services() {
    List<ServiceEntry> entries = new ArrayList<>(services.size());
    for (Slot slot : services.values()) {
      entries.add(entry(slot));
    }
    return entries;
  }

  /** One service. */
  public synchronized ServiceEntry service(ServiceKey key) {
    return entry(find(key));
  }

  private ServiceEntry entry(Slot slot) {
    counters.readService(slot.service().id(), slot.estimator().sums());
    return new ServiceEntry(
        slot.service().key(), slot.service().spec(), slot.estimator().statistics());
  }

  private Slot find(ServiceKey key) {
    Slot slot = services.get(key);
    if (slot == null) {
      throw new IpvsException(Errno.ESRCH, "no service " + key);
    }
    return slot;
  }

  /** Adds a server at the head of its service's list, or takes it back from the trash. */
  public synchronized void newServer(ServiceKey serviceKey, ServerKey key, ServerSpec spec) {
    VirtualService service = find(serviceKey).service();
    checkFamily(service, key, spec);
    check(spec);
    if (service.servers().find(key) != null) {
      throw new IpvsException(Errno.EEXIST, "server " + key + " exists already");
    }
    RealServer server = registry.takeBack(service, key);
    if (server == null) {
      if (!addressCheck.mayServe(key.address())) {
        throw new IpvsException(Errno.EINVAL, "server address " + key.address() + " is no unicast");
      }
      server = registry.create(serviceKey, key, spec);
    }
    server.update(spec, true);
    server.serviceId(service.id());
    service.add(server);
    publish();
  }

  private static void check(ServerSpec spec) {
    if (spec.weight() < 0) {
      throw new IpvsException(Errno.ERANGE, "weight " + spec.weight() + ", expected 0 or more");
    }
    if (spec.upperThreshold() > Integer.MAX_VALUE || spec.upperThreshold() < 0) {
      throw new IpvsException(
          Errno.EINVAL, "upper threshold " + spec.upperThreshold() + ", expected 0..2147483647");
    }
    if (spec.lowerThreshold() > spec.upperThreshold()) {
      throw new IpvsException(
          Errno.ERANGE,
          "lower threshold "
              + spec.lowerThreshold()
              + " is above the upper one, "
              + spec.upperThreshold());
    }
    if (spec.method() == ServerSpec.TUNNEL
        && spec.tunnelType() == ServerSpec.TUNNEL_GUE
        && spec.tunnelPort() == 0) {
      throw new IpvsException(Errno.EINVAL, "a gue tunnel needs a port");
    }
  }

  private static void checkFamily(VirtualService service, ServerKey key, ServerSpec spec) {
    if (service.key().address().family() != key.address().family()
        && spec.method() != ServerSpec.TUNNEL) {
      throw new IpvsException(
          Errno.EINVAL, "server " + key + " of another address family needs tunnelling");
    }
  }

  /** Changes a server in its place. */
  public synchronized void setServer(ServiceKey serviceKey, ServerKey key, ServerSpec spec) {
    VirtualService service = find(serviceKey).service();
    checkFamily(service, key, spec);
    check(spec);
    service.edit(find(service, key), spec);
    publish();
  }

  /** Deletes a server; its connections keep it in the trash. */
  public synchronized void deleteServer(ServiceKey serviceKey, ServerKey key) {
    VirtualService service = find(serviceKey).service();
    RealServer server = find(service, key);
    service.remove(server);
    registry.discard(server, service);
    publish();
  }

  /** The servers of a service, newest first. */
  public synchronized List<ServerEntry> servers(ServiceKey serviceKey) {
    List<ServerEntry> entries = new ArrayList<>();
    for (RealServer server : find(serviceKey).service().servers().toList()) {
      entries.add(
          new ServerEntry(
              server.key(),
              server.spec(),
              server.activeConnections(),
              server.inactiveConnections(),
              server.persistentConnections(),
              registry.current(server).statistics()));
    }
    return entries;
  }

  private static RealServer find(VirtualService service, ServerKey key) {
    RealServer server = service.servers().find(key);
    if (server == null) {
      throw new IpvsException(Errno.ENOENT, "no server " + key + " in service " + service.key());
    }
    return server;
  }

  /** Adds an address that FULLNAT connections of a service may come from. */
  public synchronized void newLocalAddress(ServiceKey key, IpAddress address) {
    find(key).service().addLocalAddress(address);
    publish();
  }

  /** Takes it out again. */
  public synchronized void deleteLocalAddress(ServiceKey key, IpAddress address) {
    find(key).service().removeLocalAddress(address);
    publish();
  }

  /** A service's local addresses. */
  public synchronized List<IpAddress> localAddresses(ServiceKey key) {
    return find(key).service().localAddresses();
  }

  /** Counters of everything. */
  public synchronized Statistics totals() {
    counters.readTotals(totals.sums());
    return totals.statistics();
  }

  /** Starts the counters of one service, or of all and the totals, anew. */
  public synchronized void zero(@Nullable ServiceKey key) {
    if (key != null) {
      zero(find(key));
      return;
    }
    services.values().forEach(this::zero);
    counters.readTotals(totals.sums());
    totals.zero();
  }

  private void zero(Slot slot) {
    counters.readService(slot.service().id(), slot.estimator().sums());
    slot.estimator().zero();
    for (RealServer server : slot.service().servers().toList()) {
      registry.current(server).zero();
    }
  }

  /** Every two seconds: takes the next step of all rates. */
  public synchronized void estimate() {
    counters.readTotals(totals.sums());
    totals.estimate();
    for (Slot slot : services.values()) {
      counters.readService(slot.service().id(), slot.estimator().sums());
      slot.estimator().estimate();
      for (RealServer server : slot.service().servers().toList()) {
        registry.current(server).estimate();
      }
    }
  }

  /**
   * About once a second: periodic work of schedulers, and the trash every minute.
   *
   * @return whether deleted servers were forgotten
   */
  public synchronized boolean tick(long nowMillis) {
    services.values().forEach(slot -> slot.service().tick(nowMillis));
    boolean hasForgotten = registry.sweep(nowMillis);
    if (hasForgotten) {
      knownServers = registry.known();
    }
    return hasForgotten;
  }

  /** Makes several changes and publishes them as one. */
  public synchronized void together(Runnable changes) {
    boolean wasHeld = isHeld;
    isHeld = true;
    try {
      changes.run();
    } finally {
      isHeld = wasHeld;
      publish();
    }
  }

  private void publish() {
    if (isHeld) {
      return;
    }
    List<VirtualService> live = new ArrayList<>(services.size());
    services.values().forEach(slot -> live.add(slot.service()));
    knownServers = registry.known();
    publish.accept(new ServiceIndex(live));
  }
}
