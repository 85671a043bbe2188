package jvs.lab;

import jvs.wire.Checksum;
import jvs.wire.EthernetHeader;
import jvs.wire.Memory;
import jvs.wire.UdpHeader;

/**
 * What is between an outer IP header and the packet in the tunnel: nothing (RFC 2003, RFC 2473), a
 * GRE header (RFC 2784) or UDP with a GUE header (draft-ietf-intarea-gue). Any thread.
 *
 * <p>Written without a look at the director's own, so that both would have to be wrong alike.
 */
final class TunnelHeader {
  /** A length, a checksum or a reserved bit is not what it should be. */
  static final int LIE = -1;

  /** No tunnel of ours. */
  static final int FOREIGN = -2;

  static final int IPV4 = 4;
  static final int IPV6 = 41;
  static final int GRE = 47;
  static final int GUE_PORT = 6080;

  private static final int GRE_BYTES = 4;
  private static final int GRE_CHECKSUM_PRESENT = 0x8000;
  private static final int GUE_BYTES = 4;
  private static final int ALL_ONES = 0xffff;

  private TunnelHeader() {}

  /**
   * Finds the packet inside.
   *
   * @param protocol of the outer IP header
   * @param address where its payload begins
   * @param length bytes of the payload
   * @param addresses sum of the outer addresses, for pseudo-headers
   * @return bytes before the packet, or {@link #LIE} or {@link #FOREIGN}
   */
  static int unpack(int protocol, long address, int length, long addresses) {
    return switch (protocol) {
      case IPV4, IPV6 -> inner(protocol, address, length, 0);
      case GRE -> gre(address, length);
      case UdpHeader.PROTOCOL -> gue(address, length, addresses);
      default -> FOREIGN;
    };
  }

  /** Whether GRE or UDP carries a checksum; it need not be right. */
  static boolean hasChecksum(int protocol, long address) {
    return switch (protocol) {
      case GRE -> (Memory.u16(address) & GRE_CHECKSUM_PRESENT) != 0;
      case UdpHeader.PROTOCOL -> Memory.u16(address + 6) != 0;
      default -> false;
    };
  }

  private static int gre(long address, int length) {
    if (length < 2 * GRE_BYTES) {
      return LIE;
    }
    int flags = Memory.u16(address);
    boolean hasChecksum = flags == GRE_CHECKSUM_PRESENT;
    if (flags != 0 && !hasChecksum) {
      return LIE;
    }
    if (hasChecksum && Checksum.fold(Checksum.sum(address, length)) != ALL_ONES) {
      return LIE;
    }
    int header = hasChecksum ? 2 * GRE_BYTES : GRE_BYTES;
    return switch (Memory.u16(address + 2)) {
      case EthernetHeader.IPV4 -> inner(IPV4, address, length, header);
      case EthernetHeader.IPV6 -> inner(IPV6, address, length, header);
      default -> LIE;
    };
  }

  private static int gue(long address, int length, long addresses) {
    if (length < UdpHeader.LENGTH + GUE_BYTES || Memory.u16(address + 2) != GUE_PORT) {
      return FOREIGN;
    }
    if (Memory.u16(address + 4) != length) {
      return LIE;
    }
    if (hasChecksum(UdpHeader.PROTOCOL, address)) {
      long pseudo = addresses + UdpHeader.PROTOCOL + length;
      if (Checksum.fold(pseudo + Checksum.sum(address, length)) != ALL_ONES) {
        return LIE;
      }
    }
    long gue = address + UdpHeader.LENGTH;
    boolean isVersionZeroWithoutOptions = Memory.u8(gue) == 0 && Memory.u16(gue + 2) == 0;
    int protocol = Memory.u8(gue + 1);
    if (!isVersionZeroWithoutOptions || (protocol != IPV4 && protocol != IPV6)) {
      return LIE;
    }
    return inner(protocol, address, length, UdpHeader.LENGTH + GUE_BYTES);
  }

  /** The offset, if the packet there is of this protocol and as long as its header says. */
  private static int inner(int protocol, long address, int length, int offset) {
    long packet = address + offset;
    int left = length - offset;
    boolean isWhole =
        protocol == IPV4
            ? left >= 20 && Memory.u8(packet) >> 4 == 4 && Memory.u16(packet + 2) == left
            : left >= 40 && Memory.u8(packet) >> 4 == 6 && Memory.u16(packet + 4) + 40 == left;
    return isWhole ? offset : LIE;
  }
}
