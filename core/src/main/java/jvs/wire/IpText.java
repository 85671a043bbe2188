package jvs.wire;

import org.jspecify.annotations.Nullable;

/** Text form of addresses, as inet_pton and inet_ntop have it; package-private to IpAddress. */
final class IpText {
  private IpText() {}

  static byte @Nullable [] parseV4(String text) {
    byte[] octets = new byte[4];
    int part = 0;
    int value = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i < text.length() ? text.charAt(i) : '.';
      if (c == '.') {
        if (value < 0 || part == 4) {
          return null;
        }
        octets[part++] = (byte) value;
        value = -1;
      } else if (c >= '0' && c <= '9' && value != 0) {
        value = (value < 0 ? 0 : value * 10) + (c - '0');
        if (value > 255) {
          return null;
        }
      } else {
        return null;
      }
    }
    return part == 4 ? octets : null;
  }

  static byte @Nullable [] parseV6(String text) {
    int gap = text.indexOf("::");
    String head = gap < 0 ? text : text.substring(0, gap);
    String tail = gap < 0 ? "" : text.substring(gap + 2);
    byte[] octets = new byte[16];
    byte[] before = groups(head);
    byte[] after = groups(tail);
    if (before == null || after == null) {
      return null;
    }
    int length = before.length + after.length;
    if (gap < 0 ? length != 16 : length > 14) {
      return null;
    }
    System.arraycopy(before, 0, octets, 0, before.length);
    System.arraycopy(after, 0, octets, 16 - after.length, after.length);
    return octets;
  }

  private static byte @Nullable [] groups(String text) {
    if (text.isEmpty()) {
      return new byte[0];
    }
    String[] parts = text.split(":", -1);
    boolean endsDotted = parts[parts.length - 1].indexOf('.') >= 0;
    byte[] octets = new byte[2 * parts.length + (endsDotted ? 2 : 0)];
    if (octets.length > 16) {
      return null;
    }
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i];
      if (endsDotted && i == parts.length - 1) {
        byte[] dotted = parseV4(part);
        if (dotted == null) {
          return null;
        }
        System.arraycopy(dotted, 0, octets, 2 * i, 4);
        continue;
      }
      if (part.isEmpty() || part.length() > 4) {
        return null;
      }
      int value = 0;
      for (int j = 0; j < part.length(); j++) {
        int digit = part.charAt(j) > 127 ? -1 : Character.digit(part.charAt(j), 16);
        if (digit < 0) {
          return null;
        }
        value = value << 4 | digit;
      }
      octets[2 * i] = (byte) (value >> 8);
      octets[2 * i + 1] = (byte) value;
    }
    return octets;
  }

  static String formatV4(int bits) {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }

  static String formatV6(byte[] octets) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
    int gapStart = -1;
    int gapLength = 1;
    for (int i = 0; i < 8; i++) {
      int run = 0;
      while (i + run < 8 && groups[i + run] == 0) {
        run++;
      }
      if (run > gapLength) {
        gapStart = i;
        gapLength = run;
      }
    }
    boolean isV4Mapped = gapStart == 0 && gapLength == 5 && groups[5] == 0xffff;
    boolean isV4Compatible = gapStart == 0 && gapLength == 6;
    StringBuilder text = new StringBuilder();
    int words = isV4Mapped || isV4Compatible ? 6 : 8;
    for (int i = 0; i < words; i++) {
      if (i == gapStart) {
        text.append(i == 0 ? "::" : ":");
        i += gapLength - 1;
        continue;
      }
      text.append(Integer.toHexString(groups[i]));
      if (i < 7) {
        text.append(':');
      }
    }
    if (words == 6) {
      text.append(formatV4(groups[6] << 16 | groups[7]));
    }
    return text.toString();
  }
}
