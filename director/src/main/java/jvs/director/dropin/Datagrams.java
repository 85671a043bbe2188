package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts an answer into the datagrams in which the kernel would send it: each message by itself, the
 * entries of a list as many as fit, its end alone.
 */
public final class Datagrams {
  /** What every client has room for: NLMSG_GOODSIZE on pages of 4 KiB. */
  private static final int MOST_BYTES = 3776;

  private Datagrams() {}

  /** The datagrams of messages that lie one after the other. */
  public static List<byte[]> of(byte[] messages) {
    ByteBuffer in = ByteBuffer.wrap(messages).order(ByteOrder.nativeOrder());
    List<byte[]> datagrams = new ArrayList<>();
    int start = 0;
    int at = 0;
    while (at + NetlinkRequest.HEADER <= messages.length) {
      int length = (in.getInt(at) + 3) & ~3;
      boolean isPart = (in.getShort(at + 6) & NetlinkRequest.NLM_F_MULTI) != 0;
      boolean isAlone = !isPart || in.getShort(at + 4) == NetlinkRequest.NLMSG_DONE;
      if (at > start && (isAlone || at + length - start > MOST_BYTES)) {
        datagrams.add(Arrays.copyOfRange(messages, start, at));
        start = at;
      }
      at += length;
      if (isAlone) {
        datagrams.add(Arrays.copyOfRange(messages, start, Math.min(at, messages.length)));
        start = at;
      }
    }
    if (start < messages.length) {
      datagrams.add(Arrays.copyOfRange(messages, start, messages.length));
    }
    return datagrams;
  }
}
