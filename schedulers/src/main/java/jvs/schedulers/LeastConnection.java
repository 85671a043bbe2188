package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code lc}: the usable server with the least overhead, weights aside; of equals the newest.
 *
 * <p>Mirrors ip_vs_lc.c.
 */
final class LeastConnection implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    RealServer least = null;
    int leastOverhead = 0;
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      if (server.isUsable()) {
        int overhead = server.overhead();
        if (least == null || Integer.compareUnsigned(overhead, leastOverhead) < 0) {
          least = server;
          leastOverhead = overhead;
        }
      }
    }
    return least;
  }
}
