package jvs.schedulers;

/** The hash of sh, dh, lblc and lblcr (hash_32 in include/linux/hash.h). */
final class GoldenRatioHash {
  /** 2^32 divided by the square of the golden ratio (GOLDEN_RATIO_32). */
  private static final int GOLDEN_RATIO = 0x61C8_8647;

  private GoldenRatioHash() {}

  /** {@code value} spread over 2^{@code bits} slots, 1..32 bits. */
  static int of(int value, int bits) {
    return (value * GOLDEN_RATIO) >>> (32 - bits);
  }
}
