package jvs.forwarders;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * A frame as a second reader understands it, who shares no code with the director: addresses, and
 * whether lengths and checksums are right, those inside a tunnel included.
 */
final class ParsedFrame {
  private static final int GUE_PORT = 6080;

  final String source;
  final String destination;
  final int protocol;
  final boolean isFragment;

  /** Whether the IP header's lengths and checksum are right. */
  final boolean isHeaderRight;

  private final byte[] octets;
  private final int network;
  private final boolean isV4;
  private final int transport;
  private final int end;

  private ParsedFrame(byte[] octets, int network, int limit) {
    this.octets = octets;
    this.network = network;
    isV4 = u8(network) >> 4 == 4;
    int address = network + (isV4 ? 12 : 8);
    int size = isV4 ? 4 : 16;
    source = text(address, size);
    destination = text(address + size, size);
    if (isV4) {
      transport = network + (u8(network) & 15) * 4;
      end = network + u16(network + 2);
      protocol = u8(network + 9);
      isFragment = (u16(network + 6) & 0x3fff) != 0;
      boolean fits = transport >= network + 20 && transport <= end && end <= limit;
      isHeaderRight = fits && folded(Frames.sum(octets, network, transport)) == 0xffff;
      return;
    }
    int next = u8(network + 6);
    int offset = network + 40;
    boolean fragmented = false;
    end = offset + u16(network + 4);
    while ((next == 0 || next == 43 || next == 44 || next == 60)
        && offset + 8 <= end
        && end <= limit) {
      fragmented |= next == 44;
      int length = next == 44 ? 8 : 8 * u8(offset + 1) + 8;
      next = u8(offset);
      offset += length;
    }
    protocol = next;
    transport = offset;
    isFragment = fragmented;
    isHeaderRight = u8(network) >> 4 == 6 && transport <= end && end <= limit;
  }

  /** Reads a frame as it is when the card has done what the virtio-net header leaves to it. */
  static @Nullable ParsedFrame of(byte[] frame, byte[] vnetHeader) {
    if ((vnetHeader[0] & VnetHeader.NEEDS_CHECKSUM) == 0) {
      return of(frame);
    }
    byte[] finished = frame.clone();
    ByteBuffer fields = ByteBuffer.wrap(vnetHeader).order(ByteOrder.nativeOrder());
    int start = fields.getShort(6) & 0xffff;
    int field = start + (fields.getShort(8) & 0xffff);
    if (start < frame.length && field + 2 <= frame.length) {
      int sum = ~folded(Frames.sum(finished, start, frame.length));
      finished[field] = (byte) (sum >> 8);
      finished[field + 1] = (byte) sum;
    }
    return of(finished);
  }

  /** Reads an Ethernet frame; null if it is not long enough for an IP packet, or is none. */
  static @Nullable ParsedFrame of(byte[] frame) {
    int type = 12;
    while (type + 6 < frame.length && (is(frame, type, 0x8100) || is(frame, type, 0x88a8))) {
      type += 4;
    }
    boolean isIp = type + 2 <= frame.length && (is(frame, type, 0x0800) || is(frame, type, 0x86dd));
    return isIp ? packet(frame, type + 2) : null;
  }

  private static @Nullable ParsedFrame packet(byte[] octets, int network) {
    int version = network < octets.length ? (octets[network] & 0xff) >> 4 : 0;
    int least = version == 4 ? 20 : 40;
    boolean isIp = (version == 4 || version == 6) && network + least <= octets.length;
    return isIp ? new ParsedFrame(octets, network, octets.length) : null;
  }

  private static boolean is(byte[] frame, int offset, int type) {
    return (frame[offset] & 0xff) == type >> 8 && (frame[offset + 1] & 0xff) == (type & 0xff);
  }

  boolean isIcmp() {
    return protocol == (isV4 ? 1 : 58);
  }

  /**
   * Leaves only the pseudo-header's sum in the checksum of TCP or UDP.
   *
   * @return the virtio-net header that says so; all 0 if there is nothing to leave
   */
  byte[] unfinish() {
    byte[] header = new byte[VnetHeader.LENGTH];
    int offset = protocol == 6 ? 16 : 6;
    boolean isSummed = !isFragment && (protocol == 6 || protocol == 17);
    if (!isSummed || (protocol == 17 && u16(transport + offset) == 0)) {
      return header;
    }
    int sum = folded(pseudo(end - transport));
    octets[transport + offset] = (byte) (sum >> 8);
    octets[transport + offset + 1] = (byte) sum;
    ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.nativeOrder());
    fields.put((byte) VnetHeader.NEEDS_CHECKSUM);
    fields.putShort(6, (short) transport).putShort(8, (short) offset);
    return header;
  }

  /** Whether the virtio-net header leaves nothing to the card but this packet's own checksum. */
  boolean isMatchedBy(byte[] vnetHeader) {
    ByteBuffer fields = ByteBuffer.wrap(vnetHeader).order(ByteOrder.nativeOrder());
    return (vnetHeader[0] & VnetHeader.NEEDS_CHECKSUM) == 0
        || (fields.getShort(6) == transport
            && fields.getShort(8) == (protocol == 6 ? 16 : 6)
            && (protocol == 6 || protocol == 17));
  }

  /** Whether it asks for a neighbour's hardware address, as ARP does. */
  boolean isNeighbourSolicitation() {
    return !isV4 && isIcmp() && u8(transport) == 135 && u16(network + 24) == 0xff02;
  }

  boolean isReassemblyTimeExceeded() {
    return isIcmp() && u16(transport) == ((isV4 ? 11 : 3) << 8 | 1);
  }

  /** Whether all that can be checked is right: header, transport, what a tunnel holds. */
  boolean isRight() {
    return isHeaderRight && (isFragment || isTransportRight());
  }

  private boolean isTransportRight() {
    int length = end - transport;
    return switch (protocol) {
      case 6 -> length >= 20 && isSummed(length);
      case 17 -> isUdpRight(length);
      case 132 -> length >= 12 && isCrcRight();
      case 1 -> !isV4 || (length >= 8 && folded(Frames.sum(octets, transport, end)) == 0xffff);
      case 58 -> isV4 || (length >= 8 && isSummed(length));
      case 4, 41 -> isInnerRight(transport);
      case 47 -> isGreRight(length);
      default -> true;
    };
  }

  private boolean isUdpRight(int length) {
    boolean isUnsummed = length >= 8 && u16(transport + 6) == 0;
    return length >= 8
        && u16(transport + 4) == length
        && (isUnsummed || isSummed(length))
        && (u16(transport + 2) != GUE_PORT || isInnerRight(transport + 12));
  }

  private boolean isGreRight(int length) {
    boolean hasSum = length >= 8 && u8(transport) >> 7 == 1;
    return (!hasSum || folded(Frames.sum(octets, transport, end)) == 0xffff)
        && isInnerRight(transport + (hasSum ? 8 : 4));
  }

  private boolean isInnerRight(int offset) {
    ParsedFrame inner = packet(octets, offset);
    return inner != null && inner.isRight();
  }

  private boolean isSummed(int length) {
    return folded(pseudo(length) + Frames.sum(octets, transport, end)) == 0xffff;
  }

  private int pseudo(int length) {
    int addresses = isV4 ? network + 12 : network + 8;
    int size = isV4 ? 8 : 32;
    return Frames.sum(octets, addresses, addresses + size) + protocol + length;
  }

  private boolean isCrcRight() {
    byte[] chunk = Arrays.copyOfRange(octets, transport, end);
    int said = u16(transport + 8) << 16 | u16(transport + 10);
    Arrays.fill(chunk, 8, 12, (byte) 0);
    CRC32C crc = new CRC32C();
    crc.update(chunk);
    return said == Integer.reverseBytes((int) crc.getValue());
  }

  private String text(int from, int size) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size; i++) {
      text.append((char) u8(from + i));
    }
    return text.toString();
  }

  private int u8(int offset) {
    return octets[offset] & 0xff;
  }

  private int u16(int offset) {
    return u8(offset) << 8 | u8(offset + 1);
  }

  private static int folded(int sum) {
    int once = (sum & 0xffff) + (sum >>> 16);
    return (once & 0xffff) + (once >>> 16);
  }
}
