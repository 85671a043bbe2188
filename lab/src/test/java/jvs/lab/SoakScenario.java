package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code jvs soak} for a moment. */
@ExtendWith(LabCondition.class)
final class SoakScenario {
  @Test
  void aDirectorUnderLoadAndFloodLosesNothing() throws IOException, InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    boolean isGood = Soak.play(out, Duration.ofSeconds(8), 300, 2000);

    assertTrue(isGood, printed.toString(StandardCharsets.UTF_8));
  }
}
