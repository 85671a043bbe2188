package jvs.director.exec;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range of a caller's memory (struct iovec).
 *
 * @param address where it begins
 * @param length in bytes
 */
record Span(long address, long length) {
  private static final int BYTES = 16;
  private static final int MOST = 1024;

  /** The ranges of a struct msghdr, null if they cannot be read. */
  static @Nullable List<Span> ofMessage(CallerMemory memory, int tid, long header) {
    long count = memory.number(tid, header + 24, Long.BYTES);
    long at = memory.number(tid, header + 16, Long.BYTES);
    if (count < 0 || count > MOST) {
      return null;
    }
    List<Span> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spans.add(
          new Span(
              memory.number(tid, at + (long) BYTES * i, Long.BYTES),
              memory.number(tid, at + (long) BYTES * i + 8, Long.BYTES)));
    }
    return spans;
  }

  /** Bytes of all ranges. */
  static long total(List<Span> spans) {
    long total = 0;
    for (Span span : spans) {
      total += span.length() < 0 ? Integer.MAX_VALUE : Math.min(span.length(), Integer.MAX_VALUE);
    }
    return total;
  }

  /** What is in the ranges, one after the other; null if not all of it can be read. */
  static byte @Nullable [] gather(CallerMemory memory, int tid, List<Span> spans) {
    byte[] all = new byte[(int) total(spans)];
    int at = 0;
    for (Span span : spans) {
      byte[] part = memory.read(tid, span.address(), (int) span.length());
      if (part == null) {
        return null;
      }
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Writes bytes into the ranges until they are full; returns whether that was possible. */
  static boolean scatter(CallerMemory memory, int tid, List<Span> spans, byte[] octets) {
    int at = 0;
    for (Span span : spans) {
      int length = (int) Math.min(span.length(), octets.length - at);
      if (!memory.write(tid, span.address(), octets, at, length)) {
        return false;
      }
      at += length;
    }
    return true;
  }
}
