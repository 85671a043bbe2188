package jvs.wire;

/** TCP (RFC 9293). A worker's flyweight. */
public final class TcpHeader {
  /** Bytes of a header without options. */
  public static final int MIN_LENGTH = 20;

  /** IPPROTO_TCP. */
  public static final int PROTOCOL = 6;

  /** No more data from the sender. */
  public static final int FIN = 0x01;

  /** Synchronise sequence numbers. */
  public static final int SYN = 0x02;

  /** Reset. */
  public static final int RST = 0x04;

  /** Push. */
  public static final int PSH = 0x08;

  /** The acknowledgment number counts. */
  public static final int ACK = 0x10;

  /** Option: the largest segment that the sender takes, without options. */
  public static final int MAXIMUM_SEGMENT_SIZE = 2;

  /** Option: which segments behind a gap have come. */
  public static final int SELECTIVE_ACKNOWLEDGMENT = 5;

  /** Most bytes of a header. */
  public static final int MAX_LENGTH = 60;

  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int SEQUENCE_NUMBER = 4;
  private static final int ACKNOWLEDGMENT_NUMBER = 8;
  private static final int DATA_OFFSET = 12;
  private static final int FLAGS = 13;
  private static final int CHECKSUM = 16;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public TcpHeader wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /**
   * 0, or the code of TCP_TRUNCATED. Like IPVS this asks only for the fixed header: what its
   * options say is the server's business.
   */
  public int check() {
    return available < MIN_LENGTH ? DropReason.TCP_TRUNCATED.code() : 0;
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

  /** Sets both ports; the checksum is the caller's. */
  public void ports(int source, int destination) {
    Memory.put32(address + SOURCE_PORT, source << 16 | destination);
  }

  /** Sequence number. */
  public int sequenceNumber() {
    return Memory.i32(address + SEQUENCE_NUMBER);
  }

  /** Sets the sequence number; the checksum is the caller's. */
  public void sequenceNumber(int value) {
    Memory.put32(address + SEQUENCE_NUMBER, value);
  }

  /** Acknowledgment number. */
  public int acknowledgmentNumber() {
    return Memory.i32(address + ACKNOWLEDGMENT_NUMBER);
  }

  /** Sets the acknowledgment number; the checksum is the caller's. */
  public void acknowledgmentNumber(int value) {
    Memory.put32(address + ACKNOWLEDGMENT_NUMBER, value);
  }

  /** Header's length in bytes as the data offset says; not checked against the packet. */
  public int headerLength() {
    return (Memory.u8(address + DATA_OFFSET) >> 4) * 4;
  }

  /** Sets the header's length, a multiple of four from 20 to 60. */
  public void headerLength(int bytes) {
    int reserved = Memory.u8(address + DATA_OFFSET) & 15;
    Memory.put8(address + DATA_OFFSET, bytes / 4 << 4 | reserved);
  }

  /**
   * Where the first option of a kind lies, in bytes from the header's first; 0 if there is none, or
   * the options before it make no sense.
   */
  public int option(int kind) {
    int end = Math.min(headerLength(), available);
    int at = MIN_LENGTH;
    while (at < end) {
      int found = Memory.u8(address + at);
      if (found == END_OF_OPTIONS) {
        return 0;
      }
      int length = 1;
      if (found != NO_OPERATION) {
        length = at + 1 < end ? Memory.u8(address + at + 1) : 0;
        if (length < 2 || at + length > end) {
          return 0;
        }
      }
      if (found == kind) {
        return at;
      }
      at += length;
    }
    return 0;
  }

  /** Control bits. */
  public int flags() {
    return Memory.u8(address + FLAGS);
  }

  /** Checksum. */
  public int checksum() {
    return Memory.u16(address + CHECKSUM);
  }

  /** Sets the checksum. */
  public void checksum(int value) {
    Memory.put16(address + CHECKSUM, value);
  }

  /** Writes a header without options and with checksum 0 at the wrapped address. */
  public void write(
      int sourcePort,
      int destinationPort,
      int sequenceNumber,
      int acknowledgmentNumber,
      int flags) {
    Memory.put16(address + SOURCE_PORT, sourcePort);
    Memory.put16(address + DESTINATION_PORT, destinationPort);
    Memory.put32(address + SEQUENCE_NUMBER, sequenceNumber);
    Memory.put32(address + ACKNOWLEDGMENT_NUMBER, acknowledgmentNumber);
    Memory.put16(address + DATA_OFFSET, MIN_LENGTH / 4 << 12 | flags);
    Memory.put32(address + FLAGS + 1, 0);
    Memory.put16(address + CHECKSUM + 2, 0);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("tcp ");
    text.append(sourcePort()).append(" > ").append(destinationPort()).append(" Flags [");
    int flags = flags();
    text.append((flags & SYN) != 0 ? "S" : "")
        .append((flags & FIN) != 0 ? "F" : "")
        .append((flags & RST) != 0 ? "R" : "")
        .append((flags & PSH) != 0 ? "P" : "")
        .append((flags & ACK) != 0 ? "." : "");
    return text.append("], cksum 0x")
        .append(Integer.toHexString(checksum()))
        .append(", seq ")
        .append(Integer.toUnsignedString(sequenceNumber()))
        .append(", ack ")
        .append(Integer.toUnsignedString(acknowledgmentNumber()))
        .toString();
  }
}
