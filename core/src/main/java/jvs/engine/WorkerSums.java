package jvs.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import jvs.service.Statistics;
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
  public void readMark(int ruleId, long[] sum) {
    traffic.forEach(counters -> counters.markHits().addTo(ruleId, sum));
  }

  @Override
  public void readTotals(long[] sum) {
    traffic.forEach(counters -> counters.addTotals(sum));
  }

  /** Those of each worker, without rates. */
  List<Statistics> each() {
    List<Statistics> each = new ArrayList<>();
    for (TrafficCounters counters : traffic) {
      long[] sum = new long[COUNTERS];
      counters.addTotals(sum);
      each.add(new Statistics(sum[0], sum[1], sum[2], sum[3], sum[4], 0, 0, 0, 0, 0));
    }
    return each;
  }

  @Override
  public void close() {
    traffic.forEach(TrafficCounters::close);
    traffic.clear();
  }
}
