package jvs.director.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.director.ipvsadm.Rules;
import jvs.director.mark.MarkText;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Tells each change that was made, as the options of ipvsadm or the words of jvs that make it. What
 * is refused is not told. Threads as the control behind it.
 */
final class LoggedControl implements IpvsControl {
  private final IpvsControl control;
  private final Consumer<String> log;
  private final Rules text = new Rules();

  LoggedControl(IpvsControl control, Consumer<String> log) {
    this.control = control;
    this.log = log;
  }

  @Override
  public void newService(ServiceKey key, ServiceSpec spec) {
    control.newService(key, spec);
    log.accept("-A " + text.service(key, spec));
  }

  @Override
  public void setService(ServiceKey key, ServiceSpec spec) {
    control.setService(key, spec);
    log.accept("-E " + text.service(key, spec));
  }

  @Override
  public void deleteService(ServiceKey key) {
    control.deleteService(key);
    log.accept("-D " + text.name(key));
  }

  @Override
  public List<ServiceEntry> services() {
    return control.services();
  }

  @Override
  public ServiceEntry service(ServiceKey key) {
    return control.service(key);
  }

  @Override
  public void newServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    control.newServer(service, key, spec);
    log.accept("-a " + text.server(service, key, spec));
  }

  @Override
  public void setServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    control.setServer(service, key, spec);
    log.accept("-e " + text.server(service, key, spec));
  }

  @Override
  public void deleteServer(ServiceKey service, ServerKey key) {
    control.deleteServer(service, key);
    log.accept("-d " + text.server(service, key));
  }

  @Override
  public List<ServerEntry> servers(ServiceKey service) {
    return control.servers(service);
  }

  @Override
  public List<MarkEntry> marks() {
    return control.marks();
  }

  @Override
  public void newMark(MarkRule rule) {
    control.newMark(rule);
    log.accept("mark add " + MarkText.of(rule));
  }

  @Override
  public void deleteMark(MarkRule rule) {
    control.deleteMark(rule);
    log.accept("mark delete " + MarkText.of(rule));
  }

  @Override
  public void setMarks(List<MarkRule> rules) {
    control.setMarks(rules);
    log.accept("mark restore: " + rules.size() + " rules");
  }

  @Override
  public void atomically(Consumer<IpvsControl> changes) {
    List<String> told = new ArrayList<>();
    control.atomically(all -> changes.accept(new LoggedControl(all, told::add)));
    told.forEach(log);
  }

  @Override
  public void newLocalAddress(ServiceKey service, IpAddress address) {
    control.newLocalAddress(service, address);
    log.accept("-P " + text.name(service) + " -z " + address);
  }

  @Override
  public void deleteLocalAddress(ServiceKey service, IpAddress address) {
    control.deleteLocalAddress(service, address);
    log.accept("--del-laddr " + text.name(service) + " -z " + address);
  }

  @Override
  public List<LocalAddressEntry> localAddresses(ServiceKey service) {
    return control.localAddresses(service);
  }

  @Override
  public void newDaemon(DaemonSpec daemon) {
    control.newDaemon(daemon);
    String options =
        " --mcast-interface " + daemon.interfaceName() + " --syncid " + daemon.syncId();
    log.accept("--start-daemon " + role(daemon.isMaster()) + options);
  }

  @Override
  public void deleteDaemon(boolean isMaster) {
    control.deleteDaemon(isMaster);
    log.accept("--stop-daemon " + role(isMaster));
  }

  private static String role(boolean isMaster) {
    return isMaster ? "master" : "backup";
  }

  @Override
  public List<DaemonSpec> daemons() {
    return control.daemons();
  }

  @Override
  public Timeouts timeouts() {
    return control.timeouts();
  }

  @Override
  public void setTimeouts(Timeouts timeouts) {
    control.setTimeouts(timeouts);
    log.accept("--set " + timeouts.tcp() + " " + timeouts.tcpFin() + " " + timeouts.udp());
  }

  @Override
  public Map<String, String> sysctls() {
    return control.sysctls();
  }

  @Override
  public void setSysctl(String name, String value) {
    control.setSysctl(name, value);
    log.accept("sysctl " + name + "=" + value);
  }

  @Override
  public int connectionTableSize() {
    return control.connectionTableSize();
  }

  @Override
  public void zero(@Nullable ServiceKey service) {
    control.zero(service);
    log.accept(service == null ? "-Z" : "-Z " + text.name(service));
  }

  @Override
  public void flush() {
    control.flush();
    log.accept("-C");
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {
    control.connections(consumer);
  }

  @Override
  public Statistics totals() {
    return control.totals();
  }

  @Override
  public List<Statistics> workerTotals() {
    return control.workerTotals();
  }
}
