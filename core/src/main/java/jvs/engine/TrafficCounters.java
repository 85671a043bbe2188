package jvs.engine;

import jvs.linux.Mapping;
import jvs.service.MarkHits;
import jvs.table.CounterReader;
import jvs.table.ServiceTable;
import jvs.wire.Memory;

/**
 * One worker's packets and bytes by server, by service and in all (struct ip_vs_kstats).
 *
 * <p>The worker writes, any thread reads. Memory is committed as numbers come into use.
 */
public final class TrafficCounters implements AutoCloseable {
  private static final int BLOCK_BYTES = 64;
  private static final int CONNECTIONS = 0;
  private static final int IN_PACKETS = 8;
  private static final int OUT_PACKETS = 16;
  private static final int IN_BYTES = 24;
  private static final int OUT_BYTES = 32;

  private final Mapping servers = new Mapping((long) ServiceTable.MAX_SERVERS * BLOCK_BYTES);
  private final Mapping services = new Mapping((long) ServiceTable.MAX_SERVICES * BLOCK_BYTES);
  private final Mapping totals = new Mapping(BLOCK_BYTES);
  private final MarkHits markHits = new MarkHits();

  /** Packets and bytes by rule for marks. */
  MarkHits markHits() {
    return markHits;
  }

  /** A connection was scheduled. */
  void connection(int serverId, int serviceId) {
    add(CONNECTIONS, serverId, serviceId, 1);
  }

  /** A request of {@code bytes} IP bytes goes to a server. */
  void request(int serverId, int serviceId, int bytes) {
    add(IN_PACKETS, serverId, serviceId, 1);
    add(IN_BYTES, serverId, serviceId, bytes);
  }

  /** A reply of {@code bytes} IP bytes goes to a client. */
  void reply(int serverId, int serviceId, int bytes) {
    add(OUT_PACKETS, serverId, serviceId, 1);
    add(OUT_BYTES, serverId, serviceId, bytes);
  }

  private void add(int counter, int serverId, int serviceId, long delta) {
    if (serverId < 0) {
      return; // synchronised, and its service is not here
    }
    Memory.addLongOpaque(servers.address() + (long) serverId * BLOCK_BYTES + counter, delta);
    Memory.addLongOpaque(services.address() + (long) serviceId * BLOCK_BYTES + counter, delta);
    Memory.addLongOpaque(totals.address() + counter, delta);
  }

  void addServer(int serverId, long[] sum) {
    addBlock(servers.address() + (long) serverId * BLOCK_BYTES, sum);
  }

  void addService(int serviceId, long[] sum) {
    addBlock(services.address() + (long) serviceId * BLOCK_BYTES, sum);
  }

  void addTotals(long[] sum) {
    addBlock(totals.address(), sum);
  }

  private static void addBlock(long address, long[] sum) {
    for (int i = 0; i < CounterReader.COUNTERS; i++) {
      sum[i] += Memory.getLongOpaque(address + i * 8L);
    }
  }

  @Override
  public void close() {
    servers.close();
    services.close();
    totals.close();
  }
}
