package jvs.flow;

import static jvs.flow.ConnectionTable.NONE;

import jvs.wire.EthernetHeader;
import jvs.wire.Memory;

/**
 * Looks at all frames of a burst before the first is processed: finds the connection that each
 * probably belongs to, and touches its memory.
 *
 * <p>So the burst's cache misses overlap instead of following each other: first those of all index
 * entries, then of all slots, then of what some connections have beside their slots. Loads that do
 * not depend on each other stand in for the prefetch that Java lacks. A processor looks some 250
 * instructions ahead, so the loops that miss do nothing but load: no decision, no other memory.
 * What is found is a presumption: nothing depends on it, and frames of unusual form are left to
 * themselves. One thread, the table's worker; allocates nothing.
 */
public final class Foresight {
  private static final int ETHERNET = 14;
  private static final int IPV4_WITHOUT_OPTIONS = 0x45;
  private static final int SHORTEST = ETHERNET + 20 + 8;
  private static final int SHORTEST_V6 = ETHERNET + 40 + 8;
  private static final int GLANCES = 8;

  private final ConnectionTable table;
  private final FlowHash hash;
  private final FlowIndex index;
  private final long nowhere;
  private final int[] tags;
  private final int[] slots;
  private final long[] homes;
  private final long[] lines;
  private long touched;

  /** For bursts of at most {@code frames} frames. */
  public Foresight(ConnectionTable table, int frames) {
    this.table = table;
    hash = table.hash();
    index = table.index();
    nowhere = table.slotAddress(0);
    tags = new int[frames];
    slots = new int[frames];
    homes = new long[frames];
    lines = new long[frames];
  }

  /** Frame {@code i} of the burst, of {@code length} bytes, is going to be processed. */
  public void expect(int i, long frame, int length) {
    int type = Memory.u16(frame + ETHERNET - 2);
    if (type == EthernetHeader.IPV4
        && length >= SHORTEST
        && Memory.u8(frame + ETHERNET) == IPV4_WITHOUT_OPTIONS) {
      expectTag(i, ofV4(frame));
    } else if (type == EthernetHeader.IPV6 && length >= SHORTEST_V6) {
      expectTag(i, ofV6(frame));
    } else {
      homes[i] = nowhere;
    }
  }

  private void expectTag(int i, int tag) {
    tags[i] = tag;
    homes[i] = index.home(tag);
  }

  private int ofV4(long frame) {
    long addresses = Memory.i64(frame + 26);
    int ports = Memory.i32(frame + 34);
    return hash.of(
        Memory.u8(frame + 23),
        0,
        addresses >>> 32,
        ports >>> 16,
        0,
        addresses & 0xffff_ffffL,
        ports & 0xffff);
  }

  private int ofV6(long frame) {
    int ports = Memory.i32(frame + 54);
    return hash.of(
        Memory.u8(frame + 20),
        Memory.i64(frame + 22),
        Memory.i64(frame + 30),
        ports >>> 16,
        Memory.i64(frame + 38),
        Memory.i64(frame + 46),
        ports & 0xffff);
  }

  /** Looks up frames 0 to {@code count}-1, all of them told of. */
  public void look(int count) {
    long sum = touch(homes, count);
    for (int i = 0; i < count; i++) {
      int slot = homes[i] == nowhere ? NONE : FlowIndex.glance(homes[i], tags[i], GLANCES);
      slots[i] = slot;
      lines[i] = slot == NONE ? nowhere : table.slotAddress(slot);
    }
    sum += touch(lines, count);
    for (int i = 0; i < count; i++) {
      sum += slots[i] == NONE ? 0 : touchMore(slots[i]);
    }
    touched += sum; // or the compiler would leave the loads out
  }

  private static long touch(long[] addresses, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Memory.getLong(addresses[i]);
    }
    return sum;
  }

  /** What lies beside the slot, which is at hand by now. */
  private long touchMore(int slot) {
    int flags = Memory.getInt(table.slotAddress(slot) + Connection.FLAGS);
    long sum = 0;
    if ((flags & ConnectionFlags.METHOD_MASK) == ConnectionFlags.FULLNAT) {
      sum += Memory.getLong(table.extrasAddress(slot));
    }
    if ((flags & ConnectionFlags.IPV6) != 0) {
      sum += Memory.getLong(table.extensionAddress(slot));
    }
    return sum;
  }

  /** The slot of the connection that frame {@code i} probably belongs to, or NONE. */
  public int slot(int i) {
    return slots[i];
  }

  @Override
  public String toString() {
    return "touched " + touched;
  }
}
