package jvs.forwarders;

import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/** Changes TCP segments in their length, and what follows from that. Stateless. */
final class Segment {
  private static final int LONGEST = 0xffff;

  private Segment() {}

  /** Whether a segment's header makes sense and the packet may become so much longer. */
  static boolean mayGrow(Packet packet, int bytes) {
    int header = packet.tcp().headerLength();
    return header >= TcpHeader.MIN_LENGTH
        && header <= packet.transportLength()
        && packet.ipLength() + bytes <= LONGEST;
  }

  /** Address of the TCP header. */
  static long header(Packet packet) {
    return packet.address() + packet.transport();
  }

  /** Sum of the header as far as it is here, for {@link #correct}. */
  static int sum(Packet packet) {
    int length = Math.min(packet.tcp().headerLength(), packet.transportLength());
    return Checksum.fold(Checksum.sum(header(packet), Math.max(length, TcpHeader.MIN_LENGTH)));
  }

  /** Corrects the checksum after the header changed, but nothing else. */
  static void correct(Packet packet, int sumBefore) {
    if (!VnetHeader.needsChecksum(packet.address())) {
      TcpHeader tcp = packet.tcp();
      tcp.checksum(Checksum.update(tcp.checksum(), Checksum.delta16(sumBefore, sum(packet))));
    }
  }

  /**
   * Corrects the checksum after octets were put in behind or into the header.
   *
   * @param sumBefore {@link #sum} before that
   * @param payloadSum what the payload's sum grew by
   */
  static void correctGrown(Packet packet, int sumBefore, long payloadSum, int bytes) {
    TcpHeader tcp = packet.tcp();
    if (VnetHeader.needsChecksum(packet.address())) {
      tcp.checksum(Checksum.fold(tcp.checksum() + (long) bytes));
      return;
    }
    long delta = Checksum.delta16(sumBefore, sum(packet)) + payloadSum + bytes;
    tcp.checksum(Checksum.update(tcp.checksum(), delta));
  }

  /** Lowers the largest segment that a SYN offers to take, as segments will get longer. */
  static void lowerMaximum(Packet packet, int bytes) {
    int option = packet.tcp().option(TcpHeader.MAXIMUM_SEGMENT_SIZE);
    long value = header(packet) + option + 2;
    if (option == 0 || Memory.u8(value - 1) != 4 || Memory.u16(value) <= bytes) {
      return;
    }
    int before = sum(packet);
    Memory.put16(value, Memory.u16(value) - bytes);
    correct(packet, before);
  }
}
