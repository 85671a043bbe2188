package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code sed}: the usable server with the least (active connections + 1) per weight; of equals the
 * newest.
 *
 * <p>Mirrors ip_vs_sed.c. Inactive connections, hence all of UDP, do not count.
 */
final class ShortestExpectedDelay implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    return soonest(servers);
  }

  /** The rule itself; nq falls back on it. */
  static @Nullable RealServer soonest(ServerList servers) {
    RealServer least = null;
    long leastOverhead = 0;
    long leastWeight = 0;
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      int weight = server.weight();
      if (weight > 0 && !server.isOverloaded()) {
        int overhead = server.activeConnections() + 1;
        // overhead/weight of the two, without dividing
        if (least == null || leastOverhead * weight > overhead * leastWeight) {
          least = server;
          leastOverhead = overhead;
          leastWeight = weight;
        }
      }
    }
    return least;
  }
}
