package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a message or of a nest, checked as the kernel's liberal parsing does
 * (nla_parse_deprecated, validate_nla): unknown ones are skipped, of equal ones the last counts,
 * what is left over at the end is ignored.
 *
 * <p>One thread. Views of the message's array.
 */
final class Attributes {
  private static final int HEADER = 4;
  private static final int TYPE_MASK = 0x3fff;

  /** What an attribute must look like; the length is that of include/linux/netlink's policies. */
  record Rule(Kind kind, int length) {
    static final Rule U8 = new Rule(Kind.AT_LEAST, 1);
    static final Rule U16 = new Rule(Kind.AT_LEAST, 2);
    static final Rule U32 = new Rule(Kind.AT_LEAST, 4);
    static final Rule NEST = new Rule(Kind.NEST, 0);

    static Rule atLeast(int length) {
      return new Rule(Kind.AT_LEAST, length);
    }

    static Rule atMost(int length) {
      return new Rule(Kind.AT_MOST, length);
    }

    static Rule text(int length) {
      return new Rule(Kind.TEXT, length);
    }
  }

  /** The kinds of rules. */
  enum Kind {
    AT_LEAST,
    AT_MOST,
    TEXT,
    NEST
  }

  private final @Nullable ByteBuffer[] byType;

  private Attributes(@Nullable ByteBuffer[] byType) {
    this.byType = byType;
  }

  /**
   * Parses.
   *
   * @param rules by type; types beyond are unknown, null is anything
   * @throws IpvsException ERANGE or EINVAL, as validate_nla
   */
  static Attributes parse(ByteBuffer octets, @Nullable Rule[] rules) {
    @Nullable ByteBuffer[] found = new @Nullable ByteBuffer[rules.length];
    int at = 0;
    while (at + HEADER <= octets.limit()) {
      int length = octets.getShort(at) & 0xffff;
      if (length < HEADER || at + length > octets.limit()) {
        break;
      }
      int type = octets.getShort(at + 2) & TYPE_MASK;
      if (type > 0 && type < rules.length) {
        ByteBuffer value =
            octets.slice(at + HEADER, length - HEADER).order(ByteOrder.nativeOrder());
        check(value, rules[type]);
        found[type] = value;
      }
      at += (length + 3) & ~3;
    }
    return new Attributes(found);
  }

  private static void check(ByteBuffer value, @Nullable Rule rule) {
    if (rule == null) {
      return;
    }
    int length = value.limit();
    boolean isFit =
        switch (rule.kind()) {
          case AT_LEAST -> length >= rule.length();
          case AT_MOST -> length <= rule.length();
          case NEST -> length == 0 || length >= HEADER;
          case TEXT -> textLength(value, rule.length()) <= rule.length();
        };
    if (!isFit) {
      throw new IpvsException(Errno.ERANGE, "an attribute of " + length + " bytes");
    }
  }

  /** Bytes of a text but for one NUL at its end; there must be a NUL where it has to end. */
  private static int textLength(ByteBuffer value, int most) {
    int length = value.limit();
    for (int i = 0; i < Math.min(length, most + 1); i++) {
      if (value.get(i) == 0) {
        return value.get(length - 1) == 0 ? length - 1 : length;
      }
    }
    throw new IpvsException(Errno.EINVAL, "a text without end");
  }

  /** The attributes inside a nest; a nest that is missing or malformed is EINVAL. */
  static Attributes nested(@Nullable ByteBuffer nest, @Nullable Rule[] rules) {
    if (nest == null) {
      throw new IpvsException(Errno.EINVAL, "an attribute is missing");
    }
    try {
      return parse(nest, rules);
    } catch (IpvsException malformed) {
      throw new IpvsException(Errno.EINVAL, String.valueOf(malformed.getMessage()));
    }
  }

  @Nullable ByteBuffer get(int type) {
    return byType[type];
  }

  boolean has(int type) {
    return byType[type] != null;
  }

  boolean hasAll(int... types) {
    return Arrays.stream(types).allMatch(this::has);
  }

  /** An unsigned byte, 0 if it is missing. */
  int u8(int type) {
    ByteBuffer value = byType[type];
    return value == null ? 0 : value.get(0) & 0xff;
  }

  /** Sixteen bits, 0 if it is missing. */
  int u16(int type) {
    ByteBuffer value = byType[type];
    return value == null ? 0 : value.getShort(0) & 0xffff;
  }

  /** Sixteen bits in network order, 0 if it is missing. */
  int port(int type) {
    ByteBuffer value = byType[type];
    return value == null ? 0 : (value.get(0) & 0xff) << 8 | value.get(1) & 0xff;
  }

  /** Thirty-two bits, {@code otherwise} if it is missing. */
  int i32(int type, int otherwise) {
    ByteBuffer value = byType[type];
    return value == null ? otherwise : value.getInt(0);
  }

  /** The first bytes, zeroes where there are no more. */
  byte[] bytes(int type, int length) {
    byte[] bytes = new byte[length];
    ByteBuffer value = byType[type];
    if (value != null) {
      value.get(0, bytes, 0, Math.min(length, value.limit()));
    }
    return bytes;
  }

  /** A text up to its NUL, empty if it is missing. */
  String text(int type) {
    ByteBuffer value = byType[type];
    return value == null ? "" : text(value, 0, value.limit());
  }

  /** A text of a structure, up to its NUL. */
  static String text(ByteBuffer octets, int start, int most) {
    int end = start;
    while (end < start + most && octets.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - start];
    octets.get(start, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
