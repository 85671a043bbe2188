package jvs.wire;

/** SCTP's common header and the type of its first chunks (RFC 9260). A worker's flyweight. */
public final class SctpHeader {
  /** Bytes of the common header. */
  public static final int LENGTH = 12;

  /** IPPROTO_SCTP. */
  public static final int PROTOCOL = 132;

  private static final int SOURCE_PORT = 0;
  private static final int DESTINATION_PORT = 2;
  private static final int CHECKSUM = 8;
  private static final int CHUNK_HEADER_LENGTH = 4;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public SctpHeader wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /** 0, or the code of SCTP_TRUNCATED: common header and the first chunk's header are there. */
  public int check() {
    return available < LENGTH + CHUNK_HEADER_LENGTH ? DropReason.SCTP_TRUNCATED.code() : 0;
  }

  /** Source port. */
  public int sourcePort() {
    return Memory.u16(address + SOURCE_PORT);
  }

  /** Destination port. */
  public int destinationPort() {
    return Memory.u16(address + DESTINATION_PORT);
  }

  /** Sets the source port. */
  public void sourcePort(int value) {
    Memory.put16(address + SOURCE_PORT, value);
  }

  /** Sets the destination port. */
  public void destinationPort(int value) {
    Memory.put16(address + DESTINATION_PORT, value);
  }

  /** Type of the first chunk. */
  public int chunkType() {
    return Memory.u8(address + LENGTH);
  }

  /** Type of the second chunk, or -1 if there is none. */
  public int secondChunkType() {
    int second = LENGTH + (Memory.u16(address + LENGTH + 2) + 3 & ~3);
    return second + CHUNK_HEADER_LENGTH <= available && second > LENGTH
        ? Memory.u8(address + second)
        : -1;
  }

  /** Computes and sets the CRC32c of the whole packet. */
  public void writeChecksum() {
    Memory.put32(address + CHECKSUM, 0);
    Memory.put32(address + CHECKSUM, Integer.reverseBytes(Crc32c.of(address, available)));
  }

  @Override
  public String toString() {
    return "sctp " + sourcePort() + " > " + destinationPort() + ", chunk " + chunkType();
  }
}
