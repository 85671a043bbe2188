package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.engine.FrameCounters;
import jvs.wire.DropReason;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void takesItsFramesWhereRealOnesGo() {
    try (WarmUp warmUp = new WarmUp()) {
      for (int i = 0; i < 5; i++) {
        warmUp.round();
      }

      FrameCounters counters = warmUp.counters();
      long received = counters.receivedFrames();
      assertEquals(0, counters.droppedFrames(DropReason.INTERNAL_ERROR));
      assertTrue(counters.endedFrames(0) > 0.9 * received, () -> counters.toMap().toString());
    }
  }

  @Test
  void belongsToTheRehearsalOfAStart() {
    assertDoesNotThrow(() -> Rehearsal.main(new String[0]));
  }

  @Test
  void doesNotTakeLongerThanItMay() {
    long start = System.nanoTime();

    WarmUp.run(500);

    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }
}
