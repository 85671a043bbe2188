package jvs.engine;

import java.util.concurrent.ThreadLocalRandom;
import jvs.route.NextHop;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;

/**
 * Sends a packet in fragments (ip_do_fragment, ip6_fragment; RFC 791 section 3.2, RFC 8200 section
 * 4.5): of a tunnel's packet the outer one. One thread, its worker's.
 */
final class Fragmenter {
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;
  private static final int COPIED = 0x80;

  private final Outbound outbound;
  private final Ipv4Header ipv4 = new Ipv4Header();
  private final Ipv6Header ipv6 = new Ipv6Header();
  private int identification = ThreadLocalRandom.current().nextInt();

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
    boolean isV4 = Memory.u8(header) >> 4 == 4;
    int headerLength = wrap(isV4, header, packet.length() - network);
    int prefix = headerLength + (isV4 ? 0 : Ipv6Header.FRAGMENT_LENGTH);
    int most = Math.min(size, ScratchFrames.FRAME_BYTES - network);
    int step = Math.max(8, (most - prefix) / 8 * 8);
    int payload = packet.length() - network - headerLength;
    if (!isV4) {
      identification++;
    }
    for (int offset = 0; offset < payload; offset += step) {
      int length = Math.min(step, payload - offset);
      long frame = outbound.newFrame();
      long copy = frame + network;
      Memory.copy(packet.address(), frame, network + headerLength);
      Memory.copy(header + headerLength + offset, copy + prefix, length);
      boolean isLast = offset + length == payload;
      if (isV4) {
        writeV4(copy, headerLength, length, offset, isLast);
      } else {
        ipv6.writeFragmentAt(copy, length, offset, !isLast, identification);
      }
      int verdict = outbound.sendOwn(frame, network + prefix + length, hop, nowMillis);
      if (verdict > 0) {
        return verdict;
      }
    }
    return Verdict.FORWARDED;
  }

  /** Bytes that are in every fragment. */
  private int wrap(boolean isV4, long header, int length) {
    if (isV4) {
      return ipv4.wrap(header, length).headerLength();
    }
    ipv6.wrap(header, length).check();
    return ipv6.fragmentable();
  }

  private void writeV4(long copy, int headerLength, int length, int offset, boolean isLast) {
    if (offset > 0) {
      blankOptions(copy, headerLength);
    }
    ipv4.wrap(copy, headerLength + length)
        .writeFragment(headerLength + length, offset / 8 | (isLast ? 0 : MORE_FRAGMENTS));
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
