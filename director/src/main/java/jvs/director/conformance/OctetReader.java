package jvs.director.conformance;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import jvs.wire.EthernetHeader;
import jvs.wire.IpAddress;

/** Reads a frame's octets in order and keeps by name what they mean. One thread. */
final class OctetReader {
  private final Frame frame;
  private final Map<String, String> values = new LinkedHashMap<>();
  private int position;
  private int end;

  OctetReader(Frame frame) {
    this.frame = frame;
    end = frame.length();
  }

  static String hex8(int value) {
    return "0x" + Integer.toHexString(value | 0x100).substring(1);
  }

  static String hex16(int value) {
    return "0x" + Integer.toHexString(value | 0x10000).substring(1);
  }

  Map<String, String> values() {
    return Collections.unmodifiableMap(values);
  }

  void add(String name, int value) {
    add(name, Integer.toString(value));
  }

  void add(String name, long value) {
    add(name, Long.toString(value));
  }

  /** Keeps a value; a name that is taken gets a number. */
  void add(String name, String value) {
    String free = name;
    for (int i = 2; values.containsKey(free); i++) {
      free = name + " #" + i;
    }
    values.put(free, value);
  }

  /** Keeps what is left, if anything is. */
  void rest(String name) {
    if (left() > 0) {
      add(name, hex(left()));
    }
  }

  int position() {
    return position;
  }

  int left() {
    return end - position;
  }

  /** Ends here if that is earlier; returns where it ended before. */
  int narrow(int now) {
    int before = end;
    end = Math.clamp(now, position, before);
    return before;
  }

  /** Ends where it ended before {@link #narrow}. */
  void widen(int before) {
    end = before;
  }

  /** An octet further on, which stays unread. */
  int peek(int ahead) {
    return frame.u8(position + ahead);
  }

  int u8() {
    return frame.u8(position++);
  }

  int u16() {
    position += 2;
    return frame.u16(position - 2);
  }

  long u32() {
    return (long) u16() << 16 | u16();
  }

  String hex(int length) {
    position += length;
    return frame.hex(position - length, position);
  }

  String mac() {
    return EthernetHeader.format((long) u16() << 32 | u32());
  }

  String ipv4() {
    return IpAddress.v4((int) u32()).toString();
  }

  String ipv6() {
    long high = u32() << 32 | u32();
    return IpAddress.v6(high, u32() << 32 | u32()).toString();
  }
}
