package jvs.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class LoadTest {
  private final Load load = new Load();

  @Test
  void isHighFromSoManyFramesAMillisecondOnAndInTheNextOne() {
    load.count(Load.HIGH - 1, 7);
    assertFalse(load.isHigh());
    load.count(1, 7);
    assertTrue(load.isHigh());
    load.count(0, 8);
    assertTrue(load.isHigh());
    load.count(0, 9);
    assertFalse(load.isHigh(), "a millisecond without frames");
  }

  @Test
  void forgetsWhatWasBeforeAPause() {
    load.count(1000, 7);

    load.count(0, 9);

    assertFalse(load.isHigh());
  }

  @Test
  void isLowWhenAFewFramesComeEachMillisecond() {
    for (int millis = 0; millis < 100; millis++) {
      load.count(20, millis);
      assertFalse(load.isHigh());
      assertFalse(load.isMedium());
    }
  }

  @Test
  void isMediumBeforeItIsHigh() {
    load.count(Load.MEDIUM, 7);

    assertTrue(load.isMedium());
    assertFalse(load.isHigh());
  }
}
