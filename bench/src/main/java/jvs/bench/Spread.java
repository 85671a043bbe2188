package jvs.bench;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Several measurements of one thing.
 *
 * @param median the one in the middle
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {
  /** Of these values, one or more. */
  public static Spread of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElse(median));
  }

  /** All of them less {@code base}. */
  public Spread minus(double base) {
    return new Spread(median - base, least - base, most - base);
  }

  /** All of them by {@code divisor}. */
  public Spread over(double divisor) {
    return new Spread(median / divisor, least / divisor, most / divisor);
  }
}
