package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code nq}: the newest usable server without active connections, else as {@code sed}.
 *
 * <p>Mirrors ip_vs_nq.c.
 */
final class NeverQueue implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      if (server.activeConnections() == 0 && server.isUsable()) {
        return server;
      }
    }
    return ShortestExpectedDelay.soonest(servers);
  }
}
