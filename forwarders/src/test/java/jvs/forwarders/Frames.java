package jvs.forwarders;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;

/** Frames between {@link TestDirector}'s neighbours, and octets of them put together wrongly. */
final class Frames {
  static final long BROADCAST = 0xffff_ffff_ffffL;
  static final int IP = 14;
  static final int TRANSPORT = 34;
  static final int TRANSPORT_V6 = 54;
  static final int SYN_ACK = TcpHeader.SYN | TcpHeader.ACK;

  private Frames() {}

  /** From the client to port 80 of the VIP. */
  static FrameBuilder request() {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(TestDirector.VIP, 80);
  }

  /** The same over IPv6. */
  static FrameBuilder requestV6() {
    return request().from(TestDirector.CLIENT_V6, 40000).to(TestDirector.VIP_V6, 80);
  }

  /** What direct routing makes of a request, or NAT if it says another destination. */
  static FrameBuilder routed() {
    return request().macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC).timeToLive(63);
  }

  /** The same over IPv6. */
  static FrameBuilder routedV6() {
    return requestV6().macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC).timeToLive(63);
  }

  /** From the server to the client. */
  static FrameBuilder reply(int serverPort) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
        .from(TestDirector.SERVER, serverPort)
        .to(TestDirector.CLIENT, 40000);
  }

  /** From the VIP to the client, by way of the director. */
  static FrameBuilder answered() {
    return new FrameBuilder()
        .macs(TestDirector.CLIENT_SIDE_MAC, TestDirector.ROUTER_MAC)
        .from(TestDirector.VIP, 80)
        .to(TestDirector.CLIENT, 40000)
        .timeToLive(63);
  }

  /** A copy with other octets at {@code offset}. */
  static byte[] with(byte[] frame, int offset, int... octets) {
    byte[] changed = frame.clone();
    for (int i = 0; i < octets.length; i++) {
      changed[offset + i] = (byte) octets[i];
    }
    return changed;
  }

  /** A copy with other octets and a right IPv4 header checksum. */
  static byte[] lying(byte[] frame, int offset, int... octets) {
    return summed(with(frame, offset, octets));
  }

  /** Puts the right IPv4 header checksum into {@code frame} itself and returns it. */
  static byte[] summed(byte[] frame) {
    int header = (frame[IP] & 15) * 4;
    if (frame.length >= IP + Math.max(20, header)) {
      putChecksum(frame, IP + 10, IP, IP + header);
    }
    return frame;
  }

  /** The first {@code bytes} of an IPv4 packet, and a header that says so. */
  static byte[] cut(byte[] frame, int bytes) {
    return lying(Arrays.copyOf(frame, IP + bytes), IP + 2, bytes >> 8, bytes);
  }

  /** Bytes {@code from} to {@code to} of an IPv4 packet's payload as a fragment. */
  static byte[] fragment(byte[] whole, int from, int to, boolean more) {
    byte[] piece = Arrays.copyOf(whole, TRANSPORT + to - from);
    System.arraycopy(whole, TRANSPORT + from, piece, TRANSPORT, to - from);
    return placed(piece, from, more);
  }

  /** An IPv4 packet that says it is a fragment from byte {@code from} on. */
  static byte[] placed(byte[] frame, int from, boolean more) {
    int length = frame.length - IP;
    int offset = from / 8 | (more ? 0x2000 : 0);
    byte[] placed = with(frame, IP + 2, length >> 8, length);
    return lying(placed, IP + 6, offset >> 8, offset);
  }

  /** Bytes {@code from} to {@code to} of an IPv6 packet's payload as a fragment. */
  static byte[] fragmentV6(byte[] whole, int identification, int from, int to, boolean more) {
    byte[] piece = Arrays.copyOf(whole, TRANSPORT_V6 + to - from);
    System.arraycopy(whole, TRANSPORT_V6 + from, piece, TRANSPORT_V6, to - from);
    byte[] header = new byte[8];
    ByteBuffer.wrap(header).putShort(2, (short) (from | (more ? 1 : 0))).putInt(4, identification);
    int[] octets = new int[8];
    Arrays.setAll(octets, i -> header[i]);
    return extended(piece, 44, octets);
  }

  /** All of an IPv6 packet in fragments of {@code size} bytes of payload. */
  static List<byte[]> fragmentsV6(byte[] whole, int identification, int size) {
    List<byte[]> pieces = new ArrayList<>();
    int length = whole.length - TRANSPORT_V6;
    for (int from = 0; from < length; from += size) {
      int to = Math.min(from + size, length);
      pieces.add(fragmentV6(whole, identification, from, to, to < length));
    }
    return pieces;
  }

  /** With IPv4 options; a multiple of four octets. */
  static byte[] options(byte[] frame, int... options) {
    byte[] longer = inserted(frame, TRANSPORT, octets(options));
    int length = longer.length - IP;
    byte[] counted = with(longer, IP + 2, length >> 8, length);
    return lying(counted, IP, 0x45 + options.length / 4);
  }

  /** With an IPv6 extension header of type {@code type} in front of all others. */
  static byte[] extended(byte[] frame, int type, int... header) {
    byte[] octets = octets(header);
    octets[0] = frame[IP + 6];
    byte[] longer = inserted(frame, TRANSPORT_V6, octets);
    int length = longer.length - TRANSPORT_V6;
    return with(longer, IP + 4, length >> 8, length, type);
  }

  /** With a tag between the addresses and the type. */
  static byte[] tagged(byte[] frame, int protocol, int tag) {
    return inserted(frame, 12, octets(protocol >> 8, protocol, tag >> 8, tag));
  }

  static byte[] inserted(byte[] frame, int offset, byte[] octets) {
    byte[] longer = Arrays.copyOf(frame, frame.length + octets.length);
    System.arraycopy(octets, 0, longer, offset, octets.length);
    System.arraycopy(frame, offset, longer, offset + octets.length, frame.length - offset);
    return longer;
  }

  static byte[] octets(int... values) {
    byte[] octets = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      octets[i] = (byte) values[i];
    }
    return octets;
  }

  /** The IP packet of an untagged frame. */
  static byte[] packet(byte[] frame) {
    return Arrays.copyOfRange(frame, IP, frame.length);
  }

  /** An SCTP packet with these chunks and a right CRC32c, built from what UDP would be. */
  static byte[] sctp(FrameBuilder ends, int... chunks) {
    byte[] udp = ends.payload(4 + chunks.length).udp();
    boolean isV4 = udp[IP] >> 4 == 4;
    int start = isV4 ? TRANSPORT : TRANSPORT_V6;
    byte[] frame = isV4 ? lying(udp, IP + 9, 132) : with(udp, IP + 6, 132);
    Arrays.fill(frame, start + 4, start + 12, (byte) 0);
    System.arraycopy(octets(chunks), 0, frame, start + 12, chunks.length);
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(frame, start, frame.length - start);
    int sum = Integer.reverseBytes((int) crc.getValue());
    return with(frame, start + 8, sum >> 24, sum >> 16, sum >> 8, sum);
  }

  /** An ICMP message in IPv4 or IPv6, with its checksums right. */
  static byte[] icmp(FrameBuilder ends, int type, int code, int rest, byte[] data) {
    byte[] frame = ends.payload(data.length).udp();
    boolean isV4 = frame[IP] >> 4 == 4;
    int start = isV4 ? TRANSPORT : TRANSPORT_V6;
    frame[isV4 ? IP + 9 : IP + 6] = (byte) (isV4 ? 1 : 58);
    byte[] message = with(frame, start, type, code, 0, 0, rest >> 24, rest >> 16, rest >> 8, rest);
    System.arraycopy(data, 0, message, start + 8, data.length);
    if (isV4) {
      putChecksum(message, start + 2, start, message.length);
      return summed(message);
    }
    int length = message.length - start;
    int pseudo = sum(message, IP + 8, start) + 58 + length;
    putChecksum(message, start + 2, start, message.length, pseudo);
    return message;
  }

  /** Errors of the director's own to the client: their fields are the kernel's. */
  static byte[] toldClient(String from, int type, int code, int rest, byte[] about) {
    FrameBuilder ends = answered().from(from, 0).to(TestDirector.CLIENT, 0).timeToLive(64);
    byte[] quoted = Arrays.copyOf(packet(about), Math.min(about.length - IP, 548));
    byte[] frame = icmp(ends.dontFragment(false), type, code, rest, quoted);
    return lying(with(frame, IP + 4, 0, 0), IP + 1, 0xc0);
  }

  /** An ARP packet for IPv4 over Ethernet, padded. */
  static byte[] arp(long toMac, int operation, long senderMac, String sender, String target) {
    int from = IpAddress.parse(sender).v4();
    int to = IpAddress.parse(target).v4();
    String text =
        "%012x%012x0806000108000604%04x%012x%08x%012x%08x"
            .formatted(toMac, senderMac, operation, senderMac, from, 0, to);
    return Arrays.copyOf(HexFormat.of().parseHex(text), 60);
  }

  static void putChecksum(byte[] frame, int field, int from, int to) {
    putChecksum(frame, field, from, to, 0);
  }

  static void putChecksum(byte[] frame, int field, int from, int to, int pseudo) {
    frame[field] = 0;
    frame[field + 1] = 0;
    int sum = sum(frame, from, to) + pseudo;
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[field] = (byte) (sum >> 8);
    frame[field + 1] = (byte) sum;
  }

  /** Sum of 16-bit words, not folded. */
  static int sum(byte[] octets, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (octets[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    return sum;
  }
}
