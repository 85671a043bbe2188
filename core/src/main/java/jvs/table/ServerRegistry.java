package jvs.table;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the servers, keeps their counters' base, and the deleted ones while connections refer to
 * them (the kernel's dest_trash).
 *
 * <p>Guarded by the {@link ServiceTable}'s lock; only {@link #byId()} is read by workers.
 */
final class ServerRegistry {
  private static final long IDLE_MILLIS = 120_000;
  private static final long PERIOD_MILLIS = 60_000;

  private static final class Trashed {
    final RealServer server;
    final VirtualService service;
    long idleSinceMillis = -1;

    Trashed(RealServer server, VirtualService service) {
      this.server = server;
      this.service = service;
    }
  }

  private final CounterReader counters;
  private final BitSet ids = new BitSet();
  private final @Nullable RealServer[] byId = new @Nullable RealServer[ServiceTable.MAX_SERVERS];
  private final @Nullable RateEstimator[] estimators =
      new @Nullable RateEstimator[ServiceTable.MAX_SERVERS];
  private final List<Trashed> trash = new ArrayList<>();
  private long nextSweepMillis = Long.MIN_VALUE;

  ServerRegistry(CounterReader counters) {
    this.counters = counters;
  }

  @Nullable RealServer[] byId() {
    return byId;
  }

  /** A new server with a number of its own. */
  RealServer create(ServiceKey service, ServerKey key, ServerSpec spec) {
    int id = ids.nextClearBit(0);
    if (id >= ServiceTable.MAX_SERVERS) {
      throw new IpvsException(
          Errno.ENOMEM, "there are " + ServiceTable.MAX_SERVERS + " servers already");
    }
    ids.set(id);
    RealServer server = new RealServer(service, key, spec, id);
    byId[id] = server;
    restartCounters(server);
    return server;
  }

  private void restartCounters(RealServer server) {
    RateEstimator estimator = new RateEstimator();
    counters.readServer(server.id(), estimator.sums());
    estimator.zero();
    estimators[server.id()] = estimator;
  }

  /** The server's rates, with the workers' present sums read into them. */
  RateEstimator current(RealServer server) {
    RateEstimator estimator = estimators[server.id()];
    if (estimator == null) {
      throw new IllegalStateException("server " + server + " has no counters");
    }
    counters.readServer(server.id(), estimator.sums());
    return estimator;
  }

  /** A server left its service. */
  void discard(RealServer server, VirtualService service) {
    trash.add(new Trashed(server, service));
  }

  /**
   * Takes a deleted server back, with its connections; with its counters too if it comes back into
   * the same service and not into another one of the same name.
   */
  @SuppressWarnings("ReferenceEquality") // a service that was deleted and added again is another
  @Nullable RealServer takeBack(VirtualService service, ServerKey key) {
    for (int i = 0; i < trash.size(); i++) {
      Trashed trashed = trash.get(i);
      if (trashed.server.key().equals(key) && trashed.server.service().equals(service.key())) {
        trash.remove(i);
        if (trashed.service != service) {
          restartCounters(trashed.server);
        }
        return trashed.server;
      }
    }
    return null;
  }

  /** All servers, deleted ones that may still have connections included. */
  List<RealServer> known() {
    List<RealServer> known = new ArrayList<>();
    for (int id = ids.nextSetBit(0); id >= 0; id = ids.nextSetBit(id + 1)) {
      RealServer server = byId[id];
      if (server != null) {
        known.add(server);
      }
    }
    return known;
  }

  /** Once a minute: forgets servers that nothing has referred to for two; says if there were. */
  boolean sweep(long nowMillis) {
    if (nowMillis < nextSweepMillis) {
      return false;
    }
    nextSweepMillis = nowMillis + PERIOD_MILLIS;
    return trash.removeIf(trashed -> isForgotten(trashed, nowMillis));
  }

  private boolean isForgotten(Trashed trashed, long nowMillis) {
    if (trashed.server.references() > 0) {
      trashed.idleSinceMillis = -1;
      return false;
    }
    if (trashed.idleSinceMillis < 0) {
      trashed.idleSinceMillis = nowMillis;
    }
    if (nowMillis - trashed.idleSinceMillis < IDLE_MILLIS) {
      return false;
    }
    int id = trashed.server.id();
    byId[id] = null;
    estimators[id] = null;
    ids.clear(id);
    return true;
  }
}
