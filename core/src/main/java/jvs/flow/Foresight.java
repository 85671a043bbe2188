package jvs.flow;

import jvs.wire.EthernetHeader;
import jvs.wire.Memory;

/**
 * Touches the memory that the frames of a burst are going to need, so that their cache misses
 * overlap instead of following each other: first the index entries of all, then the slots of all.
 *
 * <p>Loads that do not depend on each other stand in for the prefetch that Java lacks. This is
 * advice and nothing depends on it: frames of unusual form are left to themselves. One thread, the
 * table's worker; allocates nothing.
 */
public final class Foresight {
  private static final int ETHERNET = 14;
  private static final int IPV4_WITHOUT_OPTIONS = 0x45;
  private static final int SHORTEST = ETHERNET + 20 + 8;
  private static final int SHORTEST_V6 = ETHERNET + 40 + 8;
  private static final int GLANCES = 8;

  // About a megabyte of slots and index: what a processor's second cache holds.
  private static final int FEWEST_CONNECTIONS = 8192;
  private static final int FEWEST_FRAMES = 4;

  private final ConnectionTable table;
  private final FlowHash hash;
  private final long[] homes;
  private final int[] tags;
  private final int[] slots;
  private int count;
  private long touched;

  /** For bursts of at most {@code frames} frames. */
  public Foresight(ConnectionTable table, int frames) {
    this.table = table;
    hash = table.hash();
    homes = new long[frames];
    tags = new int[frames];
    slots = new int[frames];
  }

  /**
   * Whether the table is too large for the caches near the processor, and the burst not too small.
   */
  public boolean isOfUse(int frames) {
    return frames >= FEWEST_FRAMES && table.size() >= FEWEST_CONNECTIONS;
  }

  /** A frame of {@code length} bytes is going to be processed. */
  public void expect(long frame, int length) {
    int type = Memory.u16(frame + ETHERNET - 2);
    int tag;
    if (type == EthernetHeader.IPV4
        && length >= SHORTEST
        && Memory.u8(frame + ETHERNET) == IPV4_WITHOUT_OPTIONS) {
      int protocol = Memory.u8(frame + 23);
      long source = Memory.u32(frame + 26);
      long destination = Memory.u32(frame + 30);
      int ports = Memory.i32(frame + 34);
      tag = hash.of(protocol, 0, source, ports >>> 16, 0, destination, ports & 0xffff);
    } else if (type == EthernetHeader.IPV6 && length >= SHORTEST_V6) {
      int protocol = Memory.u8(frame + 20);
      int ports = Memory.i32(frame + 54);
      tag =
          hash.of(
              protocol,
              Memory.i64(frame + 22),
              Memory.i64(frame + 30),
              ports >>> 16,
              Memory.i64(frame + 38),
              Memory.i64(frame + 46),
              ports & 0xffff);
    } else {
      return;
    }
    tags[count] = tag;
    homes[count] = table.home(tag);
    count++;
  }

  /** The frames told so far come next. */
  public void touch() {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Memory.getLong(homes[i]);
    }
    for (int i = 0; i < count; i++) {
      slots[i] = table.glance(homes[i], tags[i], GLANCES);
    }
    for (int i = 0; i < count; i++) {
      if (slots[i] != ConnectionTable.NONE) {
        int flags = Memory.getInt(table.slotAddress(slots[i]) + Connection.FLAGS);
        sum += flags;
        if ((flags & ConnectionFlags.METHOD_MASK) == ConnectionFlags.FULLNAT) {
          sum += Memory.getLong(table.extrasAddress(slots[i]));
        }
        if ((flags & ConnectionFlags.IPV6) != 0) {
          sum += Memory.getLong(table.extensionAddress(slots[i]));
        }
      }
    }
    touched += sum; // or the compiler would leave the loads out
    count = 0;
  }

  @Override
  public String toString() {
    return "touched " + touched;
  }
}
