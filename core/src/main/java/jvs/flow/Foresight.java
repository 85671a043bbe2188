package jvs.flow;

import static jvs.flow.ConnectionTable.NONE;

import jvs.wire.EthernetHeader;
import jvs.wire.Memory;

/**
 * Looks at all frames of a burst before the first is processed: finds the connection that each
 * probably belongs to, and touches its memory.
 *
 * <p>So the burst's cache misses overlap instead of following each other: first those of all
 * frames, then of all index entries, then of all slots. Loads that do not depend on each other
 * stand in for the prefetch that Java lacks. What is found is a presumption: nothing depends on it,
 * and frames of unusual form are left to themselves. One thread, the table's worker; allocates
 * nothing.
 */
public final class Foresight {
  private static final int ETHERNET = 14;
  private static final int IPV4_WITHOUT_OPTIONS = 0x45;
  private static final int SHORTEST = ETHERNET + 20 + 8;
  private static final int SHORTEST_V6 = ETHERNET + 40 + 8;
  private static final int GLANCES = 8;
  private static final long NOWHERE = 0;

  private final ConnectionTable table;
  private final FlowHash hash;
  private final FlowIndex index;
  private final long[] frames;
  private final int[] lengths;
  private final long[] homes;
  private final int[] tags;
  private final int[] slots;
  private long touched;

  /** For bursts of at most {@code frames} frames. */
  public Foresight(ConnectionTable table, int frames) {
    this.table = table;
    hash = table.hash();
    index = table.index();
    this.frames = new long[frames];
    lengths = new int[frames];
    homes = new long[frames];
    tags = new int[frames];
    slots = new int[frames];
  }

  /** Frame {@code i} of the burst, of {@code length} bytes, is going to be processed. */
  public void expect(int i, long frame, int length) {
    frames[i] = frame;
    lengths[i] = length;
  }

  /** Looks up frames 0 to {@code count}-1, all of them told of. */
  public void look(int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      hash(i, frames[i], lengths[i]);
    }
    for (int i = 0; i < count; i++) {
      sum += homes[i] == NOWHERE ? 0 : Memory.getLong(homes[i]);
    }
    for (int i = 0; i < count; i++) {
      slots[i] = homes[i] == NOWHERE ? NONE : FlowIndex.glance(homes[i], tags[i], GLANCES);
    }
    for (int i = 0; i < count; i++) {
      sum += slots[i] == NONE ? 0 : touch(slots[i]);
    }
    touched += sum; // or the compiler would leave the loads out
  }

  /** The slot of the connection that frame {@code i} probably belongs to, or NONE. */
  public int slot(int i) {
    return slots[i];
  }

  private void hash(int i, long frame, int length) {
    homes[i] = NOWHERE;
    int type = Memory.u16(frame + ETHERNET - 2);
    int tag;
    if (type == EthernetHeader.IPV4
        && length >= SHORTEST
        && Memory.u8(frame + ETHERNET) == IPV4_WITHOUT_OPTIONS) {
      int protocol = Memory.u8(frame + 23);
      long addresses = Memory.i64(frame + 26);
      int ports = Memory.i32(frame + 34);
      tag =
          hash.of(
              protocol,
              0,
              addresses >>> 32,
              ports >>> 16,
              0,
              addresses & 0xffff_ffffL,
              ports & 0xffff);
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
    tags[i] = tag;
    homes[i] = index.home(tag);
  }

  private long touch(int slot) {
    int flags = Memory.getInt(table.slotAddress(slot) + Connection.FLAGS);
    long sum = flags;
    if ((flags & ConnectionFlags.METHOD_MASK) == ConnectionFlags.FULLNAT) {
      sum += Memory.getLong(table.extrasAddress(slot));
    }
    if ((flags & ConnectionFlags.IPV6) != 0) {
      sum += Memory.getLong(table.extensionAddress(slot));
    }
    return sum;
  }

  @Override
  public String toString() {
    return "touched " + touched;
  }
}
