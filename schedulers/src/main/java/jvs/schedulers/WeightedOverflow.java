package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code ovf}: the usable server of the highest weight, as long as it has no more active
 * connections than weight; then the next one. Of equals the newest.
 *
 * <p>Mirrors ip_vs_ovf.c: a server takes weight + 1 connections. Inactive connections, hence all of
 * UDP, do not count.
 */
final class WeightedOverflow implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    RealServer heaviest = null;
    int highest = 0;
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      int weight = server.weight();
      if (weight > highest && server.activeConnections() <= weight && !server.isOverloaded()) {
        heaviest = server;
        highest = weight;
      }
    }
    return heaviest;
  }
}
