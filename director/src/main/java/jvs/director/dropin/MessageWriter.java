package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes netlink messages one after the other (struct nlmsghdr, struct genlmsghdr, struct nlattr).
 *
 * <p>One thread. Nests carry no NLA_F_NESTED, as those of ip_vs do not: moby/ipvs compares types
 * with all their bits.
 */
final class MessageWriter {
  /** Room before a message's attributes: the netlink header and the generic one. */
  static final int HEADERS = 20;

  private ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
  private int start;

  /** Starts a message that answers {@code request}. */
  void begin(NetlinkRequest request, int type, int flags) {
    start = buffer.position();
    ensure(NetlinkRequest.HEADER);
    buffer.putInt(0).putShort((short) type).putShort((short) flags);
    buffer.putInt(request.sequence()).putInt(request.port());
  }

  /** Starts a message of a generic-netlink family, in answer to {@code request}. */
  void begin(NetlinkRequest request, int type, int flags, int command, int version) {
    begin(request, type, flags);
    ensure(4);
    buffer.put((byte) command).put((byte) version).putShort((short) 0);
  }

  /** Ends the message that was begun last. */
  void end() {
    buffer.putInt(start, buffer.position() - start);
  }

  /** Starts an attribute that holds others; returns what {@link #endNest} wants. */
  int nest(int type) {
    ensure(4);
    int at = buffer.position();
    buffer.putShort((short) 0).putShort((short) type);
    return at;
  }

  /** Ends it. */
  void endNest(int at) {
    buffer.putShort(at, (short) (buffer.position() - at));
  }

  void u8(int type, int value) {
    bytes(type, new byte[] {(byte) value});
  }

  void u16(int type, int value) {
    head(type, 2).putShort((short) value).putShort((short) 0);
  }

  /** Sixteen bits in network order. */
  void port(int type, int value) {
    head(type, 2).put((byte) (value >> 8)).put((byte) value).putShort((short) 0);
  }

  void u32(int type, long value) {
    head(type, 4).putInt((int) value);
  }

  void u64(int type, long value) {
    head(type, 8).putLong(value);
  }

  /** A text with its NUL. */
  void string(int type, String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    bytes(type, Arrays.copyOf(octets, octets.length + 1));
  }

  void bytes(int type, byte[] value) {
    head(type, value.length).put(value);
    pad();
  }

  /** Appends what is no attribute: a number. */
  void raw(int value) {
    ensure(4);
    buffer.putInt(value);
  }

  /** Appends what is no attribute: bytes, padded to four. */
  void raw(byte[] bytes) {
    ensure(bytes.length + 3);
    buffer.put(bytes);
    pad();
  }

  private ByteBuffer head(int type, int length) {
    ensure(4 + length + 3);
    return buffer.putShort((short) (4 + length)).putShort((short) type);
  }

  private void pad() {
    while ((buffer.position() & 3) != 0) {
      buffer.put((byte) 0);
    }
  }

  private void ensure(int more) {
    if (buffer.remaining() < more) {
      int capacity = Math.max(buffer.capacity() * 2, buffer.position() + more);
      ByteBuffer larger = ByteBuffer.allocate(capacity).order(ByteOrder.nativeOrder());
      buffer = larger.put(buffer.flip());
    }
  }

  /** Forgets everything. */
  void clear() {
    buffer.clear();
  }

  /** All messages so far. */
  byte[] toBytes() {
    return Arrays.copyOf(buffer.array(), buffer.position());
  }
}
