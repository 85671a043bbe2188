package jvs.flow;

import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * Finds slots of a {@link ConnectionTable} by the hash of a flow: entries of 8 bytes, linear
 * probing, at most 4/7 full.
 *
 * <pre>
 *   entry   63..32 tag: the flow's hash    31..1 slot + 1    0 direction
 * </pre>
 *
 * <p>Deletion closes the gap, so that no probe ever meets a tombstone. The table's worker only.
 */
final class FlowIndex implements AutoCloseable {
  /** Most entries that are looked at for a packet. */
  static final int PROBES = 256;

  /** Size of an entry. */
  static final int ENTRY_BYTES = 8;

  /** Direction of the entry that requests are found by. */
  static final int REQUEST = 0;

  /** Direction of the entry that translated replies are found by. */
  static final int REPLY = 1;

  private static final long LOW_32 = 0xffff_ffffL;

  private final Mapping mapping;
  private final long address;
  private final long homes;

  /** An index of two entries for each of {@code capacity} connections. */
  FlowIndex(int capacity) {
    homes = Math.max(64, capacity * 7L / 2);
    mapping = new Mapping(bytes());
    address = mapping.address();
  }

  /** Memory, in bytes. */
  long bytes() {
    return ENTRY_BYTES * (homes + PROBES + 1);
  }

  /** Where entries with this hash begin; the last homes have {@link #PROBES} more behind them. */
  long home(int tag) {
    return address + ((tag & LOW_32) * homes >>> 32) * ENTRY_BYTES;
  }

  /** Slot of the first entry with this hash among a few, or {@link ConnectionTable#NONE}. */
  static int glance(long home, int tag, int entries) {
    for (long at = home; at < home + (long) entries * ENTRY_BYTES; at += ENTRY_BYTES) {
      long entry = Memory.getLong(at);
      if (tagOf(entry) == tag) {
        return slotOf(entry);
      }
    }
    return ConnectionTable.NONE;
  }

  /** How many entries are looked at to find one with this hash, or that there is none. */
  int probes(int tag) {
    long home = home(tag);
    long at = home;
    while (Memory.getLong(at) != 0 && tagOf(Memory.getLong(at)) != tag) {
      at += ENTRY_BYTES;
    }
    return (int) ((at - home) / ENTRY_BYTES) + 1;
  }

  /** Puts an entry in, or leaves it out if there is no place near its home. */
  void insert(int tag, int slot, int direction) {
    long at = home(tag);
    long end = at + PROBES * ENTRY_BYTES;
    while (at < end && Memory.getLong(at) != 0) {
      at += ENTRY_BYTES;
    }
    if (at < end) {
      Memory.putLong(at, entry(tag, slot, direction));
    }
  }

  /** Takes an entry out, if it is there, and closes the gap. */
  void remove(int tag, int slot, int direction) {
    long wanted = entry(tag, slot, direction);
    long gap = home(tag);
    long end = gap + PROBES * ENTRY_BYTES;
    while (gap < end && Memory.getLong(gap) != wanted) {
      gap += ENTRY_BYTES;
    }
    if (gap == end) {
      return;
    }
    for (long at = gap + ENTRY_BYTES; Memory.getLong(at) != 0; at += ENTRY_BYTES) {
      long entry = Memory.getLong(at);
      if (home(tagOf(entry)) <= gap) {
        Memory.putLong(gap, entry);
        gap = at;
      }
    }
    Memory.putLong(gap, 0);
  }

  private static long entry(int tag, int slot, int direction) {
    return (long) tag << 32 | (long) (slot + 1) << 1 | direction;
  }

  static int tagOf(long entry) {
    return (int) (entry >>> 32);
  }

  static int slotOf(long entry) {
    return ((int) entry >>> 1) - 1;
  }

  static boolean isReply(long entry) {
    return (entry & 1) == REPLY;
  }

  /** Commits its memory. Any thread. */
  void populate() {
    mapping.populate();
  }

  @Override
  public void close() {
    mapping.close();
  }
}
