package jvs.engine;

import jvs.wire.Checksum;
import jvs.wire.EthernetHeader;
import jvs.wire.IcmpHeader;
import jvs.wire.IpAddress;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.NeighbourMessage;

/** Writes whole frames of IPv6 neighbour discovery (RFC 4861). One thread. */
final class NeighbourFrames {
  /** Bytes of every frame. */
  static final int LENGTH = 14 + Ipv6Header.LENGTH + NeighbourMessage.LENGTH;

  /** First half of ff02::1, every node of a link. */
  static final long ALL_NODES_HIGH = 0xff02L << 48;

  /** Second half of ff02::1. */
  static final long ALL_NODES_LOW = 1;

  private static final int ETHERNET_LENGTH = 14;
  private static final long SOLICITED_NODE_LOW = 0x1_ff00_0000L;
  private static final int HOP_LIMIT = 255;

  private final EthernetHeader ethernet = new EthernetHeader();
  private final NeighbourMessage message = new NeighbourMessage();

  /** Asks the solicited-node group of an address for its hardware address. */
  void solicit(long frame, long ownMac, IpAddress source, long targetHigh, long targetLow) {
    long group = SOLICITED_NODE_LOW | targetLow & 0xff_ffff;
    message(frame).write(NeighbourMessage.SOLICITATION, 0, targetHigh, targetLow, ownMac);
    finish(frame, ownMac, source.high(), source.low(), groupMac(group), ALL_NODES_HIGH, group);
  }

  /** Tells an address's hardware address. */
  void advertise(
      long frame,
      long ownMac,
      int flags,
      long targetHigh,
      long targetLow,
      long destinationMac,
      long destinationHigh,
      long destinationLow) {
    message(frame).write(NeighbourMessage.ADVERTISEMENT, flags, targetHigh, targetLow, ownMac);
    finish(frame, ownMac, targetHigh, targetLow, destinationMac, destinationHigh, destinationLow);
  }

  /** The hardware address of an IPv6 multicast group (RFC 2464 section 7). */
  static long groupMac(long groupLow) {
    return 0x3333L << 32 | groupLow & 0xffff_ffffL;
  }

  private NeighbourMessage message(long frame) {
    return message.wrap(frame + ETHERNET_LENGTH + Ipv6Header.LENGTH, NeighbourMessage.LENGTH);
  }

  private void finish(
      long frame,
      long ownMac,
      long sourceHigh,
      long sourceLow,
      long destinationMac,
      long destinationHigh,
      long destinationLow) {
    ethernet.wrap(frame, LENGTH).addresses(destinationMac, ownMac);
    Memory.put16(frame + ETHERNET_LENGTH - 2, EthernetHeader.IPV6);
    Ipv6Header.writeAt(
        frame + ETHERNET_LENGTH,
        0,
        NeighbourMessage.LENGTH,
        IcmpHeader.PROTOCOL_V6,
        HOP_LIMIT,
        sourceHigh,
        sourceLow,
        destinationHigh,
        destinationLow);
    long sum =
        Checksum.pseudoV6(
                sourceHigh,
                sourceLow,
                destinationHigh,
                destinationLow,
                IcmpHeader.PROTOCOL_V6,
                NeighbourMessage.LENGTH)
            + Checksum.sum(frame + ETHERNET_LENGTH + Ipv6Header.LENGTH, NeighbourMessage.LENGTH);
    message.checksum(Checksum.finish(sum));
  }
}
