package jvs.port;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import jvs.wire.IpAddress;

/** Builds frames for the tests of this package, without checksums unless asked for. */
public final class Frames {
  public static final byte[] BROADCAST = HexFormat.of().parseHex("ffffffffffff");
  public static final byte[] MAC = HexFormat.of().parseHex("020000000001");

  private Frames() {}

  /** An Ethernet frame of any type. */
  public static byte[] ethernet(byte[] destination, int type, byte[] payload) {
    return ByteBuffer.allocate(14 + payload.length)
        .put(destination)
        .put(MAC)
        .putShort((short) type)
        .put(payload)
        .array();
  }

  /** Puts an 802.1Q tag into a frame. */
  public static byte[] tagged(byte[] frame, int vlan) {
    return ByteBuffer.allocate(frame.length + 4)
        .put(frame, 0, 12)
        .putShort((short) 0x8100)
        .putShort((short) vlan)
        .put(frame, 12, frame.length - 12)
        .array();
  }

  /** A packet with this payload between these addresses, in a broadcast frame. */
  public static byte[] ip(String from, String to, int protocol, byte[] payload) {
    return ip(from, to, protocol, 0, payload);
  }

  /** The same as a fragment: {@code fragment} is the IPv4 flags-and-offset field. */
  public static byte[] ip(String from, String to, int protocol, int fragment, byte[] payload) {
    IpAddress source = IpAddress.parse(from);
    IpAddress destination = IpAddress.parse(to);
    if (source.isV4()) {
      ByteBuffer packet = ByteBuffer.allocate(20 + payload.length);
      packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
      packet.putShort((short) 7).putShort((short) fragment);
      packet.put((byte) 64).put((byte) protocol).putShort((short) 0);
      packet.put(source.octets()).put(destination.octets());
      packet.putShort(10, (short) checksum(packet.array(), 20)).put(payload);
      return ethernet(BROADCAST, 0x0800, packet.array());
    }
    ByteBuffer packet = ByteBuffer.allocate(40 + payload.length);
    packet.putInt(0x6000_0000).putShort((short) payload.length);
    packet.put((byte) protocol).put((byte) 64);
    packet.put(source.octets()).put(destination.octets()).put(payload);
    return ethernet(BROADCAST, 0x86dd, packet.array());
  }

  /** The first octets that TCP, UDP and SCTP share, and four more. */
  public static byte[] ports(int source, int destination) {
    return ByteBuffer.allocate(20).putShort((short) source).putShort((short) destination).array();
  }

  private static int checksum(byte[] octets, int length) {
    int sum = 0;
    for (int i = 0; i < length; i += 2) {
      sum += (octets[i] & 0xff) << 8 | (octets[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return ~((sum & 0xffff) + (sum >>> 16));
  }
}
