package jvs.wire;

/**
 * Neighbour solicitation and advertisement (RFC 4861 sections 4.3 and 4.4), ICMPv6 header included.
 * A worker's flyweight.
 */
public final class NeighbourMessage {
  /** ICMPv6 type of "who has this address?". */
  public static final int SOLICITATION = 135;

  /** ICMPv6 type of "this address is here". */
  public static final int ADVERTISEMENT = 136;

  /** Bytes of a message with one option, as {@link #write} makes it. */
  public static final int LENGTH = 32;

  /** Flag of an advertisement: it answers a solicitation. */
  public static final int SOLICITED = 0x4000_0000;

  /** Flag of an advertisement: it replaces what was known. */
  public static final int OVERRIDE = 0x2000_0000;

  /** No option with a hardware address. */
  public static final long NO_MAC = -1;

  private static final int TYPE = 0;
  private static final int CODE = 1;
  private static final int CHECKSUM = 2;
  private static final int FLAGS = 4;
  private static final int TARGET = 8;
  private static final int OPTIONS = 24;
  private static final int OPTION_UNIT = 8;
  private static final int SOURCE_ADDRESS = 1;
  private static final int TARGET_ADDRESS = 2;

  private long address;
  private int available;
  private long mac;

  /** Looks at {@code available} bytes at {@code address}. */
  public NeighbourMessage wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /** 0, or the code of ICMP_TRUNCATED: target and options are here after 0. */
  public int check() {
    mac = NO_MAC;
    if (available < OPTIONS) {
      return DropReason.ICMP_TRUNCATED.code();
    }
    int wanted = type() == SOLICITATION ? SOURCE_ADDRESS : TARGET_ADDRESS;
    int offset = OPTIONS;
    while (offset + OPTION_UNIT <= available) {
      int length = Memory.u8(address + offset + 1) * OPTION_UNIT;
      if (length == 0 || offset + length > available) {
        return DropReason.ICMP_TRUNCATED.code();
      }
      if (Memory.u8(address + offset) == wanted) {
        mac = EthernetHeader.mac(address + offset + 2);
      }
      offset += length;
    }
    return 0;
  }

  /** {@link #SOLICITATION}, {@link #ADVERTISEMENT} or another type. */
  public int type() {
    return Memory.u8(address + TYPE);
  }

  /** Code; 0 in a valid message. */
  public int code() {
    return Memory.u8(address + CODE);
  }

  /** First half of the address that it is about. */
  public long targetHigh() {
    return Memory.i64(address + TARGET);
  }

  /** Second half of the address that it is about. */
  public long targetLow() {
    return Memory.i64(address + TARGET + 8);
  }

  /** Hardware address of who solicits or of the target, or {@link #NO_MAC}. */
  public long mac() {
    return mac;
  }

  /** Writes a message with checksum 0 at the wrapped address. */
  public void write(int type, int flags, long targetHigh, long targetLow, long ownMac) {
    Memory.put8(address + TYPE, type);
    Memory.put8(address + CODE, 0);
    Memory.put16(address + CHECKSUM, 0);
    Memory.put32(address + FLAGS, flags);
    Memory.put64(address + TARGET, targetHigh);
    Memory.put64(address + TARGET + 8, targetLow);
    Memory.put8(address + OPTIONS, type == SOLICITATION ? SOURCE_ADDRESS : TARGET_ADDRESS);
    Memory.put8(address + OPTIONS + 1, 1);
    EthernetHeader.putMac(address + OPTIONS + 2, ownMac);
  }

  /** Sets the checksum. */
  public void checksum(int value) {
    Memory.put16(address + CHECKSUM, value);
  }
}
