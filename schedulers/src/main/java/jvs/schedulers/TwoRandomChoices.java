package jvs.schedulers;

import java.util.SplittableRandom;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code twos}: two usable servers drawn by weight, of them the one with less overhead per weight.
 *
 * <p>Mirrors ip_vs_twos.c. A lot is one of 0..total weight, both included, so the newest usable
 * server has a chance of (weight + 1) / (total + 1). Arithmetic wraps at 32 bits as there.
 */
final class TwoRandomChoices implements Scheduler {
  private final SplittableRandom random;

  TwoRandomChoices(SchedulerContext context, ServerList servers) {
    this.random = new SplittableRandom(context.seed());
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    int totalWeight = 0;
    RealServer first = null;
    for (int i = 0; i < servers.size(); i++) {
      RealServer server = servers.get(i);
      if (server.isUsable()) {
        totalWeight += server.weight();
        first = server;
      }
    }
    if (first == null) {
      return null;
    }
    int firstLot = draw(totalWeight);
    int secondLot = draw(totalWeight);
    RealServer second = null;
    int firstWeight = -1;
    int secondWeight = -1;
    int firstOverhead = 0;
    int secondOverhead = 0;
    for (int i = 0; i < servers.size() && (firstWeight < 0 || secondWeight < 0); i++) {
      RealServer server = servers.get(i);
      if (!server.isUsable()) {
        continue;
      }
      int weight = server.weight();
      firstLot -= weight;
      secondLot -= weight;
      if (firstLot <= 0 && firstWeight < 0) {
        first = server;
        firstWeight = weight;
        firstOverhead = server.overhead();
      }
      if (secondLot <= 0 && secondWeight < 0) {
        second = server;
        secondWeight = weight;
        secondOverhead = server.overhead();
      }
    }
    return second != null && secondWeight * firstOverhead > firstWeight * secondOverhead
        ? second
        : first;
  }

  /** One of 0..{@code totalWeight}, by the high half of a product (get_random_u32_below). */
  private int draw(int totalWeight) {
    long choices = (totalWeight + 1) & 0xffff_ffffL;
    return (int) (((random.nextInt() & 0xffff_ffffL) * choices) >>> 32);
  }
}
