package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A system call of a program that drives IPVS, on its way to the director.
 *
 * @param kind which
 * @param isAdmin whether the caller has CAP_NET_ADMIN in its network namespace
 * @param capsErrors for netlink, as in {@link NetlinkRequest}
 * @param number of the socket option, or the sender's netlink port
 * @param length of the caller's room for getsockopt(2)
 * @param data the message, the option's value, or the file's name
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record KernelCall(
    Kind kind, boolean isAdmin, boolean capsErrors, int number, int length, byte[] data) {
  private static final int HEADER = 16;
  private static final int ADMIN = 1;
  private static final int CAPS = 2;

  /** The calls. */
  public enum Kind {
    /** A message to the family "IPVS". */
    NETLINK,
    /** getsockopt(2). */
    GET,
    /** setsockopt(2). */
    SET,
    /** Is there a file below /proc, or a director at all if the name is empty? */
    LOOK,
    /** The content of one. */
    READ,
    /** {@code PATH=VALUE} to a setting. */
    WRITE
  }

  /** A call about a file. */
  public static KernelCall file(Kind kind, boolean isAdmin, String name) {
    return new KernelCall(kind, isAdmin, false, 0, 0, name.getBytes(StandardCharsets.UTF_8));
  }

  /** The data as a file's name. */
  String text() {
    return new String(data, StandardCharsets.UTF_8);
  }

  /** The call in the form that travels on the control socket. */
  public byte[] encode() {
    return ByteBuffer.allocate(HEADER + data.length)
        .order(ByteOrder.nativeOrder())
        .putInt(kind.ordinal())
        .putInt((isAdmin ? ADMIN : 0) | (capsErrors ? CAPS : 0))
        .putInt(number)
        .putInt(length)
        .put(data)
        .array();
  }

  /**
   * The other way round.
   *
   * @throws IllegalArgumentException if it is no call
   */
  static KernelCall decode(byte[] encoded) {
    ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder());
    if (encoded.length < HEADER || in.getInt(0) < 0 || in.getInt(0) >= Kind.values().length) {
      throw new IllegalArgumentException("this is no call of the kernel");
    }
    byte[] data = new byte[encoded.length - HEADER];
    in.get(HEADER, data);
    int flags = in.getInt(4);
    return new KernelCall(
        Kind.values()[in.getInt(0)],
        (flags & ADMIN) != 0,
        (flags & CAPS) != 0,
        in.getInt(8),
        in.getInt(12),
        data);
  }
}
