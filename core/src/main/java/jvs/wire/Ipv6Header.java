package jvs.wire;

/** IPv6 and its extension headers up to the transport header (RFC 8200). A worker's flyweight. */
public final class Ipv6Header {
  /** Bytes of the fixed header. */
  public static final int LENGTH = 40;

  /** Bytes of a fragment header. */
  public static final int FRAGMENT_LENGTH = 8;

  private static final int VERSION_CLASS_FLOW = 0;
  private static final int PAYLOAD_LENGTH = 4;
  private static final int NEXT_HEADER = 6;
  private static final int HOP_LIMIT = 7;
  private static final int SOURCE = 8;
  private static final int DESTINATION = 24;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int MAX_EXTENSIONS = 8;
  private static final int FRAGMENT_OFFSET = 2;
  private static final int MORE_FRAGMENTS = 1;
  private static final int IDENTIFICATION = 4;

  private long address;
  private int available;
  private int protocol;
  private int transportOffset;
  private boolean isFragment;
  private int fragmentOffset;
  private int fragmentable;
  private int fragmentableLink;

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
    int link = NEXT_HEADER;
    int next = Memory.u8(address + link);
    int offset = LENGTH;
    isFragment = false;
    fragmentOffset = 0;
    fragmentable = 0;
    for (int i = 0; i <= MAX_EXTENSIONS; i++) {
      boolean isInEveryFragment =
          next == HOP_BY_HOP || next == ROUTING || next == DESTINATION_OPTIONS;
      if (fragmentable == 0 && !isInEveryFragment) {
        fragmentable = offset;
        fragmentableLink = link;
      }
      boolean isFragmentHeader = next == FRAGMENT && !isFragment;
      if ((!isInEveryFragment && !isFragmentHeader) || fragmentOffset > 0) {
        protocol = next;
        transportOffset = offset;
        return 0;
      }
      if (offset + FRAGMENT_LENGTH > end) {
        return DropReason.IPV6_EXTENSIONS.code();
      }
      int length = FRAGMENT_LENGTH;
      if (isFragmentHeader) {
        isFragment = true;
        fragmentOffset = Memory.u16(address + offset + FRAGMENT_OFFSET) & 0xfff8;
      } else {
        length = (Memory.u8(address + offset + 1) + 1) * 8;
      }
      link = offset;
      next = Memory.u8(address + link);
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

  /** Says "congestion experienced" (RFC 3168). */
  public void markCongested() {
    Memory.put8(address + VERSION_CLASS_FLOW + 1, Memory.u8(address + 1) | 3 << 4);
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

  /** Whether more fragments follow this one, if it is one. */
  public boolean moreFragments() {
    return (Memory.u16(address + fragmentable + FRAGMENT_OFFSET) & MORE_FRAGMENTS) != 0;
  }

  /** What all fragments of a packet have in common, if it is one. */
  public int identification() {
    return Memory.i32(address + fragmentable + IDENTIFICATION);
  }

  /** Bytes from the fixed header's start to where a fragment header is or would be. */
  public int fragmentable() {
    return fragmentable;
  }

  /** Lets the headers before the fragment header say what comes behind it. */
  public void skipFragmentHeader() {
    Memory.put8(address + fragmentableLink, Memory.u8(address + fragmentable));
  }

  /**
   * Makes {@code copy}, which begins as this packet does up to {@link #fragmentable}, a fragment.
   *
   * @param payload bytes behind the fragment header
   * @param offset where they are from, in bytes
   */
  public void writeFragmentAt(
      long copy, int payload, int offset, boolean more, int fragmentIdentification) {
    long header = copy + fragmentable;
    Memory.put8(header, Memory.u8(address + fragmentableLink));
    Memory.put8(header + 1, 0);
    Memory.put16(header + FRAGMENT_OFFSET, offset | (more ? MORE_FRAGMENTS : 0));
    Memory.put32(header + IDENTIFICATION, fragmentIdentification);
    Memory.put8(copy + fragmentableLink, FRAGMENT);
    Memory.put16(copy + PAYLOAD_LENGTH, fragmentable - LENGTH + FRAGMENT_LENGTH + payload);
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
