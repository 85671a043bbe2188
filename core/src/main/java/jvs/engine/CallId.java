package jvs.engine;

import java.util.Arrays;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;

/**
 * The Call-ID of a SIP message, by which the engine {@code sip} knows dialogues (ip_vs_pe_sip.c,
 * RFC 3261 section 20.8). One a worker, filled for each packet.
 */
final class CallId {
  private static final int MOST_BYTES = 255;
  private static final String NAME = "call-id";
  private static final int COMPACT_NAME = 'i';

  private final byte[] octets = new byte[MOST_BYTES];
  private int length;
  private int hash;

  /** A hash of the value. */
  int hash() {
    return hash;
  }

  /** A copy of the value. */
  byte[] copy() {
    return Arrays.copyOf(octets, length);
  }

  /** Whether the value is {@code other}. */
  boolean is(byte[] other) {
    return Arrays.equals(octets, 0, length, other, 0, other.length);
  }

  /** Takes the value in {@code size} octets from {@code address}, 255 at most. */
  void set(long address, int size) {
    length = size;
    hash = 0;
    Memory.copy(address, octets, 0, size);
    for (int i = 0; i < size; i++) {
      hash = hash * 31 + (octets[i] & 0xff);
    }
  }

  /** Reads that of a packet; says whether it has one, followed by the end of its line. */
  boolean read(Packet packet) {
    if (packet.protocol() != UdpHeader.PROTOCOL) {
      return false;
    }
    long payload = packet.address() + packet.transport() + UdpHeader.LENGTH;
    return read(payload, packet.transportLength() - UdpHeader.LENGTH);
  }

  /** Reads that of the message in {@code size} octets from {@code address}. */
  boolean read(long address, int size) {
    long end = address + size;
    for (long line = address; line < end; line = nextLine(line, end)) {
      long value = afterName(line, end);
      if (value != 0) {
        return take(value, end);
      }
    }
    return false;
  }

  private static long nextLine(long from, long end) {
    long at = from;
    while (at < end && !isLineEnd(Memory.u8(at))) {
      at++;
    }
    return at + 1;
  }

  /** Where the value begins if {@code line} is the wanted header, else 0. */
  private static long afterName(long line, long end) {
    long at = line;
    int matched = 0;
    while (at < end && matched < NAME.length() && lower(at) == NAME.charAt(matched)) {
      at++;
      matched++;
    }
    if (matched == 0 && at < end && lower(at) == COMPACT_NAME) {
      at++;
    } else if (matched < NAME.length()) {
      return 0;
    }
    at = skipBlanks(at, end);
    return at < end && Memory.u8(at) == ':' ? skipBlanks(at + 1, end) : 0;
  }

  private static int lower(long at) {
    int octet = Memory.u8(at);
    return octet >= 'A' && octet <= 'Z' ? octet + ('a' - 'A') : octet;
  }

  private static long skipBlanks(long from, long end) {
    long at = from;
    while (at < end && (Memory.u8(at) == ' ' || Memory.u8(at) == '\t')) {
      at++;
    }
    return at;
  }

  private static boolean isLineEnd(int octet) {
    return octet == '\r' || octet == '\n';
  }

  private boolean take(long value, long end) {
    length = 0;
    hash = 0;
    long at = value;
    while (at < end && Memory.u8(at) > ' ') {
      if (length == MOST_BYTES) {
        return false;
      }
      int octet = Memory.u8(at++);
      octets[length++] = (byte) octet;
      hash = hash * 31 + octet;
    }
    return length > 0 && at < end && isLineEnd(Memory.u8(at));
  }
}
