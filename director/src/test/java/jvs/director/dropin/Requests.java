package jvs.director.dropin;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jvs.wire.IpAddress;

/** Writes the messages that libnl's clients send. */
final class Requests {
  static final int PORT = 4711;
  static final int SEQUENCE = 99;
  static final int REQUEST_ACK = 5;
  static final int REQUEST_DUMP = 0x301;

  private Requests() {}

  /** A message of the family "IPVS". */
  static byte[] message(int command, int flags, byte[]... attributes) {
    byte[] body = join(attributes);
    return buffer(20 + body.length)
        .putInt(20 + body.length)
        .putShort((short) ControlFamily.IPVS_ID)
        .putShort((short) flags)
        .putInt(SEQUENCE)
        .putInt(PORT)
        .put((byte) command)
        .put((byte) 1)
        .putShort((short) 0)
        .put(body)
        .array();
  }

  /** A message to another family. */
  static byte[] withType(byte[] message, int type) {
    ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).putShort(4, (short) type);
    return message;
  }

  static byte[] attribute(int type, byte[]... parts) {
    byte[] value = join(parts);
    int padded = (value.length + 3) & ~3;
    return buffer(4 + padded)
        .putShort((short) (4 + value.length))
        .putShort((short) type)
        .put(value)
        .array();
  }

  static byte[] u8(int type, int value) {
    return attribute(type, new byte[] {(byte) value});
  }

  static byte[] u16(int type, int value) {
    return attribute(type, buffer(2).putShort((short) value).array());
  }

  static byte[] port(int type, int value) {
    return attribute(type, new byte[] {(byte) (value >> 8), (byte) value});
  }

  static byte[] u32(int type, int value) {
    return attribute(type, buffer(4).putInt(value).array());
  }

  static byte[] text(int type, String value) {
    return attribute(type, (value + "\0").getBytes(StandardCharsets.US_ASCII));
  }

  /** What identifies a service. */
  static byte[] key(int protocol, String address, int port) {
    IpAddress vip = IpAddress.parse(address);
    return join(
        u16(IpvsAttributes.SVC_AF, vip.family()),
        u16(IpvsAttributes.SVC_PROTOCOL, protocol),
        attribute(IpvsAttributes.SVC_ADDR, Structures.union(vip)),
        port(IpvsAttributes.SVC_PORT, port));
  }

  /** A service's settings. */
  static byte[] settings(String scheduler, int flags, int mask, int timeout, int netmask) {
    return join(
        text(IpvsAttributes.SVC_SCHED_NAME, scheduler),
        attribute(IpvsAttributes.SVC_FLAGS, buffer(8).putInt(flags).putInt(mask).array()),
        u32(IpvsAttributes.SVC_TIMEOUT, timeout),
        u32(IpvsAttributes.SVC_NETMASK, netmask));
  }

  static byte[] service(byte[]... parts) {
    return attribute(IpvsAttributes.SERVICE, parts);
  }

  static byte[] server(byte[]... parts) {
    return attribute(IpvsAttributes.DEST, parts);
  }

  /** What identifies a server, without its family as older clients have it. */
  static byte[] serverKey(String address, int port) {
    return join(
        attribute(IpvsAttributes.DEST_ADDR, Structures.union(IpAddress.parse(address))),
        port(IpvsAttributes.DEST_PORT, port));
  }

  static byte[] serverSettings(int method, int weight, int upper, int lower) {
    return join(
        u32(IpvsAttributes.DEST_FWD_METHOD, method),
        u32(IpvsAttributes.DEST_WEIGHT, weight),
        u32(IpvsAttributes.DEST_U_THRESH, upper),
        u32(IpvsAttributes.DEST_L_THRESH, lower));
  }

  static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer joined = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      joined.put(part);
    }
    return joined.array();
  }

  /** Cuts an answer into its messages. */
  static List<ByteBuffer> messages(byte[] answer) {
    ByteBuffer in = ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder());
    List<ByteBuffer> messages = new ArrayList<>();
    int at = 0;
    while (at < answer.length) {
      int length = in.getInt(at);
      messages.add(in.slice(at, length).order(ByteOrder.nativeOrder()));
      at += (length + 3) & ~3;
    }
    return messages;
  }

  /** The error number that an answer ends with: 0 for an acknowledgement, negative for none. */
  static int errno(byte[] answer) {
    List<ByteBuffer> messages = messages(answer);
    if (messages.isEmpty()) {
      return -1;
    }
    ByteBuffer last = messages.getLast();
    return last.getShort(4) == NetlinkRequest.NLMSG_ERROR ? -last.getInt(16) : -1;
  }

  private static ByteBuffer buffer(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.nativeOrder());
  }
}
