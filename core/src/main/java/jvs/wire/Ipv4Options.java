package jvs.wire;

/**
 * The options of an IPv4 header, as far as the kernel looks at them before it takes a packet
 * (__ip_options_compile, ip_rcv_options; RFC 791 section 3.1). Stateless.
 */
final class Ipv4Options {
  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int RECORD_ROUTE = 7;
  private static final int TIMESTAMP = 68;
  private static final int LOOSE_SOURCE_ROUTE = 131;
  private static final int STRICT_SOURCE_ROUTE = 137;
  private static final int ADDRESS_BYTES = 4;

  private Ipv4Options() {}

  /** 0, or the code of IPV4_OPTIONS. The header's length is known to be right. */
  static int check(long header, int headerLength) {
    int offset = Ipv4Header.MIN_LENGTH;
    while (offset < headerLength) {
      int type = Memory.u8(header + offset);
      if (type == END) {
        return 0;
      }
      if (type == NO_OPERATION) {
        offset++;
        continue;
      }
      int room = headerLength - offset;
      int length = room < 2 ? 0 : Memory.u8(header + offset + 1);
      if (length < 2 || length > room || !isPossible(type, header + offset, length)) {
        return DropReason.IPV4_OPTIONS.code();
      }
      offset += length;
    }
    return 0;
  }

  private static boolean isPossible(int type, long option, int length) {
    return switch (type) {
      case RECORD_ROUTE -> length >= 3 && hasRoom(option, length, 4, ADDRESS_BYTES);
      case TIMESTAMP -> length >= 4 && hasRoom(option, length, 5, ADDRESS_BYTES);
      case LOOSE_SOURCE_ROUTE, STRICT_SOURCE_ROUTE -> false;
      default -> true;
    };
  }

  /** Whether the option is full, or the next entry that its pointer shows fits into it. */
  private static boolean hasRoom(long option, int length, int first, int bytes) {
    int pointer = Memory.u8(option + 2);
    return pointer >= first && (pointer > length || pointer - 1 + bytes <= length);
  }
}
