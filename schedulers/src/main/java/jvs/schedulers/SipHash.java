package jvs.schedulers;

/**
 * SipHash-1-3 of one 32-bit word, cut to its low 32 bits (hsiphash on 64-bit kernels).
 *
 * <p>As published by Aumasson and Bernstein, with one compression and three finalisation rounds.
 */
final class SipHash {
  private SipHash() {}

  /** Hash of the four little-endian octets of {@code value}; both key words are {@code key}. */
  static int of(long key, int value) {
    // length 4 in the top byte, the octets below
    long message = 4L << 56 | (value & 0xffff_ffffL);
    long v0 = key ^ 0x736f6d6570736575L;
    long v1 = key ^ 0x646f72616e646f6dL;
    long v2 = key ^ 0x6c7967656e657261L;
    long v3 = key ^ 0x7465646279746573L ^ message;
    for (int round = 0; round < 4; round++) {
      v0 += v1;
      v2 += v3;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 = Long.rotateLeft(v0, 32) + v3;
      v2 += v1;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      if (round == 0) {
        v0 ^= message;
        v2 ^= 0xff;
      }
    }
    return (int) (v0 ^ v1 ^ v2 ^ v3);
  }
}
