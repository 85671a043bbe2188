package jvs.wire;

/** CRC32c (RFC 9260 appendix A), a byte at a time by table. Any thread. */
final class Crc32c {
  private static final int POLYNOMIAL = 0x82f63b78;
  private static final int[] TABLE = table();

  private Crc32c() {}

  private static int[] table() {
    int[] table = new int[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc >>> 1 ^ ((crc & 1) != 0 ? POLYNOMIAL : 0);
      }
      table[i] = crc;
    }
    return table;
  }

  /** Checksum of {@code length} bytes. */
  static int of(long address, int length) {
    int crc = -1;
    for (int i = 0; i < length; i++) {
      crc = crc >>> 8 ^ TABLE[(crc ^ Memory.u8(address + i)) & 0xff];
    }
    return ~crc;
  }
}
