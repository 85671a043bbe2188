package jvs.sync;

import jvs.flow.ConnectionFlags;
import jvs.flow.SequenceAdjustment;
import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * Reads a message of either version (ip_vs_process_message).
 *
 * <pre>
 *   version 1  0  sync id  size  count  1  0 0   entries, padded to four octets but the last
 *   version 0  count  sync id  size              entries of 24 octets, 24 more with sequence flags
 * </pre>
 *
 * <p>A message is believed wholly or not at all: lengths, counts and options must come out exactly
 * at its end. One thread.
 */
public final class SyncMessage implements AutoCloseable {
  static final int HEADER_V1 = 8;
  static final int HEADER_V0 = 4;
  static final int ENTRY_V0 = 24;

  private static final int SEQUENCE_FLAGS = ConnectionFlags.IN_SEQ | ConnectionFlags.OUT_SEQ;
  private static final int SEQUENCE_WORDS = SequenceAdjustment.BYTES / 4;

  private final SyncEntry entry = new SyncEntry();
  private final Mapping translated = new Mapping(SyncEntry.MAX_LENGTH);
  private long address;
  private int length;
  private int offset;
  private int left;

  /** Takes a datagram; says whether it is a message that can be believed. */
  public boolean wrap(long newAddress, int newLength) {
    address = newAddress;
    length = newLength;
    if (length < HEADER_V0 || Memory.u16(address + 2) != length) {
      return false;
    }
    rewind();
    boolean isSound = true;
    while (isSound && left > 0) {
      isSound = step();
    }
    if (!isSound || offset != length) {
      return false;
    }
    rewind();
    return true;
  }

  private void rewind() {
    boolean isNew = version() == 1;
    offset = isNew ? HEADER_V1 : HEADER_V0;
    left = count();
  }

  /** 0 or 1. */
  public int version() {
    return length >= HEADER_V1
            && Memory.u8(address) == 0
            && Memory.u8(address + 5) == 1
            && Memory.u16(address + 6) == 0
        ? 1
        : 0;
  }

  /** How many entries it has. */
  public int count() {
    return Memory.u8(address + (version() == 1 ? 4 : 0));
  }

  /** The sync id of its sender. */
  public int syncId() {
    return Memory.u8(address + 1);
  }

  /** Moves to the next entry; says whether there is one. */
  public boolean next() {
    return left > 0 && step();
  }

  /** The present entry. */
  public SyncEntry entry() {
    return entry;
  }

  private boolean step() {
    left--;
    return version() == 1 ? stepV1() : stepV0();
  }

  private boolean stepV1() {
    if (!entry.wrap(address + offset).check(length - offset)) {
      return false;
    }
    offset += entry.length();
    if (left > 0) {
      offset = offset + 3 & -4;
    }
    return true;
  }

  private boolean stepV0() {
    int available = length - offset;
    if (available < ENTRY_V0) {
      return false;
    }
    long from = address + offset;
    boolean hasSequence = (Memory.u16(from + 20) & SEQUENCE_FLAGS) != 0;
    int size = hasSequence ? ENTRY_V0 + SequenceAdjustment.BYTES : ENTRY_V0;
    if (available < size) {
      return false;
    }
    offset += size;
    long to = translated.address();
    Memory.zero(to, SyncEntry.MAX_LENGTH);
    Memory.put8(to + 1, Memory.u8(from + 1));
    Memory.put32(to + 4, Memory.u16(from + 20));
    Memory.put16(to + 8, Memory.u16(from + 22));
    Memory.copy(from + 2, to + 10, 6);
    Memory.copy(from + 8, to + 24, 12);
    int translatedLength = SyncEntry.LENGTH_V4;
    if (hasSequence) {
      Memory.put8(to + translatedLength, 1);
      Memory.put8(to + translatedLength + 1, SequenceAdjustment.BYTES);
      // Version 0 has these in the sender's own byte order.
      for (int i = 0; i < SEQUENCE_WORDS; i++) {
        Memory.put32(to + translatedLength + 2 + i * 4L, Memory.getInt(from + ENTRY_V0 + i * 4L));
      }
      translatedLength += 2 + SequenceAdjustment.BYTES;
    }
    Memory.put16(to + 2, translatedLength);
    return entry.wrap(to).check(translatedLength);
  }

  @Override
  public void close() {
    translated.close();
  }
}
