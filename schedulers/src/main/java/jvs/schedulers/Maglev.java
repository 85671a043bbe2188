package jvs.schedulers;

import java.util.Arrays;
import java.util.function.IntSupplier;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.service.ServiceSpec;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * {@code mh}: Maglev hashing of the client's address, with {@code mh-port} also of its port. A
 * server that comes or goes moves few clients of the others.
 *
 * <p>Mirrors ip_vs_mh.c. The table is made for the last weights that were not 0, so quiescing a
 * server moves nobody: its clients have no service, or with {@code mh-fallback} that of another
 * slot. With more servers than slots the table stays as it was.
 */
final class Maglev implements Scheduler {
  /** Table sizes for the indices 8 to 17. */
  private static final int[] PRIMES = {
    251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 131071
  };

  private static final long SLOT_KEY = 2_654_435_761L;
  private static final long SKIP_KEY = 2_654_446_892L;

  private final IntSupplier flags;

  /** Bits of a weight that count (IP_VS_MH_TAB_BITS). */
  private final int weightBits;

  private final @Nullable RealServer[] slots;

  Maglev(SchedulerContext context, ServerList servers) {
    this.flags = context.flags();
    this.weightBits = context.maglevIndex() / 2;
    this.slots = new RealServer[PRIMES[context.maglevIndex() - 8]];
    if (servers.size() > slots.length) {
      throw new IllegalArgumentException(
          servers.size() + " servers, expected at most " + slots.length);
    }
    assign(servers);
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    int value = flow.clientFolded() + (has(ServiceSpec.SCHED_2) ? flow.clientPort() : 0);
    int hash = slotOf(value);
    RealServer server = slots[hash];
    if (server == null || isUsable(server)) {
      return server;
    }
    return has(ServiceSpec.SCHED_1) ? fallback(value, hash) : null;
  }

  private @Nullable RealServer fallback(int value, int hash) {
    for (int i = 0; i < slots.length; i++) {
      RealServer server = slots[slotOf((i + hash) % slots.length + value)];
      if (server == null || isUsable(server)) {
        return server;
      }
    }
    return null;
  }

  private static boolean isUsable(RealServer server) {
    return server.isUsable() && server.isAvailable();
  }

  private int slotOf(int value) {
    return Integer.remainderUnsigned(SipHash.of(SLOT_KEY, value), slots.length);
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

  /** Deals out the slots: in each round a server takes its turns, each the next free of its own. */
  private void assign(ServerList servers) {
    int count = servers.size();
    if (count > slots.length) {
      return;
    }
    Arrays.fill(slots, null);
    int[] turns = turns(servers);
    if (turns.length == 0) {
      return;
    }
    int[] cursor = new int[count];
    int[] skip = new int[count];
    for (int i = 0; i < count; i++) {
      int value = valueOf(servers.get(i));
      cursor[i] = slotOf(value);
      skip[i] = Integer.remainderUnsigned(SipHash.of(SKIP_KEY, value), slots.length - 1) + 1;
    }
    int filled = 0;
    while (true) {
      for (int i = 0; i < count; i++) {
        for (int turn = 0; turn < turns[i]; turn++) {
          while (slots[cursor[i]] != null) {
            cursor[i] += skip[i];
            cursor[i] -= cursor[i] >= slots.length ? slots.length : 0;
          }
          slots[cursor[i]] = servers.get(i);
          if (++filled == slots.length) {
            return;
          }
        }
      }
    }
  }

  /** Slots of each server in a round; empty if all weights have always been 0. */
  private int[] turns(ServerList servers) {
    int divisor = 0;
    int heaviest = 0;
    for (int i = 0; i < servers.size(); i++) {
      int weight = servers.get(i).lastWeight();
      divisor = GreatestDivisor.of(divisor, weight);
      heaviest = Math.max(heaviest, weight);
    }
    if (heaviest == 0) {
      return new int[0];
    }
    int bits = Integer.SIZE - Integer.numberOfLeadingZeros(heaviest / divisor);
    int shift = Math.max(0, bits - weightBits);
    int[] turns = new int[servers.size()];
    for (int i = 0; i < turns.length; i++) {
      int weight = servers.get(i).lastWeight();
      turns[i] = weight == 0 ? 0 : Math.max(1, (weight / divisor) >> shift);
    }
    return turns;
  }

  /** The kernel folds as the service's family tells, so of a foreign address only one word. */
  private static int valueOf(RealServer server) {
    IpAddress address = server.key().address();
    boolean isForeign = !address.isV4() && server.service().address().isV4();
    int folded = isForeign ? (int) (address.high() >>> 32) : address.folded();
    return folded + server.key().port();
  }

  private boolean has(int flag) {
    return (flags.getAsInt() & flag) != 0;
  }
}
