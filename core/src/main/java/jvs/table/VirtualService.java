package jvs.table;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import jvs.flow.FlowKey;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.spi.Scheduler;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A virtual service: its settings, its servers and the one state of its scheduler (struct
 * ip_vs_service).
 *
 * <p>The gate guards servers and scheduler. A worker passes it once for each new connection, the
 * control plane for each edit, both for well under a microsecond: choosing a server and counting
 * the connection happen in one step, so that decisions are exact however many workers there are.
 */
public final class VirtualService {
  private final ServiceKey key;
  private final int id;
  private final AtomicBoolean gate = new AtomicBoolean();
  private volatile ServiceSpec spec;
  private volatile ServerList servers = ServerList.EMPTY;
  private volatile List<IpAddress> localAddresses = List.of();
  private @Nullable Scheduler scheduler;
  private volatile long schedulerFailures;

  VirtualService(ServiceKey key, int id, ServiceSpec spec) {
    this.key = key;
    this.id = id;
    this.spec = spec;
  }

  /** Identity. */
  public ServiceKey key() {
    return key;
  }

  /** Index of its counters. */
  public int id() {
    return id;
  }

  /** Present settings. */
  public ServiceSpec spec() {
    return spec;
  }

  /** Present servers, newest first. */
  public ServerList servers() {
    return servers;
  }

  /** Whether a server's address is of another family than the service's. */
  public boolean isOfBothFamilies() {
    int family = key.address().family();
    return servers.toList().stream().anyMatch(it -> it.key().address().family() != family);
  }

  /** Where FULLNAT connections to the servers may come from. */
  public List<IpAddress> localAddresses() {
    return localAddresses;
  }

  /** Adds an address to these: EINVAL, EEXIST. Control plane. */
  void addLocalAddress(IpAddress address) {
    if (address.family() != key.address().family() || !address.isUnicast()) {
      throw new IpvsException(
          Errno.EINVAL,
          "local address " + address + ", expected a unicast one of the service's family");
    }
    if (localAddresses.contains(address)) {
      throw new IpvsException(
          Errno.EEXIST, "local address " + address + " of service " + key + " exists already");
    }
    localAddresses = Stream.concat(localAddresses.stream(), Stream.of(address)).toList();
  }

  /** Takes an address from these: ENOENT. Control plane. */
  void removeLocalAddress(IpAddress address) {
    if (!localAddresses.contains(address)) {
      throw new IpvsException(Errno.ENOENT, "no local address " + address + " in service " + key);
    }
    localAddresses = localAddresses.stream().filter(other -> !other.equals(address)).toList();
  }

  /** How often the scheduler threw. */
  public long schedulerFailures() {
    return schedulerFailures;
  }

  /**
   * Chooses a server and counts the connection there as inactive. Worker; allocates nothing.
   *
   * @return null if no server can take it, or if the scheduler failed
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the gate
  public @Nullable RealServer chooseAndBind(FlowKey flow) {
    enter();
    try {
      Scheduler chooser = scheduler;
      RealServer server = chooser == null ? null : chooser.schedule(servers, flow);
      if (server != null) {
        server.bindConnection(false);
      }
      return server;
    } catch (RuntimeException | Error e) { // a stranger's: it costs the connection, no more
      schedulerFailures++;
      return null;
    } finally {
      leave();
    }
  }

  void enter() {
    while (!gate.compareAndSet(false, true)) {
      Thread.onSpinWait();
    }
  }

  void leave() {
    gate.set(false);
  }

  void add(RealServer server) {
    enter();
    try {
      servers = servers.with(server);
      if (scheduler != null) {
        scheduler.serverAdded(servers);
      }
    } finally {
      leave();
    }
  }

  void edit(RealServer server, ServerSpec now) {
    enter();
    try {
      server.update(now, false);
      if (scheduler != null) {
        scheduler.serverEdited(servers, server);
      }
    } finally {
      leave();
    }
  }

  void remove(RealServer server) {
    enter();
    try {
      int index = servers.indexOf(server);
      servers = servers.without(index);
      server.markDeleted();
      if (scheduler != null) {
        scheduler.serverRemoved(servers, server, index);
      }
    } finally {
      leave();
    }
  }

  /** Takes new settings, and a new scheduler unless it stays the same. */
  void configure(ServiceSpec now, @Nullable Scheduler chooser) {
    enter();
    try {
      spec = now;
      scheduler = chooser;
    } finally {
      leave();
    }
  }

  @Nullable Scheduler scheduler() {
    return scheduler;
  }

  void tick(long nowMillis) {
    enter();
    try {
      if (scheduler != null) {
        scheduler.tick(servers, nowMillis);
      }
    } finally {
      leave();
    }
  }

  @Override
  public String toString() {
    return key + " " + spec.scheduler();
  }
}
