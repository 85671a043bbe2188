package jvs.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jvs.flow.ConnectionTable;
import jvs.flow.ProtocolTimeouts;
import jvs.flow.TimingWheel;
import jvs.port.PacketPort;
import jvs.route.RouteCache;
import jvs.service.Settings;
import jvs.spi.Forwarder;
import jvs.sync.FlowOwner;
import org.jspecify.annotations.Nullable;

/** A director's workers: how they are made, and what is summed up over them. Any thread. */
final class Workers implements Iterable<Worker>, AutoCloseable {
  private final List<Worker> all = new CopyOnWriteArrayList<>();
  private final List<HandOver> handOvers = new CopyOnWriteArrayList<>();
  private final DirectorOptions options;
  private final Settings settings;
  private final ProtocolTimeouts timeouts;
  private final @Nullable Forwarder[] forwarders;
  private final WorkerSums traffic;
  private final LongSupplier clock;

  Workers(
      DirectorOptions options,
      Settings settings,
      ProtocolTimeouts timeouts,
      @Nullable Forwarder[] forwarders,
      WorkerSums traffic,
      LongSupplier clock) {
    this.options = options;
    this.settings = settings;
    this.timeouts = timeouts;
    this.forwarders = forwarders.clone();
    this.traffic = traffic;
    this.clock = clock;
  }

  /** Makes a worker over its own ports. */
  Worker add(
      RouteCache routes,
      Templates templates,
      RealServers servers,
      SyncDaemons sync,
      Supplier<Snapshot> snapshots,
      PacketPort... ports) {
    String name = "worker-" + all.size();
    ConnectionTable table =
        new ConnectionTable(
            options.tables().open(name, options.connections(), 0), options.seed() + all.size());
    TimingWheel wheel = new TimingWheel(table, clock.getAsLong());
    TrafficCounters counts = new TrafficCounters();
    Outbound out = new Outbound(ports, routes);
    HandOver handOver = HandOver.addTo(handOvers);
    Pipeline pipeline =
        new Pipeline(
            table,
            wheel,
            servers,
            templates,
            forwarders,
            timeouts,
            settings,
            counts,
            out,
            new ArpResponder(routes.neighbours(), out),
            new LocalPorts(table, all.size(), options.seed()),
            sync,
            handOver);
    pipeline.takeOver(clock.getAsLong());
    Worker worker =
        new Worker(ports, pipeline, table, out, new FrameCounters(), handOver, snapshots, clock);
    handOver.wakeBy(worker::wakeUp);
    traffic.add(counts);
    all.add(worker);
    return worker;
  }

  /** Whose flows are, for what the kernel brings to the wrong worker. */
  void flowsBelongTo(FlowOwner owner) {
    handOvers.forEach(handOver -> handOver.ownedBy(owner));
  }

  int size() {
    return all.size();
  }

  void wakeUp() {
    all.forEach(Worker::wakeUp);
  }

  List<ConnectionTable> tables() {
    return all.stream().map(Worker::table).toList();
  }

  /** Room in the fullest worker's connection table. */
  long freeConnections() {
    return all.stream()
        .mapToLong(worker -> worker.table().capacity() - worker.table().size())
        .min()
        .orElse(0);
  }

  /** Sums of the frame counters by label. */
  Map<String, Long> frameCounters() {
    Map<String, Long> sums = new LinkedHashMap<>();
    all.forEach(worker -> worker.counters().addTo(sums));
    return sums;
  }

  /** What ports lost, which is in no frame counter: before the pipeline and after it. */
  Map<String, Long> portCounters() {
    long overruns = 0;
    long truncated = 0;
    long errors = 0;
    for (Worker worker : all) {
      for (PacketPort port : worker.ports()) {
        overruns += port.receiveOverruns();
        truncated += port.receiveTruncated();
        errors += port.sendErrors();
      }
    }
    return Map.of(
        "port_overruns", overruns, "port_truncated", truncated, "port_send_errors", errors);
  }

  /** The last frames on which the pipelines failed. */
  List<FailedFrame> failedFrames() {
    List<FailedFrame> frames = new ArrayList<>();
    all.forEach(worker -> worker.failedFrames().copyTo(frames));
    return frames;
  }

  @Override
  public Iterator<Worker> iterator() {
    return all.iterator();
  }

  /** Closes them and their memory; nobody runs any more. */
  @Override
  public void close() {
    all.forEach(Worker::close);
    all.clear();
  }
}
