package jvs.sync;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Reads sync messages from their description alone, with exceptions for what is wrong. */
final class NaiveSyncReader {
  private static final Map<Integer, Integer> STATES = Map.of(6, 11, 17, 1, 132, 14, 50, 1, 51, 1);

  private NaiveSyncReader() {}

  private static final class Lie extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** How many entries of a message are about connections that can be; -1 if it lies. */
  static int entries(byte[] octets) {
    try {
      ByteBuffer in = ByteBuffer.wrap(octets);
      require(octets.length >= 4 && in.getShort(2) == octets.length);
      boolean isNew = octets.length >= 8 && in.get(0) == 0 && in.get(5) == 1 && in.getShort(6) == 0;
      int count = in.get(isNew ? 4 : 0) & 0xff;
      in.position(isNew ? 8 : 4);
      int meaningful = 0;
      for (int i = 0; i < count; i++) {
        if (isNew) {
          in.position(in.position() + 3 & ~3);
        }
        meaningful += (isNew ? entry(in) : entryV0(in)) ? 1 : 0;
      }
      require(!in.hasRemaining());
      return meaningful;
    } catch (Lie
        | BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException e) {
      return -1;
    }
  }

  private static void require(boolean isTrue) {
    if (!isTrue) {
      throw new Lie();
    }
  }

  private static boolean entryV0(ByteBuffer in) {
    in.get();
    int protocol = in.get() & 0xff;
    in.position(in.position() + 18);
    int flags = in.getShort() & 0xffff;
    int state = in.getShort() & 0xffff;
    if ((flags & 0x600) != 0) {
      in.get(new byte[24]);
    }
    return isPossible(protocol, flags, state);
  }

  private static boolean entry(ByteBuffer in) {
    int start = in.position();
    int type = in.get() & 0xff;
    int protocol = in.get() & 0xff;
    int versionAndSize = in.getShort() & 0xffff;
    require(versionAndSize >> 12 == 0 && (type == 0 || type % 2 == 1));
    ByteBuffer own = in.slice(start, versionAndSize);
    own.position(4);
    int flags = own.getInt();
    int state = own.getShort() & 0xffff;
    own.position(type == 0 ? 36 : 72);
    Set<Integer> seen = new HashSet<>();
    boolean isKnown = true;
    while (own.hasRemaining()) {
      int option = own.get() & 0xff;
      int length = own.get() & 0xff;
      require(length > 0);
      own.get(new byte[length]);
      int kind = option & ~0x40;
      if (kind >= 1 && kind <= 3) {
        require(seen.add(kind));
        require(kind != 1 || length == 24);
        require(kind != 3 || length <= 16);
      } else {
        isKnown &= option != kind;
      }
    }
    in.position(start + versionAndSize);
    boolean isNameless = seen.contains(2) && !seen.contains(3);
    return isKnown && !isNameless && isPossible(protocol, flags, state);
  }

  private static boolean isPossible(int protocol, int flags, int state) {
    if ((flags & 0x2000) != 0 || (flags & 7) > 4) {
      return false;
    }
    if ((flags & 0x1000) != 0) {
      return (flags & 0x800) == 0 && state <= 0xff;
    }
    return state < STATES.getOrDefault(protocol, 0);
  }
}
