package jvs.engine;

import jvs.route.NextHop;
import jvs.wire.Ipv4Header;
import jvs.wire.Memory;
import jvs.wire.Packet;

/**
 * Sends an IPv4 packet in fragments (ip_do_fragment; RFC 791 section 3.2): of a tunnel's packet the
 * outer one. One thread, its worker's.
 */
final class Fragmenter {
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;
  private static final int COPIED = 0x80;

  private final Outbound outbound;
  private final Ipv4Header ipv4 = new Ipv4Header();

  Fragmenter(Outbound outbound) {
    this.outbound = outbound;
  }

  /**
   * Sends {@code packet} as fragments of at most {@code size} bytes.
   *
   * @return a verdict
   */
  int send(Packet packet, int size, NextHop hop, long nowMillis) {
    packet.finishChecksum();
    int network = packet.network();
    long header = packet.address() + network;
    int headerLength = ipv4.wrap(header, packet.length() - network).headerLength();
    int most = Math.min(size, ScratchFrames.FRAME_BYTES - network);
    int step = Math.max(8, (most - headerLength) / 8 * 8);
    int payload = packet.length() - network - headerLength;
    for (int offset = 0; offset < payload; offset += step) {
      int length = Math.min(step, payload - offset);
      long frame = outbound.newFrame();
      long copy = frame + network;
      Memory.copy(packet.address(), frame, network + headerLength);
      Memory.copy(header + headerLength + offset, copy + headerLength, length);
      if (offset > 0) {
        blankOptions(copy, headerLength);
      }
      boolean isLast = offset + length == payload;
      ipv4.wrap(copy, headerLength + length)
          .writeFragment(headerLength + length, offset / 8 | (isLast ? 0 : MORE_FRAGMENTS));
      int verdict = outbound.sendOwn(frame, network + headerLength + length, hop, nowMillis);
      if (verdict > 0) {
        return verdict;
      }
    }
    return Verdict.FORWARDED;
  }

  /** Only options that say so are in every fragment (ip_options_fragment). */
  private static void blankOptions(long header, int headerLength) {
    int offset = Ipv4Header.MIN_LENGTH;
    while (offset < headerLength) {
      int type = Memory.u8(header + offset);
      if (type == END_OF_OPTIONS) {
        return;
      }
      int length = 1;
      if (type != NO_OPERATION) {
        length = offset + 1 < headerLength ? Memory.u8(header + offset + 1) : 0;
        if (length < 2 || offset + length > headerLength) {
          return;
        }
        if ((type & COPIED) == 0) {
          for (int i = 0; i < length; i++) {
            Memory.put8(header + offset + i, NO_OPERATION);
          }
        }
      }
      offset += length;
    }
  }
}
