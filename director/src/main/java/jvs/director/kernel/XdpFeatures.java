package jvs.director.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import jvs.linux.LinuxException;

/**
 * What an interface's driver can do with XDP, as the kernel's generic netlink family "netdev" says.
 *
 * <p>Immutable. Numbers from linux/netdev.h and linux/genetlink.h.
 *
 * @param isKnown whether the kernel tells (from 6.3 on)
 * @param isNative whether programs run in the driver and can redirect
 * @param isZeroCopy whether AF_XDP works without copies
 */
public record XdpFeatures(boolean isKnown, boolean isNative, boolean isZeroCopy) {
  private static final XdpFeatures UNKNOWN = new XdpFeatures(false, false, false);

  private static final int GENL_ID_CTRL = 16;
  private static final int CTRL_CMD_GETFAMILY = 3;
  private static final int CTRL_ATTR_FAMILY_ID = 1;
  private static final int CTRL_ATTR_FAMILY_NAME = 2;
  private static final int NETDEV_CMD_DEV_GET = 1;
  private static final int NETDEV_A_DEV_IFINDEX = 1;
  private static final int NETDEV_A_DEV_XDP_FEATURES = 3;
  private static final int ACT_BASIC = 1;
  private static final int ACT_REDIRECT = 2;
  private static final int ACT_XSK_ZEROCOPY = 8;
  private static final int GENL_HEADER_BYTES = 4;
  private static final int ATTRIBUTE_HEADER_BYTES = 4;

  /** Asks for an interface of this network namespace. */
  public static XdpFeatures of(int linkIndex) {
    try (NetlinkSocket socket = new NetlinkSocket(NetlinkSocket.NETLINK_GENERIC, 0)) {
      byte[] name = "netdev\0".getBytes(StandardCharsets.US_ASCII);
      long family =
          ask(
              socket,
              GENL_ID_CTRL,
              CTRL_CMD_GETFAMILY,
              CTRL_ATTR_FAMILY_NAME,
              name,
              CTRL_ATTR_FAMILY_ID);
      if (family < 0) {
        return UNKNOWN;
      }
      byte[] index =
          ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(linkIndex).array();
      long features =
          ask(
              socket,
              (int) family,
              NETDEV_CMD_DEV_GET,
              NETDEV_A_DEV_IFINDEX,
              index,
              NETDEV_A_DEV_XDP_FEATURES);
      int redirects = ACT_BASIC | ACT_REDIRECT;
      return features < 0
          ? UNKNOWN
          : new XdpFeatures(
              true, (features & redirects) == redirects, (features & ACT_XSK_ZEROCOPY) != 0);
    } catch (LinuxException e) {
      return UNKNOWN;
    }
  }

  /** Sends one attribute and returns a number from the answer, or -1 if there is none. */
  private static long ask(
      NetlinkSocket socket, int type, int command, int attribute, byte[] value, int wanted) {
    int padded = (value.length + 3) / 4 * 4;
    ByteBuffer body =
        ByteBuffer.allocate(GENL_HEADER_BYTES + ATTRIBUTE_HEADER_BYTES + padded)
            .order(ByteOrder.nativeOrder());
    body.put((byte) command).put((byte) 1).putShort((short) 0);
    body.putShort((short) (ATTRIBUTE_HEADER_BYTES + value.length)).putShort((short) attribute);
    body.put(value);
    socket.request(type, body.array());
    ByteBuffer answer = socket.receive(true);
    if (answer.remaining() < NetlinkSocket.HEADER_BYTES + GENL_HEADER_BYTES
        || Short.toUnsignedInt(answer.getShort(4)) == NetlinkSocket.NLMSG_ERROR) {
      return -1;
    }
    int end = Math.min(answer.getInt(0), answer.limit());
    int at = NetlinkSocket.HEADER_BYTES + GENL_HEADER_BYTES;
    while (at + ATTRIBUTE_HEADER_BYTES <= end) {
      int length = Short.toUnsignedInt(answer.getShort(at));
      if (Short.toUnsignedInt(answer.getShort(at + 2)) == wanted) {
        return number(answer, at + ATTRIBUTE_HEADER_BYTES, length - ATTRIBUTE_HEADER_BYTES);
      }
      at += Math.max(ATTRIBUTE_HEADER_BYTES, (length + 3) / 4 * 4);
    }
    return -1;
  }

  private static long number(ByteBuffer answer, int at, int bytes) {
    return switch (bytes) {
      case 2 -> Short.toUnsignedLong(answer.getShort(at));
      case 4 -> Integer.toUnsignedLong(answer.getInt(at));
      case 8 -> answer.getLong(at);
      default -> -1;
    };
  }
}
