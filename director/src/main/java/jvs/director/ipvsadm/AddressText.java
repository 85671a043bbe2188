package jvs.director.ipvsadm;

import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Addresses as the C library reads them, wider than {@link IpAddress#parse}. */
final class AddressText {
  private AddressText() {}

  /**
   * Reads an IPv4 address as inet_aton(3): one to four parts, the last of which fills the rest,
   * each decimal, octal or hexadecimal; whatever follows a blank is ignored.
   */
  static @Nullable IpAddress parseV4(String text) {
    long bits = 0;
    int parts = 0;
    int at = 0;
    while (true) {
      int end = endOfPart(text, at);
      long part = parsePart(text, at, end);
      if (part < 0 || parts == 4) {
        return null;
      }
      parts++;
      if (end < text.length() && text.charAt(end) == '.') {
        if (part > 255) {
          return null;
        }
        bits = bits << 8 | part;
        at = end + 1;
        continue;
      }
      if (end < text.length() && !Numbers.isSpace(text.charAt(end))) {
        return null;
      }
      int free = 8 * (5 - parts);
      return part >>> free != 0 ? null : IpAddress.v4((int) (bits << free | part));
    }
  }

  /** Reads an IPv6 address as inet_pton(3). */
  static @Nullable IpAddress parseV6(String text) {
    if (text.indexOf(':') < 0) {
      return null;
    }
    try {
      return IpAddress.parse(text);
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  private static int endOfPart(String text, int at) {
    int end = at;
    while (end < text.length() && Character.digit(text.charAt(end), 36) >= 0) {
      end++;
    }
    return end;
  }

  private static long parsePart(String text, int start, int end) {
    if (start == end || !Numbers.isDigit(text.charAt(start))) {
      return -1;
    }
    int radix = 10;
    int at = start;
    if (text.charAt(start) == '0' && end - start > 1) {
      boolean isHex = text.charAt(start + 1) == 'x' || text.charAt(start + 1) == 'X';
      radix = isHex ? 16 : 8;
      at = isHex ? start + 2 : start + 1;
    }
    if (at == end) {
      return -1;
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = Character.digit(text.charAt(at), radix);
      value = value * radix + digit;
      if (digit < 0 || value > 0xffff_ffffL) {
        return -1;
      }
    }
    return value;
  }
}
