package jvs.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import jvs.flow.ConnectionTable;
import jvs.flow.Foresight;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.DropReason;

/**
 * An agent that takes frames from its ports to their verdicts, run to completion, one burst after
 * the other.
 *
 * <p>{@link #doWork()} is one duty cycle; {@link #run()} repeats it and, when there is nothing to
 * do, blocks in poll(2) until frames arrive, the control plane wakes it or timers are due; under
 * load it naps instead, so that bursts gather. One thread; {@link #stop()} and {@link #wakeUp()}
 * from any.
 */
public final class Worker implements Runnable, AutoCloseable {
  private static final int BURST = 64;
  private static final int FEW = BURST / 2;
  private static final long NAP_NANOS = 100_000; // and half as much again of timer slack
  private static final int IDLE_MILLIS = 250;
  private static final int PENDING_MILLIS = 20;

  private final PacketPort[] ports;
  private final Pipeline pipeline;
  private final ConnectionTable table;
  private final Outbound outbound;
  private final FrameCounters counters;
  private final HandOver handOver;
  private final Supplier<Snapshot> snapshots;
  private final LongSupplier clock;
  private final FrameBatch batch = new FrameBatch(BURST);
  private final Foresight foresight;
  private final Load load = new Load();
  private final FailedFrames failed = new FailedFrames();
  private final WakeUp wakeUp = new WakeUp();
  private final Poller poller;
  private final int wakeUpIndex;
  private final AtomicLong cycles = new AtomicLong();
  private Snapshot snapshot = Snapshot.EMPTY;
  private volatile boolean isRunning = true;

  /** A worker over its own ports and pipeline that follows {@code snapshots}. */
  Worker(
      PacketPort[] ports,
      Pipeline pipeline,
      ConnectionTable table,
      Outbound outbound,
      FrameCounters counters,
      HandOver handOver,
      Supplier<Snapshot> snapshots,
      LongSupplier clock) {
    this.ports = ports.clone();
    this.pipeline = pipeline;
    this.table = table;
    this.outbound = outbound;
    this.counters = counters;
    this.handOver = handOver;
    this.snapshots = snapshots;
    this.clock = clock;
    foresight = new Foresight(table, BURST);
    poller = new Poller(ports.length + 1);
    wakeUpIndex = poller.add(wakeUp.fileDescriptor());
    for (PacketPort port : ports) {
      if (port.fileDescriptor() >= 0) {
        poller.add(port.fileDescriptor());
      }
    }
  }

  /** Its connections; other threads read them under their stamps. */
  public ConnectionTable table() {
    return table;
  }

  /** Its frame counters. */
  public FrameCounters counters() {
    return counters;
  }

  /** Duty cycles so far, at least three a second while it lives. Any thread. */
  public long cycles() {
    return cycles.getOpaque();
  }

  /** Frames on which its pipeline failed; other threads read them. */
  FailedFrames failedFrames() {
    return failed;
  }

  /** Its ports. */
  public PacketPort[] ports() {
    return ports.clone();
  }

  /** Tells {@code listener} of connections before their first packet. Before the first cycle. */
  public void announceTo(ExpectedConnections listener) {
    pipeline.announceTo(listener);
  }

  /** One duty cycle: a burst from every port, waiting frames, timers. Returns the work done. */
  @SuppressWarnings("ReferenceEquality") // every publication is another object
  public int doWork() {
    long nowMillis = clock.getAsLong();
    Snapshot latest = snapshots.get();
    if (latest != snapshot) {
      snapshot = latest;
      pipeline.follow(latest, nowMillis);
    }
    cycles.setOpaque(cycles.getPlain() + 1);
    int work = 0;
    for (PacketPort port : ports) {
      work += receive(port, nowMillis);
    }
    load.count(work, nowMillis);
    work += receiveHanded(nowMillis);
    work += outbound.retryPending(nowMillis, counters);
    return work + pipeline.expire(nowMillis);
  }

  private int receive(PacketPort port, long nowMillis) {
    batch.clear();
    int received = port.receive(batch);
    if (received == 0) {
      return 0;
    }
    for (int i = 0; i < received; i++) {
      foresight.expect(i, batch.address(i), batch.length(i));
    }
    foresight.look(received);
    int linkIndex = port.linkIndex();
    int forwarded = 0;
    for (int i = 0; i < received; i++) {
      pipeline.presume(foresight.slot(i));
      int verdict = process(batch.address(i), batch.length(i), linkIndex, nowMillis);
      if (verdict == Verdict.FORWARDED) {
        forwarded++;
      } else {
        counters.ended(verdict);
      }
    }
    counters.received(received);
    counters.forwarded(forwarded);
    pipeline.settle();
    outbound.flush();
    port.release();
    return received;
  }

  /** What other workers handed over; they have counted it as received. */
  private int receiveHanded(long nowMillis) {
    int work = 0;
    HandOver.Handed handed = handOver.poll();
    while (handed != null) {
      counters.ended(process(handed, nowMillis));
      pipeline.settle();
      outbound.flush();
      handed.giveBack();
      work++;
      handed = work < BURST ? handOver.poll() : null;
    }
    return work;
  }

  private int process(HandOver.Handed handed, long nowMillis) {
    try {
      return pipeline.process(handed, nowMillis);
    } catch (RuntimeException e) {
      failed.keep(handed.address(), handed.length(), System.currentTimeMillis() * 1000);
      return DropReason.INTERNAL_ERROR.code();
    }
  }

  /** A bug in the pipeline costs the frame, not the worker. */
  private int process(long address, int length, int linkIndex, long nowMillis) {
    try {
      return pipeline.process(address, length, linkIndex, nowMillis);
    } catch (RuntimeException e) {
      failed.keep(address, length, System.currentTimeMillis() * 1000);
      return DropReason.INTERNAL_ERROR.code();
    }
  }

  @Override
  public void run() {
    while (isRunning) {
      workAndWait();
    }
  }

  /** Apart from the loop, which stays interpreted until it has run some ten thousand times. */
  private void workAndWait() {
    int work = doWork();
    if (work > FEW) {
      return;
    }
    if (load.isHigh()) {
      // Nobody waits on the sockets meanwhile, so that no frame has to wake anybody.
      LockSupport.parkNanos(NAP_NANOS);
      load.napped();
    } else if (work == 0) { // at once: a frame just sent may have woken somebody on this processor
      poller.poll(outbound.hasPending() ? PENDING_MILLIS : IDLE_MILLIS);
      if (poller.isReady(wakeUpIndex)) {
        wakeUp.drain();
      }
    }
  }

  /** Makes a blocked worker look at its snapshot. Any thread. */
  public void wakeUp() {
    wakeUp.signal();
  }

  /** Makes {@link #run()} return soon. Any thread. */
  public void stop() {
    isRunning = false;
    wakeUp.signal();
  }

  /** Releases ports and memory; the worker does not run any more. */
  @Override
  public void close() {
    for (PacketPort port : ports) {
      port.close();
    }
    failed.close();
    pipeline.close();
    handOver.close();
    outbound.close();
    table.close();
    poller.close();
    wakeUp.close();
  }
}
