package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Changed frames by the hundred thousand, with {@code -Plong} ten million: none breaks anything.
 *
 * <p>{@code -Dframes=N} and {@code -Dseed=N} choose how many and which.
 */
class HostileFramesTest {
  private static final long FRAMES = Long.getLong("frames", 100_000);
  private static final long SEED = Long.getLong("seed", 42);

  @Test
  void everyFrameHasItsEndingAndNoneDoesHarm() {
    Random random = new Random(SEED);
    HostileTraffic traffic = new HostileTraffic(random);
    try (Judge judge = new Judge()) {
      for (long i = 0; i < FRAMES; i++) {
        Vector.Arrival next = traffic.next();
        try {
          judge.watch(next);
        } catch (AssertionError e) {
          throw new AssertionError("seed " + SEED + ", frame " + i + ": " + e.getMessage(), e);
        }
        judge.lab.nowMillis += random.nextInt(20);
      }
      assertEquals(List.of(), judge.unreached());
      judge.settle();
      long forwarded = judge.lab.counted("forwarded");
      assertTrue(forwarded > FRAMES / 10, "too few get far: " + judge.lab.director.frameCounters());
    }
  }
}
