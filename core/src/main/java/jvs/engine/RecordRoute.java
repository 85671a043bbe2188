package jvs.engine;

import jvs.wire.Ipv4Header;
import jvs.wire.Memory;
import jvs.wire.Packet;

/**
 * The record route option of packets to this host: their destination is entered, as the kernel does
 * before IPVS sees them (ip_options_compile; RFC 791 section 3.1). Stateless.
 */
final class RecordRoute {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int RECORD_ROUTE = 7;
  private static final int FIRST_POINTER = 4;
  private static final int ADDRESS_BYTES = 4;

  private RecordRoute() {}

  /** Enters the destination if there is such an option with room for it. */
  static void enter(Packet packet) {
    int end = packet.transport() - packet.network();
    if (end == Ipv4Header.MIN_LENGTH) {
      return;
    }
    long header = packet.address() + packet.network();
    int offset = Ipv4Header.MIN_LENGTH;
    while (offset + 1 < end) {
      int type = Memory.u8(header + offset);
      if (type == END) {
        return;
      }
      int length = type == NO_OPERATION ? 1 : Memory.u8(header + offset + 1);
      if (length < 1 || offset + length > end || (length == 1 && type != NO_OPERATION)) {
        return;
      }
      if (type == RECORD_ROUTE) {
        enter(packet, header + offset, length);
        return;
      }
      offset += length;
    }
  }

  private static void enter(Packet packet, long option, int length) {
    int pointer = length > 2 ? Memory.u8(option + 2) : 0;
    if (pointer < FIRST_POINTER || pointer - 1 + ADDRESS_BYTES > length) {
      return;
    }
    Memory.put32(option + pointer - 1, (int) packet.destinationLow());
    Memory.put8(option + 2, pointer + ADDRESS_BYTES);
    packet.ipv4().writeChecksum();
  }
}
