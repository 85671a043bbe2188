package jvs.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import jvs.service.Statistics;
import org.junit.jupiter.api.Test;

/** Rates as ip_vs_est.c has them, to the digit. */
class RateEstimatorTest {
  private static final int PACKET_BYTES = 100;

  private final RateEstimator estimator = new RateEstimator();
  private long flows;

  /** So many flows of one packet each, then two seconds are over. */
  private Statistics after(int more) {
    flows += more;
    count();
    estimator.estimate();
    count();
    return estimator.statistics();
  }

  private void count() {
    long[] sums = estimator.sums();
    sums[0] = flows;
    sums[1] = flows;
    sums[3] = flows * PACKET_BYTES;
  }

  /**
   * The recording proc/rate: what a kernel showed of about 40 flows a second. How many it had
   * counted at each of its ticks follows from the byte rates, and their sum is the 205 (0xCD) that
   * its ip_vs_stats has.
   */
  @Test
  void areThoseThatAKernelShowed() {
    int[] counted = {59, 76, 70};
    long[] connections = {7, 15, 20};
    long[] bytes = {737, 1503, 2002};

    for (int tick = 0; tick < counted.length; tick++) {
      Statistics shown = after(counted[tick]);

      assertEquals(connections[tick], shown.connectionRate());
      assertEquals(connections[tick], shown.inPacketRate());
      assertEquals(bytes[tick], shown.inByteRate());
      assertEquals(0, shown.outPacketRate());
    }
    assertEquals(0xCD, estimator.statistics().connections());
    assertEquals(0x5014, estimator.statistics().inBytes());
  }

  @Test
  void approachAConstantRate() {
    List<Long> shown =
        IntStream.range(0, 40).mapToObj(tick -> after(100).connectionRate()).toList();

    assertEquals(List.of(12L, 22L, 29L, 34L, 38L, 41L), shown.subList(0, 6));
    assertEquals(50, shown.getLast());
  }

  @Test
  void fadeWhenNothingComesAndAreZeroAfterZeroing() {
    after(100);
    after(100);
    assertEquals(16, after(0).connectionRate());

    count();
    estimator.zero();
    count();

    assertEquals(Statistics.ZERO, estimator.statistics());
    assertEquals(12, after(100).connectionRate());
    assertEquals(100, estimator.statistics().connections());
  }
}
