package jvs.schedulers;

/** Greatest common divisors of weights, for the schedulers that count in units of them. */
final class GreatestDivisor {
  private GreatestDivisor() {}

  /** The divisor of both; 0 stands for a weight that does not count. */
  static int of(int a, int b) {
    while (b != 0) {
      int rest = a % b;
      a = b;
      b = rest;
    }
    return a;
  }
}
