package jvs.director.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
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
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a kernel 6.1 without its data path, for tests of what lies before them.
 *
 * <p>Checks and errno as ip_vs_ctl.c; public, for the tests of the command line use it too.
 */
public final class MemoryControl implements IpvsControl {
  private final Sysctls sysctls = new Sysctls(new Settings());

  private static final Set<String> SCHEDULERS =
      Set.of("rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh");

  private record Service(
      ServiceSpec spec, Map<ServerKey, ServerEntry> servers, List<IpAddress> locals) {}

  private final Map<ServiceKey, Service> services = new LinkedHashMap<>();
  private final Map<Boolean, DaemonSpec> daemons = new TreeMap<>();
  private final List<MarkEntry> marks = new ArrayList<>();
  private final List<ConnectionEntry> connections = new ArrayList<>();
  private final Set<String> interfaces = Set.of("eth0", "eth1");
  private Timeouts timeouts = new Timeouts(900, 120, 300);

  /** Adds to what {@code -Lc} lists. */
  public synchronized void addConnection(ConnectionEntry connection) {
    connections.add(connection);
  }

  /** Gives a server counts and counters. */
  public synchronized void count(ServiceKey service, ServerEntry entry) {
    find(service).servers.put(entry.key(), entry);
  }

  @Override
  public synchronized void newService(ServiceKey key, ServiceSpec spec) {
    if (services.containsKey(key)) {
      throw refuse(Errno.EEXIST, "service " + key + " exists already");
    }
    check(key, spec);
    services.put(key, new Service(spec, new LinkedHashMap<>(), new ArrayList<>()));
  }

  @Override
  public synchronized void setService(ServiceKey key, ServiceSpec spec) {
    Service service = find(key);
    check(key, spec);
    services.put(key, new Service(spec, service.servers, service.locals));
  }

  private static void check(ServiceKey key, ServiceSpec spec) {
    if (!SCHEDULERS.contains(spec.scheduler()) && !spec.scheduler().equals("none")) {
      throw refuse(Errno.ENOENT, "scheduler '" + spec.scheduler() + "' is unknown");
    }
    if (!spec.engine().isEmpty() && !spec.engine().equals("sip")) {
      throw refuse(Errno.ENOENT, "engine '" + spec.engine() + "' is unknown");
    }
    if (!key.address().isV4() && (spec.netmask() < 1 || spec.netmask() > 128)) {
      throw refuse(Errno.EINVAL, "prefix length " + spec.netmask());
    }
  }

  @Override
  public synchronized void deleteService(ServiceKey key) {
    find(key);
    services.remove(key);
  }

  @Override
  public synchronized List<ServiceEntry> services() {
    List<ServiceEntry> entries = new ArrayList<>();
    services.forEach(
        (key, service) -> entries.add(new ServiceEntry(key, service.spec, Statistics.ZERO)));
    return entries;
  }

  @Override
  public synchronized ServiceEntry service(ServiceKey key) {
    return new ServiceEntry(key, find(key).spec, Statistics.ZERO);
  }

  @Override
  public synchronized void newServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    Service found = find(service);
    check(spec);
    if (found.servers.containsKey(key)) {
      throw refuse(Errno.EEXIST, "server " + key + " exists already");
    }
    boolean mayServe =
        key.address().isUnicast() && !(key.address().isV4() && key.address().low() >>> 24 == 0);
    if (!mayServe) {
      throw refuse(Errno.EINVAL, "server " + key + " is not unicast");
    }
    found.servers.put(key, entry(key, spec));
  }

  @Override
  public synchronized void setServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    Service found = find(service);
    check(spec);
    if (!found.servers.containsKey(key)) {
      throw refuse(Errno.ENOENT, "no server " + key);
    }
    found.servers.put(key, entry(key, spec));
  }

  private static void check(ServerSpec spec) {
    if (spec.weight() < 0 || spec.lowerThreshold() > spec.upperThreshold()) {
      throw refuse(Errno.ERANGE, "weight or thresholds out of range");
    }
    if (spec.tunnelType() == ServerSpec.TUNNEL_GUE && spec.tunnelPort() == 0) {
      throw refuse(Errno.EINVAL, "gue without a port");
    }
  }

  private static ServerEntry entry(ServerKey key, ServerSpec spec) {
    return new ServerEntry(key, spec, 0, 0, 0, Statistics.ZERO);
  }

  @Override
  public synchronized void deleteServer(ServiceKey service, ServerKey key) {
    if (find(service).servers.remove(key) == null) {
      throw refuse(Errno.ENOENT, "no server " + key);
    }
  }

  @Override
  public synchronized List<ServerEntry> servers(ServiceKey service) {
    return new ArrayList<>(find(service).servers.values()).reversed();
  }

  private Service find(ServiceKey key) {
    Service service = services.get(key);
    if (service == null) {
      throw refuse(Errno.ESRCH, "no service " + key);
    }
    return service;
  }

  @Override
  public synchronized List<MarkEntry> marks() {
    return List.copyOf(marks);
  }

  @Override
  public synchronized void newMark(MarkRule rule) {
    marks.add(new MarkEntry(rule, 3, 180));
  }

  @Override
  public synchronized void deleteMark(MarkRule rule) {
    if (!marks.remove(new MarkEntry(rule, 3, 180))) {
      throw refuse(Errno.ENOENT, "no such rule");
    }
  }

  @Override
  public synchronized void newLocalAddress(ServiceKey service, IpAddress address) {
    if (find(service).locals.contains(address)) {
      throw refuse(Errno.EEXIST, "local address " + address + " exists already");
    }
    find(service).locals.add(address);
  }

  @Override
  public synchronized void deleteLocalAddress(ServiceKey service, IpAddress address) {
    if (!find(service).locals.remove(address)) {
      throw refuse(Errno.ENOENT, "no local address " + address);
    }
  }

  @Override
  public synchronized void setMarks(List<MarkRule> rules) {
    marks.clear();
    rules.forEach(this::newMark);
  }

  /** Takes services back if one is refused; tests change nothing else in transactions. */
  @Override
  public synchronized void atomically(Consumer<IpvsControl> changes) {
    Map<ServiceKey, Service> before = new LinkedHashMap<>();
    services.forEach(
        (key, service) ->
            before.put(
                key,
                new Service(
                    service.spec,
                    new LinkedHashMap<>(service.servers),
                    new ArrayList<>(service.locals))));
    try {
      changes.accept(this);
    } catch (IpvsException refused) {
      services.clear();
      services.putAll(before);
      throw refused;
    }
  }

  @Override
  public synchronized List<LocalAddressEntry> localAddresses(ServiceKey service) {
    return find(service).locals.stream().map(local -> new LocalAddressEntry(local, 7)).toList();
  }

  @Override
  public synchronized void newDaemon(DaemonSpec daemon) {
    if (daemons.containsKey(!daemon.isMaster())) {
      throw refuse(Errno.EEXIST, "the daemon runs already");
    }
    if (!interfaces.contains(daemon.interfaceName())) {
      throw refuse(Errno.ENODEV, "no interface " + daemon.interfaceName());
    }
    boolean hasGroup = !daemon.group().equals(IpAddress.v4(0));
    daemons.put(
        !daemon.isMaster(),
        new DaemonSpec(
            daemon.isMaster(),
            daemon.interfaceName(),
            daemon.syncId(),
            daemon.maxLength() == 0 ? 1472 : daemon.maxLength(),
            hasGroup ? daemon.group() : IpAddress.parse("224.0.0.81"),
            daemon.port() == 0 ? 8848 : daemon.port(),
            daemon.ttl() == 0 ? 1 : daemon.ttl()));
  }

  @Override
  public synchronized void deleteDaemon(boolean isMaster) {
    if (daemons.remove(!isMaster) == null) {
      throw refuse(Errno.ESRCH, "the daemon does not run");
    }
  }

  @Override
  public synchronized List<DaemonSpec> daemons() {
    return List.copyOf(daemons.values());
  }

  @Override
  public synchronized Timeouts timeouts() {
    return timeouts;
  }

  @Override
  public synchronized void setTimeouts(Timeouts set) {
    timeouts =
        new Timeouts(
            set.tcp() == 0 ? timeouts.tcp() : set.tcp(),
            set.tcpFin() == 0 ? timeouts.tcpFin() : set.tcpFin(),
            set.udp() == 0 ? timeouts.udp() : set.udp());
  }

  @Override
  public Map<String, String> sysctls() {
    return sysctls.all();
  }

  @Override
  public void setSysctl(String name, String value) {
    sysctls.set(name, value);
  }

  @Override
  public int connectionTableSize() {
    return 4096;
  }

  @Override
  public synchronized void zero(@Nullable ServiceKey service) {
    if (service != null) {
      find(service);
    }
  }

  @Override
  public synchronized void flush() {
    services.clear();
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {
    List<ConnectionEntry> copy;
    synchronized (this) {
      copy = List.copyOf(connections);
    }
    copy.forEach(consumer);
  }

  @Override
  public List<Statistics> workerTotals() {
    return List.of();
  }

  @Override
  public Statistics totals() {
    return new Statistics(1, 2, 3, 4, Long.MAX_VALUE, 6, 7, 8, 9, 10);
  }

  private static IpvsException refuse(Errno errno, String message) {
    return new IpvsException(errno, message);
  }
}
