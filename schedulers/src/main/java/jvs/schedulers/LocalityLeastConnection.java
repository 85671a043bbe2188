package jvs.schedulers;

import java.util.function.IntSupplier;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code lblc}: the server that served the virtual address before, unless it is overloaded while
 * another is idle; else as {@code wlc}.
 *
 * <p>Mirrors ip_vs_lblc.c. Thresholds do not part an address from its server. A server deleted and
 * added again finds its addresses still its own, as the kernel brings it back from its trash.
 */
final class LocalityLeastConnection implements Scheduler {
  private final AddressCache<RealServer> cache;
  private final IntSupplier expirationSeconds;

  LocalityLeastConnection(SchedulerContext context, ServerList servers) {
    this.cache = new AddressCache<>(context.clock());
    this.expirationSeconds = context.lblcExpirationSeconds();
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    AddressCache.Entry<RealServer> entry = cache.find(flow);
    if (entry != null) {
      RealServer known = entry.value;
      if (known.isAvailable() && known.weight() > 0 && !isCrowded(known, servers)) {
        return known;
      }
    }
    RealServer least = WeightedLeastConnection.leastLoaded(servers);
    if (least != null) {
      if (entry != null) {
        entry.value = least;
      } else if (cache.hasRoom()) {
        cache.add(flow, least);
      }
    }
    return least;
  }

  /**
   * Whether a server has more active connections than weight while another has less than half its
   * weight (is_overloaded, which has nothing to do with thresholds).
   */
  static boolean isCrowded(RealServer server, ServerList servers) {
    if (server.activeConnections() <= server.weight()) {
      return false;
    }
    for (int i = 0; i < servers.size(); i++) {
      RealServer other = servers.get(i);
      if (other.activeConnections() * 2 < other.weight()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void serverAdded(ServerList servers) {
    RealServer added = servers.get(0);
    cache.forEach(
        entry -> {
          if (entry.value.key().equals(added.key())) {
            entry.value = added;
          }
        });
  }

  @Override
  public void tick(ServerList servers, long nowMillis) {
    cache.tick(nowMillis, expirationSeconds.getAsInt());
  }
}
