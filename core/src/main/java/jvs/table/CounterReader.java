package jvs.table;

/** Sums what the workers counted; see jvs.engine.TrafficCounters. Any thread. */
public interface CounterReader {
  /** Connections, in packets, out packets, in bytes, out bytes: the order of the array. */
  int COUNTERS = 5;

  /** Adds up a server's counters into {@code sum}. */
  void readServer(int serverId, long[] sum);

  /** Adds up a service's counters into {@code sum}. */
  void readService(int serviceId, long[] sum);

  /** Adds up packets and bytes of a rule for marks into {@code sum}'s first two. */
  void readMark(int ruleId, long[] sum);

  /** Adds up the counters of everything into {@code sum}. */
  void readTotals(long[] sum);
}
