package jvs.schedulers;

import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code lblcr}: as {@code lblc}, but a virtual address has a set of servers, of which the least
 * loaded serves; the set grows when it is overloaded and later shrinks again.
 *
 * <p>Mirrors ip_vs_lblcr.c.
 */
final class ReplicatedLocality implements Scheduler {
  private final AddressCache<ServerSet> cache;
  private final LongSupplier clock;
  private final IntSupplier expirationSeconds;

  ReplicatedLocality(SchedulerContext context, ServerList servers) {
    this.cache = new AddressCache<>(context.clock());
    this.clock = context.clock();
    this.expirationSeconds = context.lblcrExpirationSeconds();
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    AddressCache.Entry<ServerSet> entry = cache.find(flow);
    long nowMillis = clock.getAsLong();
    if (entry != null) {
      RealServer known = entry.value.leastLoaded();
      entry.value.shrink(nowMillis, expirationSeconds.getAsInt() * 1000L);
      if (known != null && !LocalityLeastConnection.isCrowded(known, servers)) {
        return known;
      }
    }
    RealServer least = WeightedLeastConnection.leastLoaded(servers);
    if (least != null) {
      if (entry != null) {
        entry.value.add(least, nowMillis);
      } else if (cache.hasRoom()) {
        cache.add(flow, new ServerSet(least, nowMillis));
      }
    }
    return least;
  }

  @Override
  public void serverAdded(ServerList servers) {
    RealServer added = servers.get(0);
    cache.forEach(entry -> entry.value.replace(added));
  }

  @Override
  public void tick(ServerList servers, long nowMillis) {
    cache.tick(nowMillis, expirationSeconds.getAsInt());
  }
}
