package jvs.wire;

/** ICMP (RFC 792) and ICMPv6 (RFC 4443). A worker's flyweight. */
public final class IcmpHeader {
  /** Bytes before the data or the quoted packet. */
  public static final int LENGTH = 8;

  /** IPPROTO_ICMP. */
  public static final int PROTOCOL = 1;

  /** IPPROTO_ICMPV6. */
  public static final int PROTOCOL_V6 = 58;

  /** Type of an echo reply. */
  public static final int ECHO_REPLY = 0;

  /** Type of destination unreachable. */
  public static final int UNREACHABLE = 3;

  /** Type of source quench. */
  public static final int SOURCE_QUENCH = 4;

  /** Type of an echo request. */
  public static final int ECHO_REQUEST = 8;

  /** Code of time exceeded, ICMPv6's too: fragments are missing. */
  public static final int REASSEMBLY = 1;

  /** Type of time exceeded. */
  public static final int TIME_EXCEEDED = 11;

  /** Code of UNREACHABLE: host. */
  public static final int HOST = 1;

  /** Code of UNREACHABLE: protocol. */
  public static final int NO_PROTOCOL = 2;

  /** Code of UNREACHABLE: port. */
  public static final int PORT = 3;

  /** Code of UNREACHABLE: fragmentation needed and DF set. */
  public static final int FRAGMENTATION_NEEDED = 4;

  /** ICMPv6 type of destination unreachable. */
  public static final int V6_UNREACHABLE = 1;

  /** ICMPv6 type of packet too big. */
  public static final int V6_TOO_BIG = 2;

  /** ICMPv6 type of time exceeded. */
  public static final int V6_TIME_EXCEEDED = 3;

  /** ICMPv6 code of V6_UNREACHABLE: port. */
  public static final int V6_PORT = 4;

  /** ICMPv6 type of an echo request. */
  public static final int V6_ECHO_REQUEST = 128;

  /** ICMPv6 type of an echo reply. */
  public static final int V6_ECHO_REPLY = 129;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int REST = 4;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public IcmpHeader wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /** 0, or the code of ICMP_TRUNCATED. */
  public int check() {
    return available < LENGTH ? DropReason.ICMP_TRUNCATED.code() : 0;
  }

  /** Type. */
  public int type() {
    return Memory.u8(address + TYPE);
  }

  /** Code. */
  public int code() {
    return Memory.u8(address + CODE);
  }

  /** Checksum. */
  public int checksum() {
    return Memory.u16(address + CHECKSUM);
  }

  /** Sets the checksum. */
  public void checksum(int value) {
    Memory.put16(address + CHECKSUM, value);
  }

  /** The four bytes behind the checksum: identifier and sequence, or unused and MTU. */
  public int rest() {
    return Memory.i32(address + REST);
  }

  /** Sets the type; the checksum is the caller's. */
  public void type(int value) {
    Memory.put8(address + TYPE, value);
  }

  /** Writes a header with checksum 0 at the wrapped address. */
  public void write(int type, int code, int rest) {
    Memory.put8(address + TYPE, type);
    Memory.put8(address + CODE, code);
    Memory.put16(address + CHECKSUM, 0);
    Memory.put32(address + REST, rest);
  }

  /** Whether its type is an error's: in IPv4 one that IPVS knows. */
  public boolean isError(boolean isV6) {
    int type = type();
    return isV6
        ? type < V6_ECHO_REQUEST
        : type == UNREACHABLE || type == SOURCE_QUENCH || type == TIME_EXCEEDED;
  }

  /** Whether it is ICMPv4's "fragmentation needed". */
  public boolean isFragmentationNeeded() {
    return type() == UNREACHABLE && code() == FRAGMENTATION_NEEDED;
  }

  @Override
  public String toString() {
    return "icmp type "
        + type()
        + " code "
        + code()
        + ", cksum 0x"
        + Integer.toHexString(checksum());
  }
}
