package jvs.bench.wire;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Several measurements of one thing.
 *
 * @param median the one in the middle
 * @param least the smallest
 * @param most the largest
 */
record Spread(double median, double least, double most) {
  /** Of these values, one or more. */
  static Spread of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElse(median));
  }

  /** All of them less {@code base}. */
  Spread minus(double base) {
    return new Spread(median - base, least - base, most - base);
  }
}
