package jvs.sync;

import java.util.List;
import jvs.flow.FlowKey;
import jvs.service.DaemonSpec;
import jvs.wire.Memory;

/**
 * Takes the messages of a master and hands their entries to the workers that own the flows
 * (sync_thread_backup). One thread.
 */
public final class SyncBackup implements AutoCloseable {
  private final DaemonSpec spec;
  private final List<SyncRing> rings;
  private final FlowOwner owner;
  private final Runnable wakeUp;
  private final SyncMessage message = new SyncMessage();
  private final FlowKey flow = new FlowKey();
  private final SyncCounts counts;

  /**
   * A backup.
   *
   * @param rings one to each worker
   * @param owner index of the ring for a flow
   * @param wakeUp called when there is something in the rings
   * @param counts where it counts
   */
  public SyncBackup(
      DaemonSpec spec, List<SyncRing> rings, FlowOwner owner, Runnable wakeUp, SyncCounts counts) {
    this.spec = spec;
    this.rings = List.copyOf(rings);
    this.owner = owner;
    this.wakeUp = wakeUp;
    this.counts = counts;
  }

  /** A datagram came; what is no message for us changes nothing. */
  public void receive(long address, int length) {
    if (!message.wrap(address, length)) {
      counts.malformed();
      return;
    }
    if (spec.syncId() != 0 && message.syncId() != spec.syncId()) {
      counts.foreign();
      return;
    }
    counts.received();
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

  /** Frees its memory; nothing is received any more. */
  @Override
  public void close() {
    message.close();
  }
}
