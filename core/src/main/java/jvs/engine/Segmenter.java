package jvs.engine;

import jvs.wire.Checksum;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;
import jvs.wire.VnetHeader;

/**
 * Takes a super-frame apart into the segments that it stands for, as the card would have done
 * (tcp_gso_segment, __udp_gso_segment); for tunnels, into which no card looks, and for paths whose
 * MTU the host's stack does not know. One thread.
 */
final class Segmenter {
  private static final int IPV4_TOTAL_LENGTH = 2;
  private static final int IPV4_IDENTIFICATION = 4;
  private static final int IPV6_PAYLOAD_LENGTH = 4;
  private static final int TCP_SEQUENCE = 4;
  private static final int TCP_FLAGS = 13;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_DATAGRAM_LENGTH = 4;
  private static final int UDP_CHECKSUM = 6;
  private static final int CWR = 0x80;

  private final Packet segment = new Packet();
  private int headerLength;
  private int payload;
  private int size;
  private int offset;

  /**
   * Begins with a packet; false if it is no super-frame, or one whose segments are of no kind or
   * size that we know.
   */
  boolean canSplit(Packet packet) {
    if (!VnetHeader.isSuperFrame(packet.address())) {
      return false;
    }
    int type = VnetHeader.superFrameType(packet.address());
    boolean isTcp =
        packet.isTcp() && (type == VnetHeader.TCP_OVER_IPV4 || type == VnetHeader.TCP_OVER_IPV6);
    boolean isUdp = packet.isUdp() && type == VnetHeader.UDP_SEGMENTS;
    return (isTcp || isUdp) && begin(packet, VnetHeader.segmentSize(packet.address()));
  }

  /**
   * Begins with a TCP packet that is to leave in packets of at most {@code mtu} bytes; false if it
   * is none or there is no room.
   */
  boolean canSplit(Packet packet, int mtu) {
    return packet.isTcp()
        && begin(packet, mtu + packet.network() - packet.transport() - packet.tcp().headerLength());
  }

  private boolean begin(Packet packet, int segmentSize) {
    int transport = packet.transport();
    headerLength = transport + (packet.isTcp() ? packet.tcp().headerLength() : UdpHeader.LENGTH);
    payload = packet.length() - headerLength;
    size = segmentSize;
    offset = 0;
    return size > 0
        && payload > 0
        && headerLength >= transport + UdpHeader.LENGTH
        && headerLength + size <= ScratchFrames.FRAME_BYTES;
  }

  /** Whether there are segments left. */
  boolean hasNext() {
    return offset < payload;
  }

  /** The next segment, written to {@code frame}; valid until the one after it. */
  Packet next(Packet packet, long frame) {
    int length = Math.min(size, payload - offset);
    boolean isLast = offset + length == payload;
    Memory.copy(packet.address(), frame, headerLength);
    Memory.copy(packet.address() + headerLength + offset, frame + headerLength, length);
    int end = headerLength + length;
    long network = frame + packet.network();
    long transport = frame + packet.transport();
    if (packet.isV4()) {
      Memory.put16(network + IPV4_TOTAL_LENGTH, end - packet.network());
      int identification = Memory.u16(network + IPV4_IDENTIFICATION) + offset / size;
      Memory.put16(network + IPV4_IDENTIFICATION, identification);
      Ipv4Header.writeChecksumAt(network);
    } else {
      Memory.put16(network + IPV6_PAYLOAD_LENGTH, end - packet.network() - Ipv6Header.LENGTH);
    }
    if (packet.isTcp()) {
      Memory.put32(transport + TCP_SEQUENCE, Memory.i32(transport + TCP_SEQUENCE) + offset);
      int cleared = (isLast ? 0 : TcpHeader.FIN | TcpHeader.PSH) | (offset == 0 ? 0 : CWR);
      Memory.put8(transport + TCP_FLAGS, Memory.u8(transport + TCP_FLAGS) & ~cleared);
    } else {
      Memory.put16(transport + UDP_DATAGRAM_LENGTH, end - packet.transport());
    }
    writeChecksum(packet, transport, end - packet.transport());
    offset += length;
    segment.dissect(frame, end, packet.linkIndex());
    return segment;
  }

  /** With the addresses that are in the header now, after a translation. */
  private static void writeChecksum(Packet packet, long transport, int length) {
    long field = transport + (packet.isTcp() ? TCP_CHECKSUM : UDP_CHECKSUM);
    Memory.put16(field, 0);
    long pseudo =
        packet.isV4()
            ? Checksum.pseudoV4(
                packet.ipv4().source(), packet.ipv4().destination(), packet.protocol(), length)
            : Checksum.pseudoV6(
                packet.ipv6().sourceHigh(),
                packet.ipv6().sourceLow(),
                packet.ipv6().destinationHigh(),
                packet.ipv6().destinationLow(),
                packet.protocol(),
                length);
    int checksum = Checksum.finish(pseudo + Checksum.sum(transport, length));
    Memory.put16(field, checksum == 0 && packet.isUdp() ? 0xffff : checksum);
  }
}
