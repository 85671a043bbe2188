package jvs.wire;

/** UDP (RFC 768). A worker's flyweight. */
public final class UdpHeader {
  /** Bytes of the header. */
  public static final int LENGTH = 8;

  /** IPPROTO_UDP. */
  public static final int PROTOCOL = 17;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int DATAGRAM_LENGTH = 4;
  private static final int CHECKSUM = 6;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public UdpHeader wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /**
   * 0, or the code of UDP_TRUNCATED. Like IPVS this asks only for the header: a length field that
   * lies is the server's business.
   */
  public int check() {
    return available < LENGTH ? DropReason.UDP_TRUNCATED.code() : 0;
  }

  /** Source port. */
  public int sourcePort() {
    return Memory.u16(address + SOURCE_PORT);
  }

  /** Sets the source port; the checksum is the caller's. */
  public void sourcePort(int value) {
    Memory.put16(address + SOURCE_PORT, value);
  }

  /** Destination port. */
  public int destinationPort() {
    return Memory.u16(address + DESTINATION_PORT);
  }

  /** Sets the destination port; the checksum is the caller's. */
  public void destinationPort(int value) {
    Memory.put16(address + DESTINATION_PORT, value);
  }

  /** Length of header and data as the datagram says; not checked against the packet. */
  public int datagramLength() {
    return Memory.u16(address + DATAGRAM_LENGTH);
  }

  /** Checksum; 0 means none was computed. */
  public int checksum() {
    return Memory.u16(address + CHECKSUM);
  }

  /** Sets the checksum. */
  public void checksum(int value) {
    Memory.put16(address + CHECKSUM, value);
  }

  @Override
  public String toString() {
    return "udp "
        + sourcePort()
        + " > "
        + destinationPort()
        + " length "
        + datagramLength()
        + ", cksum 0x"
        + Integer.toHexString(checksum());
  }
}
