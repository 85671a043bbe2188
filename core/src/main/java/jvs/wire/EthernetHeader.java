package jvs.wire;

/**
 * Ethernet II with up to two 802.1Q/802.1ad tags (IEEE 802.3, 802.1Q). A worker's flyweight.
 *
 * <p>Tags stay where they are: {@link #length()} tells where the payload begins.
 */
public final class EthernetHeader {
  /** EtherType of IPv4. */
  public static final int IPV4 = 0x0800;

  /** EtherType of ARP. */
  public static final int ARP = 0x0806;

  /** EtherType of IPv6. */
  public static final int IPV6 = 0x86dd;

  private static final int DESTINATION = 0;
  private static final int SOURCE = 6;
  private static final int TYPE = 12;
  private static final int UNTAGGED_LENGTH = 14;
  private static final int TAG_LENGTH = 4;
  private static final int TAG_8021Q = 0x8100;
  private static final int TAG_8021AD = 0x88a8;
  private static final int MAX_TAGS = 2;

  private long address;
  private int frameLength;
  private int length;
  private int type;

  /** Looks at the frame of {@code frameLength} bytes at {@code address}. */
  public EthernetHeader wrap(long address, int frameLength) {
    this.address = address;
    this.frameLength = frameLength;
    return this;
  }

  /** 0, or the code of ETHERNET_TRUNCATED. */
  public int check() {
    if (frameLength < UNTAGGED_LENGTH) {
      return DropReason.ETHERNET_TRUNCATED.code();
    }
    length = UNTAGGED_LENGTH;
    type = Memory.u16(address + TYPE);
    for (int i = 0; i < MAX_TAGS && (type == TAG_8021Q || type == TAG_8021AD); i++) {
      length += TAG_LENGTH;
      if (frameLength < length) {
        return DropReason.ETHERNET_TRUNCATED.code();
      }
      type = Memory.u16(address + length - 2);
    }
    return 0;
  }

  /** Bytes up to the payload, tags included. */
  public int length() {
    return length;
  }

  /** EtherType of the payload, behind the tags. */
  public int type() {
    return type;
  }

  /** Destination MAC in the low 48 bits. */
  public long destination() {
    return Memory.i64(address + DESTINATION) >>> 16;
  }

  /** Source MAC in the low 48 bits. */
  public long source() {
    return Memory.i64(address + SOURCE) >>> 16;
  }

  /** Writes both addresses. */
  public void addresses(long destination, long source) {
    Memory.put64(address + DESTINATION, destination << 16 | source >>> 32);
    Memory.put32(address + SOURCE + 2, (int) source);
  }

  /** Whether the group bit of {@code mac} is set: multicast or broadcast. */
  public static boolean isGroup(long mac) {
    return (mac >>> 40 & 1) != 0;
  }

  /** Six octets at {@code address} as a number. */
  public static long mac(long address) {
    return (long) Memory.u16(address) << 32 | Memory.u32(address + 2);
  }

  /** Stores the low 48 bits of {@code mac} as six octets. */
  public static void putMac(long address, long mac) {
    Memory.put16(address, (int) (mac >>> 32));
    Memory.put32(address + 2, (int) mac);
  }

  @Override
  public String toString() {
    return format(source())
        + " > "
        + format(destination())
        + ", ethertype 0x"
        + Integer.toHexString(type);
  }

  /** {@code 02:00:00:00:00:01}. */
  public static String format(long mac) {
    StringBuilder text = new StringBuilder(17);
    for (int shift = 40; shift >= 0; shift -= 8) {
      int octet = (int) (mac >>> shift) & 0xff;
      text.append(Character.forDigit(octet >> 4, 16)).append(Character.forDigit(octet & 15, 16));
      if (shift > 0) {
        text.append(':');
      }
    }
    return text.toString();
  }
}
