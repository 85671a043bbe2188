package jvs.wire;

/** IPv6 and its extension headers up to the transport header (RFC 8200). A worker's flyweight. */
public final class Ipv6Header {
  /** Bytes of the fixed header. */
  public static final int LENGTH = 40;

  private static final int VERSION_CLASS_FLOW = 0;
  private static final int PAYLOAD_LENGTH = 4;
  private static final int NEXT_HEADER = 6;
  private static final int HOP_LIMIT = 7;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int MAX_EXTENSIONS = 8;

  private long address;
  private int available;
  private int protocol;
  private int transportOffset;
  private boolean isFragment;
  private int fragmentOffset;

  /** Looks at {@code available} bytes at {@code address}. */
  public Ipv6Header wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /** 0, or a drop reason's code: lengths and extension headers are right after 0. */
  public int check() {
    if (available < LENGTH) {
      return DropReason.IPV6_TRUNCATED.code();
    }
    if (Memory.u8(address + VERSION_CLASS_FLOW) >> 4 != 6) {
      return DropReason.IPV6_VERSION.code();
    }
    if (LENGTH + payloadLength() > available) {
      return DropReason.IPV6_PAYLOAD_LENGTH.code();
    }
    return walkExtensions(LENGTH + payloadLength());
  }

  /** 0, or a drop reason's code: only the headers themselves need be there, for quoted packets. */
  public int checkQuoted() {
    protocol = 0;
    transportOffset = 0;
    fragmentOffset = 0;
    if (available < LENGTH) {
      return DropReason.IPV6_TRUNCATED.code();
    }
    return Memory.u8(address + VERSION_CLASS_FLOW) >> 4 != 6
        ? DropReason.IPV6_VERSION.code()
        : walkExtensions(available);
  }

  private int walkExtensions(int end) {
    int next = Memory.u8(address + NEXT_HEADER);
    int offset = LENGTH;
    isFragment = false;
    fragmentOffset = 0;
    for (int i = 0; i <= MAX_EXTENSIONS; i++) {
      boolean isExtension =
          next == HOP_BY_HOP
              || next == ROUTING
              || next == FRAGMENT
              || next == AUTHENTICATION
              || next == DESTINATION_OPTIONS;
      if (!isExtension || fragmentOffset > 0 || next == AUTHENTICATION) {
        protocol = next;
        transportOffset = offset;
        return 0;
      }
      if (offset + 8 > end) {
        return DropReason.IPV6_EXTENSIONS.code();
      }
      if (next == FRAGMENT) {
        isFragment = true;
        fragmentOffset = Memory.u16(address + offset + 2) & 0xfff8;
      }
      int length = next == FRAGMENT ? 8 : (Memory.u8(address + offset + 1) + 1) * 8;
      next = Memory.u8(address + offset);
      offset += length;
      if (offset > end) {
        return DropReason.IPV6_EXTENSIONS.code();
      }
    }
    return DropReason.IPV6_EXTENSIONS.code();
  }

  /** Traffic class. */
  public int trafficClass() {
    return Memory.u16(address + VERSION_CLASS_FLOW) >> 4 & 0xff;
  }

  /** Bytes behind the fixed header. */
  public int payloadLength() {
    return Memory.u16(address + PAYLOAD_LENGTH);
  }

  /** Sets the bytes behind the fixed header. */
  public void payloadLength(int value) {
    Memory.put16(address + PAYLOAD_LENGTH, value);
  }

  /** Hop limit. */
  public int hopLimit() {
    return Memory.u8(address + HOP_LIMIT);
  }

  /** Decrements the hop limit. */
  public void decrementHopLimit() {
    Memory.put8(address + HOP_LIMIT, hopLimit() - 1);
  }

  /** Protocol behind the extension headers, or the next header of a later fragment. */
  public int protocol() {
    return protocol;
  }

  /** Bytes from the fixed header's start to the transport header. */
  public int transportOffset() {
    return transportOffset;
  }

  /** Whether there is a fragment header. */
  public boolean isFragment() {
    return isFragment;
  }

  /** Fragment offset in bytes. */
  public int fragmentOffset() {
    return fragmentOffset;
  }

  /** First half of the source address. */
  public long sourceHigh() {
    return Memory.i64(address + SOURCE);
  }

  /** Second half of the source address. */
  public long sourceLow() {
    return Memory.i64(address + SOURCE + 8);
  }

  /** First half of the destination address. */
  public long destinationHigh() {
    return Memory.i64(address + DESTINATION);
  }

  /** Second half of the destination address. */
  public long destinationLow() {
    return Memory.i64(address + DESTINATION + 8);
  }

  /** Sets the source address. */
  public void source(long high, long low) {
    Memory.put64(address + SOURCE, high);
    Memory.put64(address + SOURCE + 8, low);
  }

  /** Sets the destination address. */
  public void destination(long high, long low) {
    Memory.put64(address + DESTINATION, high);
    Memory.put64(address + DESTINATION + 8, low);
  }

  /** Writes a fixed header at the wrapped address; flow label 0. */
  public void write(
      int trafficClass,
      int payloadLength,
      int nextHeader,
      int hopLimit,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow) {
    writeAt(
        address,
        trafficClass,
        payloadLength,
        nextHeader,
        hopLimit,
        sourceHigh,
        sourceLow,
        destinationHigh,
        destinationLow);
  }

  /** Writes a fixed header at {@code address}; flow label 0. */
  public static void writeAt(
      long address,
      int trafficClass,
      int payloadLength,
      int nextHeader,
      int hopLimit,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow) {
    Memory.put32(address + VERSION_CLASS_FLOW, 6 << 28 | trafficClass << 20);
    Memory.put16(address + PAYLOAD_LENGTH, payloadLength);
    Memory.put8(address + NEXT_HEADER, nextHeader);
    Memory.put8(address + HOP_LIMIT, hopLimit);
    Memory.put64(address + SOURCE, sourceHigh);
    Memory.put64(address + SOURCE + 8, sourceLow);
    Memory.put64(address + DESTINATION, destinationHigh);
    Memory.put64(address + DESTINATION + 8, destinationLow);
  }

  @Override
  public String toString() {
    return "IP6 (class 0x"
        + Integer.toHexString(trafficClass())
        + ", hlim "
        + hopLimit()
        + ", next-header "
        + protocol
        + ", payload length "
        + payloadLength()
        + ") "
        + IpAddress.v6(sourceHigh(), sourceLow())
        + " > "
        + IpAddress.v6(destinationHigh(), destinationLow());
  }
}
