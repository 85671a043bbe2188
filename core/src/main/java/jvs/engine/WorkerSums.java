package jvs.engine;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jvs.table.CounterReader;

/** The traffic counters of all workers together. Any thread. */
final class WorkerSums implements CounterReader, AutoCloseable {
  private final List<TrafficCounters> traffic = new CopyOnWriteArrayList<>();

  void add(TrafficCounters counters) {
    traffic.add(counters);
  }

  @Override
  public void readServer(int serverId, long[] sum) {
    traffic.forEach(counters -> counters.addServer(serverId, sum));
  }

  @Override
  public void readService(int serviceId, long[] sum) {
    traffic.forEach(counters -> counters.addService(serviceId, sum));
  }

  @Override
  public void readTotals(long[] sum) {
    traffic.forEach(counters -> counters.addTotals(sum));
  }

  @Override
  public void close() {
    traffic.forEach(TrafficCounters::close);
    traffic.clear();
  }
}
