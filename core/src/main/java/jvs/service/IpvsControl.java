package jvs.service;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The commands of the kernel's IPVS netlink family (ip_vs_ctl.c, IPVS_CMD_*), in one place; and
 * those for FULLNAT, which the kernel has not.
 *
 * <p>Every front end is a skin over it: the command line, the control socket, a netlink codec. A
 * command is applied wholly or refused with an {@link IpvsException}. Implementations may be called
 * from any thread.
 */
public interface IpvsControl {
  /** IPVS_CMD_NEW_SERVICE: EEXIST, ENOENT (scheduler or engine), EINVAL. */
  void newService(ServiceKey key, ServiceSpec spec);

  /** IPVS_CMD_SET_SERVICE: ESRCH, ENOENT (scheduler or engine), EINVAL. */
  void setService(ServiceKey key, ServiceSpec spec);

  /** IPVS_CMD_DEL_SERVICE: ESRCH. */
  void deleteService(ServiceKey key);

  /** IPVS_CMD_GET_SERVICE for all services, in the order of the kernel's table. */
  List<ServiceEntry> services();

  /** IPVS_CMD_GET_SERVICE for one: ESRCH. */
  ServiceEntry service(ServiceKey key);

  /** IPVS_CMD_NEW_DEST: ESRCH, EEXIST, ERANGE, EINVAL. */
  void newServer(ServiceKey service, ServerKey key, ServerSpec spec);

  /** IPVS_CMD_SET_DEST: ESRCH, ENOENT, ERANGE, EINVAL. */
  void setServer(ServiceKey service, ServerKey key, ServerSpec spec);

  /** IPVS_CMD_DEL_DEST: ESRCH, ENOENT. */
  void deleteServer(ServiceKey service, ServerKey key);

  /** IPVS_CMD_GET_DEST, newest first: ESRCH. */
  List<ServerEntry> servers(ServiceKey service);

  /** The rules that give packets their firewall marks, in order, with their counters. */
  List<MarkEntry> marks();

  /** Adds a rule at the end: ENOMEM. */
  void newMark(MarkRule rule);

  /** Deletes the first rule that is like this one: ENOENT. */
  void deleteMark(MarkRule rule);

  /** Replaces all rules; those that stay keep their counters. ENOMEM. */
  void setMarks(List<MarkRule> rules);

  /**
   * Makes several changes together: all, or none if one is refused. Counters and sync daemons are
   * not among them (EOPNOTSUPP).
   *
   * @param changes makes them on the control that it is given, and may read there only what it has
   *     changed itself
   */
  void atomically(Consumer<IpvsControl> changes);

  /** Adds an address that FULLNAT connections of a service come from: ESRCH, EEXIST, EINVAL. */
  void newLocalAddress(ServiceKey service, IpAddress address);

  /** Takes it out again; connections keep it: ESRCH, ENOENT. */
  void deleteLocalAddress(ServiceKey service, IpAddress address);

  /** The service's local addresses, in the order they were added: ESRCH. */
  List<LocalAddressEntry> localAddresses(ServiceKey service);

  /** IPVS_CMD_NEW_DAEMON: EEXIST, ENODEV, EINVAL. */
  void newDaemon(DaemonSpec daemon);

  /** IPVS_CMD_DEL_DAEMON: ESRCH. */
  void deleteDaemon(boolean isMaster);

  /** IPVS_CMD_GET_DAEMON, master first. */
  List<DaemonSpec> daemons();

  /** IPVS_CMD_GET_CONFIG. */
  Timeouts timeouts();

  /** IPVS_CMD_SET_CONFIG; 0 keeps a value. */
  void setTimeouts(Timeouts timeouts);

  /** The settings under net.ipv4.vs and their present values. */
  Map<String, String> sysctls();

  /** Sets one of them; the prefix may be left out. ENOENT, EINVAL. */
  void setSysctl(String name, String value);

  /** IPVS_CMD_GET_INFO: buckets of the connection table ({@code size=} of listings). */
  int connectionTableSize();

  /** IPVS_CMD_ZERO for one service, or for all and the totals when null: ESRCH. */
  void zero(@Nullable ServiceKey service);

  /** IPVS_CMD_FLUSH. */
  void flush();

  /** The connections, in no particular order (/proc/net/ip_vs_conn). */
  void connections(Consumer<ConnectionEntry> consumer);

  /** Counters of the whole director (/proc/net/ip_vs_stats). */
  Statistics totals();

  /** Counters of each worker since it began, without rates (/proc/net/ip_vs_stats_percpu). */
  List<Statistics> workerTotals();
}
