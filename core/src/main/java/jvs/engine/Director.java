package jvs.engine;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import jvs.flow.ConnectionTable;
import jvs.flow.ProtocolTimeouts;
import jvs.port.PacketPort;
import jvs.route.Neighbour;
import jvs.route.NeighbourTable;
import jvs.route.NetworkState;
import jvs.route.RouteCache;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.service.RealServer;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.service.Statistics;
import jvs.service.Sysctls;
import jvs.service.Timeouts;
import jvs.spi.Forwarder;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.table.ServiceTable;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The whole of it without an operating system: services, workers, counters, and the commands that
 * change them. The daemon gives it real ports and the kernel's routes, a replay memory ports and a
 * virtual clock.
 *
 * <p>Commands may come from any thread. {@link #tick} is called about once a second by one.
 */
public final class Director implements IpvsControl, AutoCloseable {
  /** Buckets of the kernel's table with its default conn_tab_bits of 12. */
  private static final int KERNEL_TABLE_SIZE = 4096;

  private static final int METHODS = 8;
  private static final int NEIGHBOURS = 8192;
  private static final int CONNECTIONS_A_PAGE = 32;
  private static final long ESTIMATE_MILLIS = 2_000;

  private final LongSupplier clock;
  private final Settings settings = new Settings();
  private final Sysctls sysctls = new Sysctls(settings);
  private final ProtocolTimeouts timeouts = new ProtocolTimeouts();
  private final NeighbourTable neighbours = new NeighbourTable(NEIGHBOURS);
  private final WorkerSums traffic = new WorkerSums();
  private final Workers workers;
  private final ServiceTable services;
  private final RealServers byId;
  private final Templates templates;
  private final List<SchedulerFactory> schedulers;
  private final Publication publication;
  private final SyncDaemons sync;
  private @Nullable Neighbour host;
  private long nextEstimateMillis;

  /** A director without workers. */
  public Director(
      DirectorOptions options,
      List<SchedulerFactory> schedulers,
      List<Forwarder> methods,
      LongSupplier clock) {
    this.schedulers = List.copyOf(schedulers);
    this.clock = clock;
    @Nullable Forwarder[] forwarders = new @Nullable Forwarder[METHODS];
    for (Forwarder forwarder : methods) {
      forwarders[forwarder.method()] = forwarder;
    }
    workers = new Workers(options, settings, timeouts, forwarders, traffic, clock);
    publication =
        new Publication(
            options, settings, this::knownServers, workers::size, traffic, workers::wakeUp);
    sync = new SyncDaemons(settings, publication, workers::flowsBelongTo);
    nextEstimateMillis = clock.getAsLong() + ESTIMATE_MILLIS;
    SchedulerContext context =
        new SchedulerContext(
            () -> 0,
            clock,
            options.seed(),
            options.sourceHashBits(),
            options.maglevIndex(),
            () -> settings.lblcExpirationSeconds,
            () -> settings.lblcrExpirationSeconds);
    services =
        new ServiceTable(
            schedulers, Persistence.SIP::equals, context, traffic, publication::servicesChanged);
    services.addressCheck(this::mayServe);
    byId = id -> id < 0 ? null : services.serversById()[id];
    templates =
        new Templates(
            options.tables().open("templates", options.connections(), Dialogues.LABEL_BYTES),
            options.seed(),
            byId,
            clock.getAsLong());
  }

  /** The host's own stack is behind this link, at this hardware address. Before the workers. */
  public void attachHost(int linkIndex, long mac) {
    neighbours.learn(linkIndex, 0, 0, mac, Long.MAX_VALUE, false);
    host = neighbours.get(linkIndex, 0, 0);
  }

  /** Makes a worker over its own ports; the caller runs it. Before the first command. */
  public Worker addWorker(PacketPort... ports) {
    return workers.add(
        new RouteCache(neighbours, host), templates, byId, sync, publication::snapshot, ports);
  }

  /** The sync daemons, to be given sockets. */
  public SyncDaemons sync() {
    return sync;
  }

  /** The settings; changes take effect at the next packet. */
  public Settings settings() {
    return settings;
  }

  /** The neighbours that all workers share. */
  public NeighbourTable neighbours() {
    return neighbours;
  }

  /** Calls {@code now} with each snapshot as it is published, one after the other. */
  public void observe(Consumer<Snapshot> now) {
    publication.observe(now);
  }

  /** The kernel's links, addresses and routes changed. */
  public void networkChanged(NetworkState now) {
    publication.networkChanged(now);
  }

  private List<RealServer> knownServers() {
    return services.knownServers();
  }

  /** A number that grows with each change of services, marks and settings. */
  public long version() {
    return publication.version();
  }

  /** A draft of what there is now. */
  public Draft draft() {
    synchronized (services) {
      return Draft.of(this, schedulers, this::mayServe);
    }
  }

  /**
   * Becomes what the draft is, in one step: what is the same in both is not touched, and
   * connections stay.
   */
  public void become(Draft draft) {
    synchronized (services) {
      publication.together(() -> services.together(() -> Difference.apply(this, draft)));
    }
  }

  private boolean mayServe(IpAddress address) {
    return publication.snapshot().routes().mayServe(address);
  }

  /** Periodic work of the control plane: rates, schedulers, trash. */
  public void tick() {
    long nowMillis = clock.getAsLong();
    while (nowMillis >= nextEstimateMillis) {
      nextEstimateMillis += ESTIMATE_MILLIS;
      if (settings.estimatesRates) {
        services.estimate();
      }
    }
    settings.defend(workers.freeConnections() / CONNECTIONS_A_PAGE);
    if (services.tick(nowMillis)) {
      publication.publish();
    }
  }

  /** Sums of all workers' frame counters by label. */
  public Map<String, Long> frameCounters() {
    return workers.frameCounters();
  }

  /** What all ports lost: port_overruns and port_truncated before the pipeline, or sending. */
  public Map<String, Long> portCounters() {
    return workers.portCounters();
  }

  /** The last frames on which the workers' pipelines failed. */
  public List<FailedFrame> failedFrames() {
    return workers.failedFrames();
  }

  @Override
  public void newService(ServiceKey key, ServiceSpec spec) {
    services.newService(key, spec);
  }

  @Override
  public void setService(ServiceKey key, ServiceSpec spec) {
    services.setService(key, spec);
  }

  @Override
  public void deleteService(ServiceKey key) {
    services.deleteService(key);
  }

  @Override
  public List<ServiceEntry> services() {
    return services.services();
  }

  @Override
  public ServiceEntry service(ServiceKey key) {
    return services.service(key);
  }

  @Override
  public void newServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    sync.checkFamily(service, key);
    services.newServer(service, key, spec);
  }

  @Override
  public void setServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    services.setServer(service, key, spec);
  }

  @Override
  public void deleteServer(ServiceKey service, ServerKey key) {
    services.deleteServer(service, key);
  }

  @Override
  public List<ServerEntry> servers(ServiceKey service) {
    return services.servers(service);
  }

  @Override
  public List<MarkEntry> marks() {
    return publication.marks();
  }

  @Override
  public void newMark(MarkRule rule) {
    changeMarks(rules -> rules.add(rule));
  }

  @Override
  public void deleteMark(MarkRule rule) {
    changeMarks(
        rules -> {
          if (!rules.remove(rule)) {
            throw new IpvsException(Errno.ENOENT, "there is no such rule for marks");
          }
        });
  }

  @Override
  public void setMarks(List<MarkRule> rules) {
    changeMarks(
        present -> {
          present.clear();
          present.addAll(rules);
        });
  }

  private void changeMarks(Consumer<List<MarkRule>> change) {
    synchronized (services) {
      publication.changeMarks(change);
    }
  }

  @Override
  public void atomically(Consumer<IpvsControl> changes) {
    synchronized (services) {
      Draft draft = draft();
      draft.atomically(changes);
      become(draft);
    }
  }

  @Override
  public void newLocalAddress(ServiceKey service, IpAddress address) {
    services.newLocalAddress(service, address);
  }

  @Override
  public void deleteLocalAddress(ServiceKey service, IpAddress address) {
    services.deleteLocalAddress(service, address);
  }

  @Override
  public List<LocalAddressEntry> localAddresses(ServiceKey service) {
    List<ConnectionTable> tables = workers.tables();
    return services.localAddresses(service).stream()
        .map(
            address ->
                new LocalAddressEntry(
                    address, ConnectionReader.countFrom(address, service, tables, byId)))
        .toList();
  }

  @Override
  public void newDaemon(DaemonSpec daemon) {
    sync.start(daemon);
  }

  @Override
  public void deleteDaemon(boolean isMaster) {
    sync.stop(isMaster);
  }

  @Override
  public List<DaemonSpec> daemons() {
    return sync.daemons();
  }

  @Override
  public Timeouts timeouts() {
    return new Timeouts(timeouts.tcpSeconds(), timeouts.tcpFinSeconds(), timeouts.udpSeconds());
  }

  @Override
  public void setTimeouts(Timeouts now) {
    timeouts.set(now.tcp(), now.tcpFin(), now.udp());
    publication.publish();
  }

  @Override
  public Map<String, String> sysctls() {
    return sysctls.all();
  }

  @Override
  public void setSysctl(String name, String value) {
    sysctls.set(name, value);
    settings.defend(workers.freeConnections() / CONNECTIONS_A_PAGE);
    publication.publish();
  }

  @Override
  public int connectionTableSize() {
    return KERNEL_TABLE_SIZE;
  }

  @Override
  public void zero(@Nullable ServiceKey service) {
    services.zero(service);
  }

  @Override
  public void flush() {
    services.flush();
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {
    long nowMillis = clock.getAsLong();
    for (ConnectionTable table : workers.tables()) {
      ConnectionReader.readAll(table, nowMillis, null, consumer);
    }
    ConnectionReader.readAll(templates.table(), nowMillis, templates.dialogues(), consumer);
  }

  @Override
  public Statistics totals() {
    return services.totals();
  }

  @Override
  public List<Statistics> workerTotals() {
    return traffic.each();
  }

  /** Closes workers and their memory; nobody runs any more. */
  @Override
  public void close() {
    sync.close();
    workers.close();
    templates.close();
    traffic.close();
  }
}
