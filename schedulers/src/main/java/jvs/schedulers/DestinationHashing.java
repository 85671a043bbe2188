package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code dh}: the server that the virtual address hashes to, weights aside.
 *
 * <p>Mirrors ip_vs_dh.c. The table changes when servers come and go, not when they are edited; a
 * slot whose server cannot be used gives no service.
 */
final class DestinationHashing implements Scheduler {
  /** The kernel's IP_VS_DH_TAB_BITS. */
  private static final int TABLE_BITS = 8;

  private final @Nullable RealServer[] slots = new RealServer[1 << TABLE_BITS];

  DestinationHashing(SchedulerContext context, ServerList servers) {
    assign(servers);
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    RealServer server = slots[GoldenRatioHash.of(flow.virtualFolded(), TABLE_BITS)];
    return server != null && server.isAvailable() && server.isUsable() ? server : null;
  }

  @Override
  public void serverAdded(ServerList servers) {
    assign(servers);
  }

  @Override
  public void serverRemoved(ServerList servers, RealServer removed, int formerIndex) {
    assign(servers);
  }

  /** Deals the servers out to the slots in turn. */
  private void assign(ServerList servers) {
    for (int i = 0; i < slots.length; i++) {
      slots[i] = servers.size() == 0 ? null : servers.get(i % servers.size());
    }
  }
}
