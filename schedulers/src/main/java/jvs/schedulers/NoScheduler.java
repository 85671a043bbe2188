package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code none}: a service without scheduler, which has no server for any new connection.
 *
 * <p>Mirrors ip_vs_schedule() when svc-&gt;scheduler is NULL.
 */
final class NoScheduler implements Scheduler {
  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    return null;
  }
}
