package jvs.bench.wire;

import java.util.concurrent.TimeUnit;
import jvs.bench.Goal;
import jvs.bench.Spread;

/** What a director loses that has just started, of 100,000 frames a second for ten seconds. */
final class LossBenchmark {
  private static final int PER_SECOND = 100_000;
  private static final int FLOWS = 10_000;
  private static final int FRAME_BYTES = 64;
  private static final long NANOS = TimeUnit.SECONDS.toNanos(10);

  private final WireLab lab;

  LossBenchmark(WireLab lab) {
    this.lab = lab;
  }

  /** Frames lost, in as many rounds. */
  Goal run(Contender director, int rounds) {
    double[] lost = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      try (Contender.Running _ = director.start(lab)) {
        Generator generator =
            new Generator(
                lab.generator().namespace(),
                lab.balancerMac(),
                director.destination(),
                WireLab.PORT);
        long before = lab.delivered();
        long sent = generator.send(FLOWS, FRAME_BYTES, PER_SECOND, NANOS).frames();
        lost[round] = Math.max(0, sent - (lab.delivered() - before));
      }
    }
    String what = "frames lost at 100,000 a second for 10 s, from the first one, ";
    return new Goal(
        what + director.title(), "none", 0, false, Spread.of(java.util.Arrays.stream(lost)));
  }
}
