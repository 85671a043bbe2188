package jvs.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import jvs.route.Link;
import jvs.service.DaemonSpec;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerKey;
import jvs.service.ServiceKey;
import jvs.service.Settings;
import jvs.sync.FlowOwner;
import jvs.sync.SyncBackup;
import jvs.sync.SyncCounts;
import jvs.sync.SyncMaster;
import jvs.sync.SyncNetwork;
import jvs.sync.SyncRing;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The sync daemons of a director: at most one master and one backup (start_sync_thread,
 * stop_sync_thread). Any thread.
 */
public final class SyncDaemons implements AutoCloseable {
  private static final int MAX_PORTS = 64;
  private static final int DEFAULT_PORT = 8848;
  private static final IpAddress DEFAULT_GROUP = IpAddress.parse("224.0.0.81");
  private static final IpAddress UNSPECIFIED = IpAddress.v4(0);
  private static final int ETHERNET_MTU = 1500;
  private static final int LARGEST_DATAGRAM = 65535;
  private static final int SMALLEST_BACKUP = 1024;
  private static final int HEADERS_V4 = 28;
  private static final int HEADERS_V6 = 48;

  private final Settings settings;
  private final Publication publication;
  private final Consumer<FlowOwner> owners;
  private final SyncCounts counts = new SyncCounts();
  private final List<Rings> rings = new ArrayList<>();
  private @Nullable SyncNetwork network;
  private FlowOwner owner = flow -> 0;
  private @Nullable Daemon master;
  private @Nullable Daemon backup;

  /**
   * A worker's rings.
   *
   * @param toBackups what it says about its connections
   * @param fromMaster what it is told
   */
  record Rings(SyncRing toBackups, SyncRing fromMaster) {}

  private record Daemon(DaemonSpec spec, SyncNetwork.Running running, AutoCloseable memory) {}

  /** Passes on whose flows are, as the workers must know, too. */
  SyncDaemons(Settings settings, Publication publication, Consumer<FlowOwner> owners) {
    this.settings = settings;
    this.publication = publication;
    this.owners = owners;
  }

  /**
   * Makes daemons possible, and that workers hand over what is another's. After the workers.
   *
   * @param sockets what they talk through
   * @param flowOwner knows the worker of a flow
   */
  public synchronized void use(SyncNetwork sockets, FlowOwner flowOwner) {
    network = sockets;
    owner = flowOwner;
    owners.accept(flowOwner);
  }

  synchronized Rings addWorker() {
    Rings added = new Rings(new SyncRing(), new SyncRing());
    rings.add(added);
    return added;
  }

  /** Starts one: EEXIST, ENODEV, EINVAL, and what {@link SyncNetwork} says. */
  void start(DaemonSpec wanted) {
    if (publication.hasServersOfOtherFamilies()) {
      throw new IpvsException(Errno.EINVAL, "a server is not of its service's address family");
    }
    start(wanted, publication.links());
    publication.publish();
  }

  private synchronized void start(DaemonSpec wanted, List<Link> links) {
    SyncNetwork sockets = network;
    if (sockets == null) {
      throw new IpvsException(Errno.EOPNOTSUPP, "this director has no sockets for sync daemons");
    }
    DaemonSpec spec = complete(wanted, links);
    if ((spec.isMaster() ? master : backup) != null) {
      throw new IpvsException(Errno.EEXIST, "a sync daemon of this kind is running");
    }
    int ports = Math.min(settings.syncPorts, MAX_PORTS);
    if (spec.isMaster()) {
      List<SyncRing> toBackups = rings.stream().map(Rings::toBackups).toList();
      toBackups.forEach(SyncRing::clear);
      SyncMaster agent = new SyncMaster(spec, ports, settings, toBackups, counts);
      master = start(spec, agent, () -> sockets.startMaster(spec, ports, agent));
      settings.isSyncMaster = true;
    } else {
      List<SyncRing> fromMaster = rings.stream().map(Rings::fromMaster).toList();
      SyncBackup agent = new SyncBackup(spec, fromMaster, owner, publication::wakeUp, counts);
      backup = start(spec, agent, () -> sockets.startBackup(spec, ports, agent));
      settings.isSyncBackup = true;
    }
  }

  private static Daemon start(
      DaemonSpec spec, AutoCloseable agent, Supplier<SyncNetwork.Running> start) {
    try {
      return new Daemon(spec, start.get(), agent);
    } catch (RuntimeException e) {
      close(agent);
      throw e;
    }
  }

  private static DaemonSpec complete(DaemonSpec wanted, List<Link> links) {
    Link link =
        links.stream()
            .filter(one -> one.name().equals(wanted.interfaceName()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IpvsException(
                        Errno.ENODEV, "there is no interface '" + wanted.interfaceName() + "'"));
    IpAddress group = wanted.group().equals(UNSPECIFIED) ? DEFAULT_GROUP : wanted.group();
    if (!group.isMulticast()) {
      throw new IpvsException(Errno.EINVAL, group + " is no multicast group");
    }
    int headers = group.isV4() ? HEADERS_V4 : HEADERS_V6;
    int mtu =
        wanted.isMaster() ? ETHERNET_MTU : Math.clamp(link.mtu(), ETHERNET_MTU, LARGEST_DATAGRAM);
    int least = wanted.isMaster() ? 1 : SMALLEST_BACKUP;
    int length =
        wanted.maxLength() == 0
            ? mtu - headers
            : Math.clamp(wanted.maxLength(), least, LARGEST_DATAGRAM - headers);
    return new DaemonSpec(
        wanted.isMaster(),
        wanted.interfaceName(),
        wanted.syncId(),
        length,
        group,
        wanted.port() == 0 ? DEFAULT_PORT : wanted.port(),
        wanted.ttl() == 0 ? 1 : wanted.ttl());
  }

  /** A server of another address family than its service's: EINVAL while a daemon runs. */
  synchronized void checkFamily(ServiceKey service, ServerKey server) {
    boolean isOther = service.address().family() != server.address().family();
    if (isOther && (master != null || backup != null)) {
      throw new IpvsException(Errno.EINVAL, "no other address family while a sync daemon runs");
    }
  }

  /** Stops one: ESRCH. */
  void stop(boolean isMaster) {
    end(isMaster);
    publication.publish();
  }

  private synchronized void end(boolean isMaster) {
    Daemon daemon = isMaster ? master : backup;
    if (daemon == null) {
      throw new IpvsException(Errno.ESRCH, "no such sync daemon is running");
    }
    if (isMaster) {
      settings.isSyncMaster = false;
      master = null;
    } else {
      settings.isSyncBackup = false;
      backup = null;
    }
    daemon.running().stop();
    close(daemon.memory());
  }

  private static void close(AutoCloseable memory) {
    try {
      memory.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /** Those that run, the master first. */
  public synchronized List<DaemonSpec> daemons() {
    List<DaemonSpec> daemons = new ArrayList<>();
    if (master != null) {
      daemons.add(master.spec());
    }
    if (backup != null) {
      daemons.add(backup.spec());
    }
    return daemons;
  }

  /** What they have sent, heard and lost since the director started, by name. */
  public synchronized Map<String, Long> counts() {
    Map<String, Long> all = counts.byName();
    all.put("sync_entries_unsent", rings.stream().mapToLong(one -> one.toBackups().lost()).sum());
    all.put("sync_entries_unheard", rings.stream().mapToLong(one -> one.fromMaster().lost()).sum());
    return all;
  }

  /** Stops what runs and frees the rings; no worker runs any more. */
  @Override
  public synchronized void close() {
    for (DaemonSpec daemon : daemons()) {
      end(daemon.isMaster());
    }
    for (Rings one : rings) {
      one.toBackups().close();
      one.fromMaster().close();
    }
    rings.clear();
  }
}
