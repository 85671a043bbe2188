package jvs.director.ipvsadm;

/** Text in columns, as printf(3) pads it; printf of Java would cost start-up time. */
final class Columns {
  private final StringBuilder text = new StringBuilder();

  /** Appends as it is. */
  Columns add(String value) {
    text.append(value);
    return this;
  }

  /** Appends and fills up with blanks to the width. */
  Columns left(String value, int width) {
    text.append(value);
    return blanks(width - value.length());
  }

  /** Appends and fills up with blanks to the width. */
  Columns left(long value, int width) {
    return left(Long.toString(value), width);
  }

  /** Appends after so many blanks that the width is filled. */
  Columns right(String value, int width) {
    blanks(width - value.length());
    text.append(value);
    return this;
  }

  /** Ends the line. */
  Columns end() {
    text.append('\n');
    return this;
  }

  int length() {
    return text.length();
  }

  /** Returns what has been written and starts anew. */
  String drain() {
    String written = text.toString();
    text.setLength(0);
    return written;
  }

  private Columns blanks(int count) {
    for (int i = 0; i < count; i++) {
      text.append(' ');
    }
    return this;
  }
}
