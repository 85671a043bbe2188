package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a {@link KernelCall} returns.
 *
 * @param errno 0 or the error's number
 * @param data netlink messages, or what getsockopt(2) writes to the caller's room
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record KernelAnswer(int errno, byte[] data) {
  private static final int HEADER = 4;

  byte[] encode() {
    return ByteBuffer.allocate(HEADER + data.length)
        .order(ByteOrder.nativeOrder())
        .putInt(errno)
        .put(data)
        .array();
  }

  /**
   * The answer from the form that travels on the control socket.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static KernelAnswer decode(byte[] encoded) {
    if (encoded.length < HEADER) {
      throw new IllegalArgumentException("this is no answer to a call of the kernel");
    }
    ByteBuffer in = ByteBuffer.wrap(encoded).order(ByteOrder.nativeOrder());
    byte[] data = new byte[encoded.length - HEADER];
    in.get(HEADER, data);
    return new KernelAnswer(in.getInt(0), data);
  }
}
