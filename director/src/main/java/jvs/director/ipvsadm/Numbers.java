package jvs.director.ipvsadm;

/** Numbers on the command line, read as strtol(3) reads them. */
final class Numbers {
  private Numbers() {}

  /** The decimal number {@code text}, or -1 if it is none or not in the range. */
  static long parse(String text, long min, long max) {
    int start = skipSpaceAndSign(text);
    int end = skipDigits(text, start);
    // strtol saturates, and 18 digits are enough for every range here.
    if (end != text.length() || end == start || end - skipZeros(text, start) > 18) {
      return -1;
    }
    long magnitude = Long.parseLong(text, start, end, 10);
    long value = isNegative(text, start) ? -magnitude : magnitude;
    return value < min || value > max ? -1 : value;
  }

  /** The number that {@code text} begins with, whatever follows, as atoi(3); 0 if there is none. */
  static int parsePrefix(String text) {
    int start = skipSpaceAndSign(text);
    int end = Math.min(skipDigits(text, start), skipZeros(text, start) + 18);
    int magnitude = end <= start ? 0 : (int) Long.parseLong(text, start, end, 10);
    return isNegative(text, start) ? -magnitude : magnitude;
  }

  private static boolean isNegative(String text, int start) {
    return start > 0 && text.charAt(start - 1) == '-';
  }

  private static int skipSpaceAndSign(String text) {
    int at = 0;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    boolean isSign = at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+');
    return isSign ? at + 1 : at;
  }

  private static int skipZeros(String text, int at) {
    while (at < text.length() && text.charAt(at) == '0') {
      at++;
    }
    return at;
  }

  private static int skipDigits(String text, int at) {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** As isspace(3) in the C locale. */
  static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
