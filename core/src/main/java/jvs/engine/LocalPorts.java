package jvs.engine;

import java.util.List;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.wire.DropReason;
import jvs.wire.IpAddress;

/**
 * Finds the director's own end for new FULLNAT connections: an address of the service's pool and a
 * port, free towards the server.
 *
 * <p>No list of free ports is kept: a port is taken as long as the worker's connection table has a
 * connection with it to the same server, TIME_WAIT included. A worker uses only the ports that the
 * fanout program steers to it ({@link jvs.port.FanoutProgram}), so workers share nothing. One
 * thread, its worker's.
 */
final class LocalPorts {
  /** Lowest port. */
  static final int FIRST = 1024;

  /** Highest port: below those that Linux gives the host's own connections. */
  static final int LAST = 32767;

  // With hardly a port free, finding one may take so many connections' attempts, but no attempt
  // takes longer than this.
  private static final int PROBES = 1024;

  private final ConnectionTable table;
  private final int worker;
  private final FlowKey key = new FlowKey();
  private long next;
  private long high;
  private long low;
  private int port;

  LocalPorts(ConnectionTable table, int worker, long seed) {
    this.table = table;
    this.worker = worker;
    next = seed & Integer.MAX_VALUE;
  }

  /**
   * Finds an end for the connection that {@code flow} opens. Addresses take turns.
   *
   * @param workers how many share the ports
   * @return 0, or the code of the reason why there is none
   */
  int find(
      FlowKey flow,
      List<IpAddress> addresses,
      int workers,
      long serverHigh,
      long serverLow,
      int serverPort) {
    int count = addresses.size();
    if (count == 0) {
      return DropReason.NO_LOCAL_ADDRESS.code();
    }
    int first = FIRST + Math.floorMod(worker - FIRST, workers);
    int ports = (LAST - first) / workers + 1;
    long probes = Math.min(PROBES, (long) count * ports);
    for (int i = 0; i < probes; i++) {
      long place = next++ & Long.MAX_VALUE;
      IpAddress address = addresses.get((int) (place % count));
      high = address.high();
      low = address.low();
      port = first + (int) (place / count % ports) * workers;
      key.set(flow.isV6(), flow.protocol(), high, low, port, serverHigh, serverLow, serverPort);
      if (table.findReply(key) == ConnectionTable.NONE) {
        return 0;
      }
    }
    return DropReason.NO_LOCAL_PORT.code();
  }

  /** First half of the address found, 0 for IPv4. */
  long high() {
    return high;
  }

  /** Second half of the address found; IPv4 in the low 32 bits. */
  long low() {
    return low;
  }

  /** The port found. */
  int port() {
    return port;
  }
}
