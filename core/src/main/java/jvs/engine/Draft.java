package jvs.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkHits;
import jvs.service.MarkRule;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.service.Statistics;
import jvs.service.Sysctls;
import jvs.service.Timeouts;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.table.CounterReader;
import jvs.table.ServiceTable;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Services, rules for marks and settings that balance nothing: what a director is to become,
 * checked as the director itself would check it. See {@link Director#become}. One thread.
 */
public final class Draft implements IpvsControl {
  private static final Scheduler NOBODY = (servers, flow) -> null;

  private final ServiceTable services;
  private final Sysctls sysctls = new Sysctls(new Settings());
  private final List<MarkRule> marks = new ArrayList<>();
  private Timeouts timeouts = new Timeouts(900, 120, 300);

  /** Nothing yet; services may have these schedulers, servers these addresses. */
  public Draft(List<SchedulerFactory> schedulers, ServiceTable.AddressCheck mayServe) {
    SchedulerContext context = new SchedulerContext(() -> 0, () -> 0, 1, 8, 12, () -> 0, () -> 0);
    services =
        new ServiceTable(
            schedulers.stream().map(Draft::checked).toList(),
            Persistence.SIP::equals,
            context,
            new Uncounted(),
            index -> {});
    services.addressCheck(mayServe);
  }

  /** What {@code control} is now. */
  static Draft of(
      IpvsControl control, List<SchedulerFactory> schedulers, ServiceTable.AddressCheck mayServe) {
    Draft draft = new Draft(schedulers, mayServe);
    draft.atomically(empty -> Difference.apply(empty, control));
    return draft;
  }

  /** A factory that refuses what the given one refuses, and else makes what costs nothing. */
  private static SchedulerFactory checked(SchedulerFactory factory) {
    return new SchedulerFactory() {
      @Override
      public String name() {
        return factory.name();
      }

      @Override
      public Scheduler create(SchedulerContext context, ServerList servers) {
        Scheduler unused = factory.create(context, servers);
        return NOBODY;
      }
    };
  }

  /** Deletes all services and all rules for marks; timeouts and settings stay. */
  public Draft withoutRules() {
    services.flush();
    marks.clear();
    return this;
  }

  @Override
  public void atomically(Consumer<IpvsControl> changes) {
    services.together(() -> changes.accept(this));
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
  public void newLocalAddress(ServiceKey service, IpAddress address) {
    services.newLocalAddress(service, address);
  }

  @Override
  public void deleteLocalAddress(ServiceKey service, IpAddress address) {
    services.deleteLocalAddress(service, address);
  }

  @Override
  public List<LocalAddressEntry> localAddresses(ServiceKey service) {
    return services.localAddresses(service).stream()
        .map(address -> new LocalAddressEntry(address, 0))
        .toList();
  }

  @Override
  public List<MarkEntry> marks() {
    return marks.stream().map(rule -> new MarkEntry(rule, 0, 0)).toList();
  }

  @Override
  public void newMark(MarkRule rule) {
    if (marks.size() == MarkHits.MAX_RULES) {
      throw new IpvsException(
          Errno.ENOMEM, "there are " + MarkHits.MAX_RULES + " rules for marks already");
    }
    marks.add(rule);
  }

  @Override
  public void deleteMark(MarkRule rule) {
    if (!marks.remove(rule)) {
      throw new IpvsException(Errno.ENOENT, "there is no such rule for marks");
    }
  }

  @Override
  public void setMarks(List<MarkRule> rules) {
    marks.clear();
    rules.forEach(this::newMark);
  }

  @Override
  public void newDaemon(DaemonSpec daemon) {
    throw notHere("starting a sync daemon");
  }

  @Override
  public void deleteDaemon(boolean isMaster) {
    throw notHere("stopping a sync daemon");
  }

  @Override
  public List<DaemonSpec> daemons() {
    return List.of();
  }

  @Override
  public Timeouts timeouts() {
    return timeouts;
  }

  @Override
  public void setTimeouts(Timeouts now) {
    timeouts =
        new Timeouts(
            now.tcp() != 0 ? now.tcp() : timeouts.tcp(),
            now.tcpFin() != 0 ? now.tcpFin() : timeouts.tcpFin(),
            now.udp() != 0 ? now.udp() : timeouts.udp());
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
    return 0;
  }

  @Override
  public void zero(@Nullable ServiceKey service) {
    throw notHere("zeroing counters");
  }

  @Override
  public void flush() {
    services.flush();
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {}

  @Override
  public Statistics totals() {
    return services.totals();
  }

  @Override
  public List<Statistics> workerTotals() {
    return List.of();
  }

  private static IpvsException notHere(String what) {
    return new IpvsException(
        Errno.EOPNOTSUPP, what + " cannot be part of a transaction or of a file with rules");
  }

  /** Counters of what is never counted. */
  private static final class Uncounted implements CounterReader {
    @Override
    public void readServer(int serverId, long[] sum) {}

    @Override
    public void readService(int serviceId, long[] sum) {}

    @Override
    public void readMark(int ruleId, long[] sum) {}

    @Override
    public void readTotals(long[] sum) {}
  }
}
