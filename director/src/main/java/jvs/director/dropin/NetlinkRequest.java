package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * One message that a program sends to the kernel, and who sends it (netlink(7)).
 *
 * <p>Immutable but for its array, which nobody changes.
 *
 * @param message struct nlmsghdr and what follows, exactly as long as its length says
 * @param port netlink port of the sender, to which the answer goes
 * @param isAdmin whether the sender has CAP_NET_ADMIN in its network namespace
 * @param capsErrors whether the sender wants no copy of its message in errors (NETLINK_CAP_ACK)
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record NetlinkRequest(byte[] message, int port, boolean isAdmin, boolean capsErrors) {
  /** Length of struct nlmsghdr. */
  public static final int HEADER = 16;

  static final int NLM_F_REQUEST = 1;
  static final int NLM_F_MULTI = 2;
  static final int NLM_F_ACK = 4;
  static final int NLM_F_DUMP = 0x300;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  private static final int NLM_F_CAPPED = 0x100;
  private static final int NLMSG_MIN_TYPE = 16;

  /** Checks that the length that the message tells is that of the array. */
  public NetlinkRequest {
    if (message.length < HEADER || number(message, 0) != message.length) {
      throw new IllegalArgumentException("a netlink message whose length is not as it says");
    }
  }

  private static int number(byte[] message, int offset) {
    return ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).getInt(offset);
  }

  /** The family's number, or below 16 a message to netlink itself. */
  public int type() {
    return number(message, 4) & 0xffff;
  }

  int flags() {
    return number(message, 4) >>> 16;
  }

  int sequence() {
    return number(message, 8);
  }

  boolean has(int flag) {
    return (flags() & flag) == flag;
  }

  /** Whether a family is asked at all; the kernel only acknowledges anything else. */
  boolean isForFamily() {
    return has(NLM_F_REQUEST) && type() >= NLMSG_MIN_TYPE;
  }

  /** The command of generic netlink; only if the message is long enough for one. */
  int command() {
    return message[HEADER] & 0xff;
  }

  /** Whether the header of generic netlink is there. */
  boolean hasCommand() {
    return message.length >= MessageWriter.HEADERS;
  }

  /** What follows both headers. */
  ByteBuffer attributes() {
    return ByteBuffer.wrap(message, MessageWriter.HEADERS, message.length - MessageWriter.HEADERS)
        .slice()
        .order(ByteOrder.nativeOrder());
  }

  /** Answers with an error, or with 0 that it was done (netlink_ack). */
  void acknowledge(int errno, MessageWriter out) {
    boolean isCapped = errno == 0 || capsErrors;
    out.begin(this, NLMSG_ERROR, isCapped ? NLM_F_CAPPED : 0);
    out.raw(-errno);
    out.raw(isCapped ? Arrays.copyOf(message, HEADER) : message);
    out.end();
  }

  /** Answers that a dump is over. */
  void done(MessageWriter out) {
    out.begin(this, NLMSG_DONE, NLM_F_MULTI);
    out.raw(0);
    out.end();
  }

  /** The whole answer of a kernel that refuses, and that only acknowledges what is no request. */
  public byte[] refuse(int refusal) {
    MessageWriter out = new MessageWriter();
    int errno = isForFamily() ? refusal : 0;
    if (errno != 0 || has(NLM_F_ACK)) {
      acknowledge(errno, out);
    }
    return out.toBytes();
  }
}
