package jvs.sync;

import java.util.List;
import jvs.service.DaemonSpec;
import jvs.service.Settings;

/**
 * Packs what the workers say about connections into messages and sends them (sync_thread_master).
 *
 * <p>One thread. Differs from IPVS: a message waits for company 200 ms and not 2 s, so that a
 * backup knows sooner.
 */
public final class SyncMaster implements AutoCloseable {
  /** How long the first entry of a message may wait for others. */
  public static final int FLUSH_MILLIS = 200;

  private final DaemonSpec spec;
  private final Settings settings;
  private final List<SyncRing> rings;
  private final SyncCounts counts;
  private final SyncPacker[] packers;
  private final SyncEntry entry = new SyncEntry();

  /**
   * A master over the workers' rings that sends to {@code ports} ports, a power of two, and counts
   * what it sends.
   */
  public SyncMaster(
      DaemonSpec spec, int ports, Settings settings, List<SyncRing> rings, SyncCounts counts) {
    this.spec = spec;
    this.settings = settings;
    this.rings = List.copyOf(rings);
    this.counts = counts;
    packers = new SyncPacker[ports];
    for (int i = 0; i < ports; i++) {
      packers[i] = new SyncPacker(spec.maxLength());
    }
  }

  /** Sends what is full or has waited long enough; returns how many entries came. */
  public int drain(long nowMillis, SyncTransport transport) {
    int entries = 0;
    for (SyncRing ring : rings) {
      for (long at = ring.next(); at != 0; at = ring.next()) {
        pack(at, nowMillis, transport);
        ring.release();
        entries++;
      }
    }
    for (int port = 0; port < packers.length; port++) {
      if (nowMillis - packers[port].sinceMillis() >= FLUSH_MILLIS) {
        send(port, transport);
      }
    }
    return entries;
  }

  private void pack(long at, long nowMillis, SyncTransport transport) {
    entry.wrapChecked(at);
    int version = settings.syncVersion;
    if (version == 0 && entry.isV6()) {
      return;
    }
    int port = entry.mixed() >>> 16 & packers.length - 1;
    SyncPacker packer = packers[port];
    if (packer.isEmpty()) {
      packer.begin(version, nowMillis);
    }
    if (!packer.add(entry, version, spec.maxLength())) {
      send(port, transport);
      packer.begin(version, nowMillis);
      packer.add(entry, version, spec.maxLength());
    }
  }

  private void send(int port, SyncTransport transport) {
    SyncPacker packer = packers[port];
    if (!packer.isEmpty()) {
      counts.sent(transport.send(port, packer.address(), packer.finish(spec.syncId())));
      packer.begin(settings.syncVersion, 0);
    }
  }

  /** Frees its memory; it is not drained any more. */
  @Override
  public void close() {
    for (SyncPacker packer : packers) {
      packer.close();
    }
  }
}
