package jvs.engine;

import jvs.linux.Mapping;
import jvs.service.MarkHits;
import jvs.table.CounterReader;
import jvs.table.ServiceTable;
import jvs.wire.Memory;

/**
 * One worker's packets and bytes by server, by service and in all (struct ip_vs_kstats).
 *
 * <p>The worker writes, any thread reads. Memory is committed as numbers come into use. A number
 * below 0 is that of a synchronised connection whose service is not here; it counts nowhere.
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
  // What came since the last settlement, all of it for one service.
  private int present;
  private long inPackets;
  private long inBytes;
  private long outPackets;
  private long outBytes;
  private final MarkHits markHits = new MarkHits();

  /** Packets and bytes by rule for marks. */
  MarkHits markHits() {
    return markHits;
  }

  /** A connection was scheduled. */
  void connection(int serverId, int serviceId) {
    add(server(serverId) + CONNECTIONS, 1);
    add(service(serviceId) + CONNECTIONS, 1);
    add(totals.address() + CONNECTIONS, 1);
  }

  /** A request of {@code bytes} IP bytes goes to a server. */
  void request(int serverId, int serviceId, int bytes) {
    if (serverId >= 0) {
      add(server(serverId) + IN_PACKETS, 1);
      add(server(serverId) + IN_BYTES, bytes);
      turnTo(serviceId);
      inPackets++;
      inBytes += bytes;
    }
  }

  /** A reply of {@code bytes} IP bytes goes to a client. */
  void reply(int serverId, int serviceId, int bytes) {
    if (serverId >= 0) {
      add(server(serverId) + OUT_PACKETS, 1);
      add(server(serverId) + OUT_BYTES, bytes);
      turnTo(serviceId);
      outPackets++;
      outBytes += bytes;
    }
  }

  private void turnTo(int serviceId) {
    if (serviceId != present) {
      settle();
      present = serviceId;
    }
  }

  /** Adds what is not yet in the counters of its service and in the totals. */
  void settle() {
    settle(service(present));
    settle(totals.address());
    inPackets = 0;
    inBytes = 0;
    outPackets = 0;
    outBytes = 0;
  }

  private void settle(long block) {
    add(block + IN_PACKETS, inPackets);
    add(block + IN_BYTES, inBytes);
    add(block + OUT_PACKETS, outPackets);
    add(block + OUT_BYTES, outBytes);
  }

  private static void add(long counter, long delta) {
    Memory.addLongOpaque(counter, delta);
  }

  private long server(int id) {
    return servers.address() + (long) id * BLOCK_BYTES;
  }

  private long service(int id) {
    return services.address() + (long) id * BLOCK_BYTES;
  }

  void addServer(int serverId, long[] sum) {
    addBlock(server(serverId), sum);
  }

  void addService(int serviceId, long[] sum) {
    addBlock(service(serviceId), sum);
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
