package jvs.sync;

import jvs.flow.SequenceAdjustment;
import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * Packs entries into a message of either version (ip_vs_sync_conn, ip_vs_sync_conn_v0). One thread.
 */
final class SyncPacker implements AutoCloseable {
  private static final int MAX_COUNT = 255;
  private static final int ADDRESSES = 24;

  private final int capacity;
  private final Mapping memory;
  private final long at;
  private int version;
  private int length;
  private int count;
  private long sinceMillis;

  /** A packer of messages of at most {@code maxLength} bytes, one entry in any case. */
  SyncPacker(int maxLength) {
    capacity = Math.max(maxLength, SyncMessage.HEADER_V1 + SyncEntry.MAX_LENGTH);
    memory = new Mapping(capacity);
    at = memory.address();
  }

  boolean isEmpty() {
    return count == 0;
  }

  /** When its first entry came. */
  long sinceMillis() {
    return sinceMillis;
  }

  /** Begins another message. */
  void begin(int newVersion, long nowMillis) {
    version = newVersion;
    length = newVersion == 1 ? SyncMessage.HEADER_V1 : SyncMessage.HEADER_V0;
    count = 0;
    sinceMillis = nowMillis;
  }

  /** Adds an entry; says whether there was room. */
  boolean add(SyncEntry entry, int newVersion, int maxLength) {
    int padding = -length & 3;
    int size = newVersion == 1 ? entry.length() : sizeV0(entry);
    int end = length + padding + size;
    boolean isFull = count == MAX_COUNT || end > (count == 0 ? capacity : maxLength);
    if (isFull || version != newVersion) {
      return false;
    }
    Memory.put32(at + length, 0);
    if (version == 1) {
      Memory.copy(entry.address(), at + length + padding, size);
    } else {
      writeV0(entry, at + length);
    }
    length = end;
    count++;
    return true;
  }

  private static int sizeV0(SyncEntry entry) {
    return SyncMessage.ENTRY_V0 + (entry.sequence() == 0 ? 0 : SequenceAdjustment.BYTES);
  }

  private static void writeV0(SyncEntry entry, long to) {
    long from = entry.address();
    Memory.put8(to, 0);
    Memory.put8(to + 1, entry.protocol());
    Memory.copy(from + 10, to + 2, 6);
    Memory.copy(from + ADDRESSES, to + 8, 12);
    Memory.put16(to + 20, (int) Memory.u32(from + 4));
    Memory.put16(to + 22, entry.state());
    if (entry.sequence() != 0) {
      for (int i = 0; i < SequenceAdjustment.BYTES; i += 4) {
        Memory.putInt(to + SyncMessage.ENTRY_V0 + i, Memory.i32(entry.sequence() + i));
      }
    }
  }

  /** Completes the header; returns the length of the message. */
  int finish(int syncId) {
    Memory.put8(at + 1, syncId);
    Memory.put16(at + 2, length);
    if (version == 1) {
      Memory.put8(at, 0);
      Memory.put32(at + 4, count << 24 | 1 << 16);
    } else {
      Memory.put8(at, count);
    }
    return length;
  }

  /** Where the message is. */
  long address() {
    return at;
  }

  @Override
  public void close() {
    memory.close();
  }
}
