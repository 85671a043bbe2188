package jvs.wire;

/**
 * The Internet checksum: whole (RFC 1071) and incremental (RFC 1624, equation 3). Any thread.
 *
 * <p>Sums are kept unfolded in a {@code long}; {@link #fold} brings one down to 16 bits.
 */
public final class Checksum {
  private Checksum() {}

  /** Sum of {@code length} bytes as big-endian 16-bit words; an odd last byte is padded with 0. */
  public static long sum(long address, int length) {
    long sum = 0;
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      sum += halves(Memory.i64(address + i));
    }
    if (i + 4 <= length) {
      sum += Memory.u32(address + i);
      i += 4;
    }
    if (i + 2 <= length) {
      sum += Memory.u16(address + i);
      i += 2;
    }
    if (i < length) {
      sum += (long) Memory.u8(address + i) << 8;
    }
    return sum;
  }

  /** Brings a sum to 16 bits with end-around carry. */
  public static int fold(long sum) {
    // Adding the halves to each other both ways round, the upper half gets the lower one's carry.
    int half = (int) (sum + Long.rotateLeft(sum, 32) >>> 32);
    return half + Integer.rotateLeft(half, 16) >>> 16;
  }

  /** The checksum field for data that sums to {@code sum}. */
  public static int finish(long sum) {
    return ~fold(sum) & 0xffff;
  }

  /** The pseudo-header's sum for TCP and UDP over IPv4. */
  public static long pseudoV4(int source, int destination, int protocol, int length) {
    return (source & 0xffff_ffffL) + (destination & 0xffff_ffffL) + protocol + length;
  }

  /** The pseudo-header's sum for TCP, UDP and ICMPv6 over IPv6; the address given by halves. */
  public static long pseudoV6(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int length) {
    return halves(sourceHigh)
        + halves(sourceLow)
        + halves(destinationHigh)
        + halves(destinationLow)
        + protocol
        + length;
  }

  /** Sum of the two 32-bit words of {@code bits}. */
  public static long halves(long bits) {
    return (bits >>> 32) + (bits & 0xffff_ffffL);
  }

  /** What replacing {@code before} by {@code after} adds to a sum. */
  public static long delta32(int before, int after) {
    return (~before & 0xffff_ffffL) + (after & 0xffff_ffffL);
  }

  /** What replacing the 16-bit word {@code before} by {@code after} adds to a sum. */
  public static long delta16(int before, int after) {
    return (~before & 0xffff) + (long) (after & 0xffff);
  }

  /** The checksum field {@code checksum} after the data's sum changed by {@code delta}. */
  public static int update(int checksum, long delta) {
    return finish((~checksum & 0xffff) + delta);
  }
}
