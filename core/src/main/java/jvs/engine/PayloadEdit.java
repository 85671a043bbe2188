package jvs.engine;

import jvs.wire.Checksum;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;

/**
 * Replaces bytes in a TCP segment's payload by more or fewer (nf_nat_mangle_tcp_packet). What lies
 * before them moves into or out of the headroom, so nothing behind the frame is touched.
 */
final class PayloadEdit {
  private static final int IPV4_TOTAL_LENGTH = 2;
  private static final int IPV6_PAYLOAD_LENGTH = 4;

  private PayloadEdit() {}

  /**
   * Puts {@code text} in the place of {@code removed} bytes; the packet is dissected anew.
   * Checksums stay as right as they were; sequence numbers are the caller's.
   *
   * @param offset where, in the payload
   * @param length bytes of {@code text}; at most {@code PacketPort.HEADROOM} more than are removed
   */
  static void replace(Packet packet, int offset, int removed, byte[] text, int length) {
    int grown = length - removed;
    long before = packet.address();
    long after = before - grown;
    int transport = packet.transport();
    int bytes = packet.transportLength();
    int edit = transport + packet.tcp().headerLength() + offset;
    int sumBefore = Checksum.fold(Checksum.sum(before + transport, bytes));
    Memory.copy(before - VnetHeader.LENGTH, after - VnetHeader.LENGTH, VnetHeader.LENGTH + edit);
    Memory.copy(text, 0, after + edit, length);
    int frameLength = packet.length() + grown;
    int largestFragment = packet.largestFragment();
    int network = packet.network();
    if (packet.isV4()) {
      packet.ipv4().wrap(after + network, frameLength - network);
      Memory.put16(after + network + IPV4_TOTAL_LENGTH, frameLength - network);
      packet.ipv4().writeChecksum();
    } else {
      int payload = frameLength - network - Ipv6Header.LENGTH;
      Memory.put16(after + network + IPV6_PAYLOAD_LENGTH, payload);
    }
    packet.dissect(after, frameLength, packet.linkIndex());
    packet.reassembledFrom(largestFragment);
    long lengthDelta = Checksum.delta16(bytes, bytes + grown);
    int checksum = packet.tcp().checksum();
    if (VnetHeader.needsChecksum(after)) {
      packet.tcp().checksum(Checksum.fold(checksum + lengthDelta));
    } else {
      int sumAfter = Checksum.fold(Checksum.sum(after + transport, bytes + grown));
      long delta = Checksum.delta16(sumBefore, sumAfter) + lengthDelta;
      packet.tcp().checksum(Checksum.update(checksum, delta));
    }
  }
}
