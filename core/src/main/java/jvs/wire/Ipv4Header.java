package jvs.wire;

/** IPv4 (RFC 791). A worker's flyweight. */
public final class Ipv4Header {
  /** Bytes of a header without options. */
  public static final int MIN_LENGTH = 20;

  private static final int PLAIN = 0x45;
  private static final int VERSION_IHL = 0;
  private static final int TOS = 1;
  private static final int TOTAL_LENGTH = 2;
  private static final int IDENTIFICATION = 4;
  private static final int FRAGMENT = 6;
  private static final int TTL = 8;
  private static final int PROTOCOL = 9;
  private static final int CHECKSUM = 10;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int DONT_FRAGMENT = 0x4000;
  private static final int MORE_FRAGMENTS = 0x2000;
  private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3fff;
  private static final int OFFSET = 0x1fff;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public Ipv4Header wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /**
   * 0, or a drop reason's code: version, lengths, header checksum and options are right after 0.
   */
  public int check() {
    if (available < MIN_LENGTH) {
      return DropReason.IPV4_TRUNCATED.code();
    }
    if (Memory.u8(address + VERSION_IHL) == PLAIN) {
      return checkPlain();
    }
    if (version() != 4) {
      return DropReason.IPV4_VERSION.code();
    }
    int headerLength = headerLength();
    if (headerLength < MIN_LENGTH || headerLength > available) {
      return DropReason.IPV4_HEADER_LENGTH.code();
    }
    int totalLength = totalLength();
    if (totalLength < headerLength || totalLength > available) {
      return DropReason.IPV4_TOTAL_LENGTH.code();
    }
    if (Checksum.fold(Checksum.sum(address, headerLength)) != 0xffff) {
      return DropReason.IPV4_CHECKSUM.code();
    }
    return headerLength == MIN_LENGTH ? 0 : Ipv4Options.check(address, headerLength);
  }

  /** The same for a header without options, which is nearly every one. */
  private int checkPlain() {
    long first = Memory.i64(address);
    int totalLength = (int) (first >>> 32) & 0xffff;
    if (totalLength < MIN_LENGTH || totalLength > available) {
      return DropReason.IPV4_TOTAL_LENGTH.code();
    }
    long sum =
        Checksum.halves(first)
            + Checksum.halves(Memory.i64(address + TTL))
            + Memory.u32(address + DESTINATION);
    return Checksum.fold(sum) == 0xffff ? 0 : DropReason.IPV4_CHECKSUM.code();
  }

  /** 0, or a drop reason's code: only the header itself need be there, for quoted packets. */
  public int checkQuoted() {
    if (available < MIN_LENGTH) {
      return DropReason.IPV4_TRUNCATED.code();
    }
    boolean isIntact =
        version() == 4 && headerLength() >= MIN_LENGTH && headerLength() <= available;
    return isIntact ? 0 : DropReason.IPV4_HEADER_LENGTH.code();
  }

  /** Version: 4. */
  public int version() {
    return Memory.u8(address + VERSION_IHL) >> 4;
  }

  /** Header's length in bytes, options included. */
  public int headerLength() {
    return (Memory.u8(address + VERSION_IHL) & 15) * 4;
  }

  /** Type of service: DSCP and ECN. */
  public int typeOfService() {
    return Memory.u8(address + TOS);
  }

  /** Says "congestion experienced" (RFC 3168); the checksum is the caller's. */
  public void markCongested() {
    Memory.put8(address + TOS, typeOfService() | 3);
  }

  /** Header and payload in bytes. */
  public int totalLength() {
    return Memory.u16(address + TOTAL_LENGTH);
  }

  /** Sets header and payload in bytes, the checksum too. */
  public void totalLength(int value) {
    updateChecksum(Checksum.delta16(totalLength(), value));
    Memory.put16(address + TOTAL_LENGTH, value);
  }

  /** Identification. */
  public int identification() {
    return Memory.u16(address + IDENTIFICATION);
  }

  /** Whether DF is set. */
  public boolean dontFragment() {
    return (Memory.u16(address + FRAGMENT) & DONT_FRAGMENT) != 0;
  }

  /** Whether this is a fragment, first or later. */
  public boolean isFragment() {
    return (Memory.u16(address + FRAGMENT) & MORE_FRAGMENTS_OR_OFFSET) != 0;
  }

  /** Whether more fragments follow. */
  public boolean moreFragments() {
    return (Memory.u16(address + FRAGMENT) & MORE_FRAGMENTS) != 0;
  }

  /**
   * Makes it the header of another piece of its datagram, checksum included; clears DF.
   *
   * @param fragment flags and offset as they are in the header
   */
  public void writeFragment(int totalLength, int fragment) {
    Memory.put16(address + TOTAL_LENGTH, totalLength);
    Memory.put16(address + FRAGMENT, fragment);
    writeChecksum();
  }

  /** Fragment offset in bytes. */
  public int fragmentOffset() {
    return (Memory.u16(address + FRAGMENT) & OFFSET) * 8;
  }

  /** Time to live. */
  public int timeToLive() {
    return Memory.u8(address + TTL);
  }

  /** Decrements the TTL and corrects the checksum. */
  public void decrementTimeToLive() {
    int word = Memory.i32(address + TTL);
    int sum = (word & 0xffff) + 0x100; // as in ip_decrease_ttl: what is taken here is added there
    Memory.put32(
        address + TTL, (word & 0xffff_0000) - 0x0100_0000 | sum + (sum + 1 >>> 16) & 0xffff);
  }

  /** Protocol of the payload. */
  public int protocol() {
    return Memory.u8(address + PROTOCOL);
  }

  /** Header checksum. */
  public int checksum() {
    return Memory.u16(address + CHECKSUM);
  }

  /** Corrects the checksum after the header's sum changed by {@code delta}. */
  public void updateChecksum(long delta) {
    Memory.put16(address + CHECKSUM, Checksum.update(checksum(), delta));
  }

  /** Computes the checksum anew. */
  public void writeChecksum() {
    writeChecksumAt(address);
  }

  /** Computes the checksum of the header at {@code address} anew. */
  public static void writeChecksumAt(long address) {
    int length = (Memory.u8(address + VERSION_IHL) & 15) * 4;
    Memory.put16(address + CHECKSUM, 0);
    Memory.put16(address + CHECKSUM, Checksum.finish(Checksum.sum(address, length)));
  }

  /** Source address in the upper, destination in the lower half. */
  public long addresses() {
    return Memory.i64(address + SOURCE);
  }

  /** Sets both addresses; the checksum is the caller's. */
  public void addresses(int source, int destination) {
    Memory.put64(address + SOURCE, (long) source << 32 | destination & 0xffff_ffffL);
  }

  /** Source address. */
  public int source() {
    return Memory.i32(address + SOURCE);
  }

  /** Sets the source address; the checksum is the caller's. */
  public void source(int value) {
    Memory.put32(address + SOURCE, value);
  }

  /** Destination address. */
  public int destination() {
    return Memory.i32(address + DESTINATION);
  }

  /** Sets the destination address; the checksum is the caller's. */
  public void destination(int value) {
    Memory.put32(address + DESTINATION, value);
  }

  /** Writes a header without options and with its checksum at the wrapped address. */
  public void write(
      int typeOfService,
      int totalLength,
      int identification,
      boolean dontFragment,
      int timeToLive,
      int protocol,
      int source,
      int destination) {
    writeAt(
        address,
        typeOfService,
        totalLength,
        identification,
        dontFragment,
        timeToLive,
        protocol,
        source,
        destination);
  }

  /** Writes a header without options and with its checksum at {@code address}. */
  public static void writeAt(
      long address,
      int typeOfService,
      int totalLength,
      int identification,
      boolean dontFragment,
      int timeToLive,
      int protocol,
      int source,
      int destination) {
    long first =
        (long) (PLAIN << 8 | typeOfService) << 48
            | (long) totalLength << 32
            | (long) identification << 16 & 0xffff_0000L
            | (dontFragment ? DONT_FRAGMENT : 0);
    long second = (long) (timeToLive << 8 | protocol) << 48 | source & 0xffff_ffffL;
    long sum = Checksum.halves(first) + Checksum.halves(second) + (destination & 0xffff_ffffL);
    Memory.put64(address, first);
    Memory.put64(address + TTL, second | (long) Checksum.finish(sum) << 32);
    Memory.put32(address + DESTINATION, destination);
  }

  @Override
  public String toString() {
    return "IP (tos 0x"
        + Integer.toHexString(typeOfService())
        + ", ttl "
        + timeToLive()
        + ", id "
        + identification()
        + ", offset "
        + fragmentOffset()
        + ", flags ["
        + (dontFragment() ? "DF" : isFragment() ? "+" : "none")
        + "], proto "
        + protocol()
        + ", length "
        + totalLength()
        + ") "
        + IpText.formatV4(source())
        + " > "
        + IpText.formatV4(destination());
  }
}
