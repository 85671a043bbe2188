package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import jvs.engine.FrameCounters;
import jvs.wire.DropReason;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  @Test
  void takesItsFramesWhereRealOnesGo() {
    try (WarmUp warmUp = new WarmUp(false)) {
      assertForwards(warmUp);
    }
  }

  @Test
  void takesThemFromPacketSocketsIfItMay() throws InterruptedException {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may make a namespace");
    List<Throwable> failed = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((_, e) -> failed.add(e))
            .start(
                () -> {
                  try (WarmUp warmUp = new WarmUp(true)) {
                    assertTrue(warmUp.isReal());
                    assertForwards(warmUp);
                  }
                });
    thread.join();

    assertEquals(List.of(), failed);
  }

  private static void assertForwards(WarmUp warmUp) {
    for (int i = 0; i < 5; i++) {
      warmUp.round();
    }

    FrameCounters counters = warmUp.counters();
    long received = counters.receivedFrames();
    assertTrue(received > 0);
    assertEquals(0, counters.droppedFrames(DropReason.INTERNAL_ERROR));
    assertTrue(counters.endedFrames(0) > 0.9 * received, () -> counters.toMap().toString());
  }

  @Test
  void belongsToTheRehearsalOfAStart() {
    assertDoesNotThrow(() -> Rehearsal.main(new String[0]));
  }

  @Test
  void doesNotTakeLongerThanItMay() throws InterruptedException {
    long start = System.nanoTime();

    WarmUp.start(500).join();

    assertTrue(System.nanoTime() - start < 5_000_000_000L);
  }
}
