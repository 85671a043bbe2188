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
    }
  }

  @Test
  void isLowForAWhileAfterNapsThatFoundFewFrames() {
    for (int nap = 1; nap <= Load.POOR_NAPS; nap++) {
      load.count(Load.HIGH, nap);
      assertTrue(load.isHigh(), "before nap " + nap);
      load.napped();
      load.count(Load.GATHERED - 1, nap);
    }
    int end = Load.POOR_NAPS + Load.AWAKE_MILLIS;
    for (int millis = Load.POOR_NAPS; millis < end; millis++) {
      load.count(Load.HIGH, millis);
      assertFalse(load.isHigh());
    }
    load.count(Load.HIGH, end);
    assertTrue(load.isHigh());
  }

  @Test
  void staysHighAsLongAsEveryThirdNapFindsEnough() {
    for (int nap = 1; nap < 100; nap++) {
      load.count(Load.HIGH, nap);
      assertTrue(load.isHigh());
      load.napped();
      load.count(nap % Load.POOR_NAPS == 0 ? Load.GATHERED : 0, nap);
    }
  }
}
