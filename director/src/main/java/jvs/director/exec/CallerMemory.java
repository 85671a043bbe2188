package jvs.director.exec;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import jvs.linux.Errno;
import jvs.linux.NativeFunction;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/** The memory of the processes that call (process_vm_readv(2)). One thread. */
final class CallerMemory {
  private static final int PAGE = 4096;
  private static final int ROOM = 1 << 20;
  private static final int IOVEC = 16;

  private final NativeFunction readv = NativeFunction.of("process_vm_readv");
  private final NativeFunction writev = NativeFunction.of("process_vm_writev");
  private final Errno errno = new Errno();
  private final long room = Arena.global().allocate(ROOM, 8).address();
  private final long vectors = Arena.global().allocate(2 * IOVEC, 8).address();

  /** So many bytes at most can be moved at once. */
  static int most() {
    return ROOM;
  }

  private boolean move(NativeFunction function, int tid, long address, int length) {
    Memory.putLong(vectors, room);
    Memory.putLong(vectors + 8, length);
    Memory.putLong(vectors + IOVEC, address);
    Memory.putLong(vectors + IOVEC + 8, length);
    return length == 0
        || function.callLong(errno, tid, vectors, 1, vectors + IOVEC, 1, 0, 0) == length;
  }

  /** The bytes there, null if not all of them are; at most 1 MiB. */
  byte @Nullable [] read(int tid, long address, int length) {
    if (length < 0 || length > ROOM || !move(readv, tid, address, length)) {
      return null;
    }
    byte[] octets = new byte[length];
    Memory.copy(room, octets, 0, length);
    return octets;
  }

  /** A number there, 0 if there is none. */
  long number(int tid, long address, int bytes) {
    Memory.putLong(room, 0);
    return move(readv, tid, address, bytes) ? Memory.getLong(room) & mask(bytes) : 0;
  }

  private static long mask(int bytes) {
    return bytes == Long.BYTES ? -1 : (1L << 8 * bytes) - 1;
  }

  /** A text up to its NUL, null if there is none of at most 4095 characters. */
  @Nullable String text(int tid, long address) {
    ByteArrayOutputStream found = new ByteArrayOutputStream();
    long at = address;
    while (found.size() < PAGE) {
      int length = (int) (PAGE - (at & (PAGE - 1)));
      byte[] part = read(tid, at, length);
      if (part == null) {
        return null;
      }
      for (byte octet : part) {
        if (octet == 0) {
          return found.toString(StandardCharsets.UTF_8);
        }
        found.write(octet);
      }
      at += length;
    }
    return null;
  }

  /** Writes bytes; returns whether all of them could be. */
  boolean write(int tid, long address, byte[] octets, int offset, int length) {
    Memory.copy(octets, offset, room, length);
    return move(writev, tid, address, length);
  }

  /** Writes a number of four or eight bytes. */
  boolean writeNumber(int tid, long address, long value, int bytes) {
    Memory.putLong(room, value);
    return move(writev, tid, address, bytes);
  }
}
