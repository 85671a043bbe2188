package jvs.sync;

import java.util.List;
import jvs.flow.FlowKey;
import jvs.service.DaemonSpec;
import jvs.wire.Memory;

/**
 * Takes the messages of a master and hands their entries to the workers that own the flows
 * (sync_thread_backup). One thread; the counters are for any.
 */
public final class SyncBackup implements AutoCloseable {
  private final DaemonSpec spec;
  private final List<SyncRing> rings;
  private final FlowOwner owner;
  private final Runnable wakeUp;
  private final SyncMessage message = new SyncMessage();
  private final FlowKey flow = new FlowKey();
  private volatile long received;
  private volatile long malformed;

  /**
   * A backup.
   *
   * @param rings one to each worker
   * @param owner index of the ring for a flow
   * @param wakeUp called when there is something in the rings
   */
  public SyncBackup(DaemonSpec spec, List<SyncRing> rings, FlowOwner owner, Runnable wakeUp) {
    this.spec = spec;
    this.rings = List.copyOf(rings);
    this.owner = owner;
    this.wakeUp = wakeUp;
  }

  /** A datagram came; what is no message for us changes nothing. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
  public void receive(long address, int length) {
    if (!message.wrap(address, length)) {
      malformed++;
      return;
    }
    if (spec.syncId() != 0 && message.syncId() != spec.syncId()) {
      return;
    }
    received++;
    while (message.next()) {
      hand(message.entry());
    }
    wakeUp.run();
  }

  private void hand(SyncEntry entry) {
    if (!entry.isMeaningful()) {
      return;
    }
    entry.key(flow);
    SyncRing ring = rings.get(owner.workerOf(flow));
    long to = ring.claim(entry.length(), SyncRing.CAPACITY);
    if (to != 0) {
      Memory.copy(entry.address(), to, entry.length());
      ring.publish();
    }
  }

  /** Messages that were believed. */
  public long received() {
    return received;
  }

  /** Datagrams that were no messages. */
  public long malformed() {
    return malformed;
  }

  /** Frees its memory; nothing is received any more. */
  @Override
  public void close() {
    message.close();
  }
}
