package jvs.engine;

import java.util.Arrays;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Finds the templates of the engine {@code sip}: by Call-ID beside the client and the virtual
 * endpoint (ip_vs_sip_ct_match).
 *
 * <p>Chains through arrays by slot. Guarded by the gate of {@link Templates}; only {@link #callId}
 * may be called under a slot's stamp. Takes no memory until it is used, and a template's Call-ID is
 * the only thing that a new one allocates. The table's labels hold the Call-IDs for a director that
 * takes this one's place: length, octets.
 */
final class Dialogues {
  private static final int NONE = ConnectionTable.NONE;
  private static final int HEADS = 1 << 14;

  /** Bytes of a label of the table. */
  static final int LABEL_BYTES = 256;

  private final ConnectionTable table;
  private final long labels;
  private final Connection template;
  private final int secret;
  private int[] heads = {};
  private int[] next = {};
  private volatile byte[][] callIds = {};

  Dialogues(ConnectionTable table, long labels, long seed) {
    this.table = table;
    this.labels = labels;
    template = new Connection(table);
    secret = Long.hashCode(seed) | 1;
  }

  /** Slot of the template of {@code key} and {@code callId}, or {@link ConnectionTable#NONE}. */
  int find(FlowKey key, CallId callId) {
    if (heads.length == 0) {
      return NONE;
    }
    byte[][] known = callIds;
    int slot = heads[place(callId.hash())];
    while (slot != NONE && !(callId.is(known[slot]) && key.isRequestOf(template.at(slot)))) {
      slot = next[slot];
    }
    return slot;
  }

  /** Adds a template, not yet published: a director that is killed meanwhile leaves no half. */
  void add(int slot, CallId callId) {
    byte[] octets = callId.copy();
    Memory.copy(octets, 0, label(slot) + 1, octets.length);
    Memory.put8(label(slot), octets.length);
    link(slot, octets);
  }

  private void link(int slot, byte[] callId) {
    if (heads.length == 0) {
      heads = new int[HEADS];
      Arrays.fill(heads, NONE);
      next = new int[table.capacity()];
      callIds = new byte[table.capacity()][];
    }
    callIds[slot] = callId;
    int place = place(hash(callId));
    next[slot] = heads[place];
    heads[place] = slot;
  }

  /** Whether a slot has a label, which only templates of the engine ever get. */
  boolean isLabelled(int slot) {
    return Memory.u8(label(slot)) != 0;
  }

  /** Goes on with those that the table has adopted. */
  void adopt() {
    for (int slot = 0; slot < table.highWater(); slot++) {
      boolean isDialogue =
          template.at(slot).isPresent() && !template.hasFlag(ConnectionFlags.HASHED);
      if (isDialogue) {
        byte[] callId = new byte[Memory.u8(label(slot))];
        Memory.copy(label(slot) + 1, callId, 0, callId.length);
        link(slot, callId);
      }
    }
  }

  private long label(int slot) {
    return labels + (long) slot * LABEL_BYTES;
  }

  /** It is not found any more. */
  void hide(int slot) {
    byte[] callId = callId(slot);
    if (callId == null) {
      return;
    }
    int place = place(hash(callId));
    if (heads[place] == slot) {
      heads[place] = next[slot];
      return;
    }
    for (int at = heads[place]; at != NONE; at = next[at]) {
      if (next[at] == slot) {
        next[at] = next[slot];
      }
    }
  }

  /** It is over. */
  void remove(int slot) {
    hide(slot);
    byte[][] known = callIds;
    if (slot < known.length && known[slot] != null) {
      Arrays.fill(known, slot, slot + 1, null);
      Memory.put8(label(slot), 0);
    }
  }

  /** The Call-ID of a template, null if it has none. */
  byte @Nullable [] callId(int slot) {
    byte[][] known = callIds;
    return slot < known.length ? known[slot] : null;
  }

  private int place(int hash) {
    return (hash ^ secret) * 0x9e3779b9 >>> 32 - Integer.numberOfTrailingZeros(HEADS);
  }

  private static int hash(byte[] callId) {
    int hash = 0;
    for (byte octet : callId) {
      hash = hash * 31 + (octet & 0xff);
    }
    return hash;
  }
}
