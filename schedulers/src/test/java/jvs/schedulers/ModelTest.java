package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.stream.Stream;
import jvs.spi.SchedulerFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random services, edits and connections: every choice as that of a naive model.
 *
 * <p>A failure names its seed; {@code -Djvs.test.seed=N} repeats it. {@code -Djvs.test.choices=N}
 * makes a run longer than a million choices a scheduler.
 */
class ModelTest {
  private static final int CHOICES = Integer.getInteger("jvs.test.choices", 1_000_000);

  static Stream<String> names() {
    return Schedulers.all().stream().map(SchedulerFactory::name);
  }

  @ParameterizedTest
  @MethodSource("names")
  void choosesAsTheNaiveModel(String name) {
    long seed = Long.getLong("jvs.test.seed", System.nanoTime());
    int choices = 0;
    while (choices < CHOICES) {
      RandomService service = new RandomService(name, seed);
      try {
        choices += service.run();
      } catch (RuntimeException | AssertionError e) {
        fail(name + ", -Djvs.test.seed=" + seed + ", " + service, e);
      }
      seed++;
    }
    assertTrue(choices >= CHOICES);
  }
}
