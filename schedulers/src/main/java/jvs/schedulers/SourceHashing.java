package jvs.schedulers;

import java.util.function.IntSupplier;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.service.ServiceSpec;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code sh}: the server that the client's address hashes to, with {@code sh-port} also its port.
 *
 * <p>Mirrors ip_vs_sh.c. Servers get runs of slots as long as their weights; one of weight 0 still
 * gets one slot. A slot whose server cannot be used gives no service, or with {@code sh-fallback}
 * that of another slot.
 */
final class SourceHashing implements Scheduler {
  private final IntSupplier flags;
  private final int tableBits;
  private final @Nullable RealServer[] slots;

  SourceHashing(SchedulerContext context, ServerList servers) {
    this.flags = context.flags();
    this.tableBits = context.sourceHashBits();
    this.slots = new RealServer[1 << tableBits];
    assign(servers);
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    int value = flow.clientFolded() + (has(ServiceSpec.SCHED_2) ? flow.clientPort() : 0);
    int hash = GoldenRatioHash.of(value, tableBits);
    RealServer server = slots[hash];
    if (server == null || server.isUsable()) {
      return server;
    }
    return has(ServiceSpec.SCHED_1) ? fallback(hash) : null;
  }

  /** The next usable slot; the kernel adds the hash twice, so the search starts at its double. */
  private @Nullable RealServer fallback(int hash) {
    int mask = slots.length - 1;
    for (int i = 0; i < slots.length; i++) {
      RealServer server = slots[2 * hash + i & mask];
      if (server == null || server.isUsable()) {
        return server;
      }
    }
    return null;
  }

  @Override
  public void serverAdded(ServerList servers) {
    assign(servers);
  }

  @Override
  public void serverRemoved(ServerList servers, RealServer removed, int formerIndex) {
    assign(servers);
  }

  @Override
  public void serverEdited(ServerList servers, RealServer edited) {
    assign(servers);
  }

  private void assign(ServerList servers) {
    int next = 0;
    int run = 0;
    for (int i = 0; i < slots.length; i++) {
      if (servers.size() == 0) {
        slots[i] = null;
        continue;
      }
      RealServer server = servers.get(next);
      slots[i] = server;
      if (++run >= server.weight()) {
        next = (next + 1) % servers.size();
        run = 0;
      }
    }
  }

  private boolean has(int flag) {
    return (flags.getAsInt() & flag) != 0;
  }
}
