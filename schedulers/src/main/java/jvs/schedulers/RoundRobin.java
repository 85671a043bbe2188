package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * {@code rr}: the usable servers in turn, weights aside.
 *
 * <p>Mirrors ip_vs_rr.c. A server added at the head of the list leaves the turn where it is; when
 * the last chosen one is deleted, the turn stays with what would have been next.
 */
final class RoundRobin implements Scheduler {
  /** Index of the last chosen server, -1 for the list's head before any choice. */
  private int last = -1;

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    int size = servers.size();
    for (int i = last + 1; i < size; i++) {
      if (servers.get(i).isUsable()) {
        last = i;
        return servers.get(i);
      }
    }
    for (int i = 0; i <= last && i < size; i++) {
      if (servers.get(i).isUsable()) {
        last = i;
        return servers.get(i);
      }
    }
    return null;
  }

  @Override
  public void serverAdded(ServerList servers) {
    if (last >= 0) {
      last++;
    }
  }

  @Override
  public void serverRemoved(ServerList servers, RealServer removed, int formerIndex) {
    if (formerIndex <= last) {
      last--;
    }
  }
}
