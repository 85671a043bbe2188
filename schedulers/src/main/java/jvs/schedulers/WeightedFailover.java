package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code fo}: the usable server of the highest weight; of equals the newest.
 *
 * <p>Mirrors ip_vs_fo.c.
 */
final class WeightedFailover implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    RealServer heaviest = null;
    int highest = 0;
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      int weight = server.weight();
      if (weight > highest && !server.isOverloaded()) {
        heaviest = server;
        highest = weight;
      }
    }
    return heaviest;
  }
}
