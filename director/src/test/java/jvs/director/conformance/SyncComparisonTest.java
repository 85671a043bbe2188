package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import jvs.director.conformance.Step.Emitted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sync message in which one octet was changed does not pass, nor one that is missing. */
class SyncComparisonTest {
  // Ethernet, IP and UDP headers are 42 octets, the message's own header 8, an entry 36.
  @ParameterizedTest(name = "octet {0}")
  @ValueSource(ints = {22, 33, 37, 43, 47, 51, 57, 59, 61, 63, 65, 69, 73, 77, 81, 85, 121})
  void anotherOctetIsNoticed(int octet) throws IOException {
    assertFalse(Recordings.run(changed(octet)).isEmpty());
  }

  @Test
  void aMissingMessageIsNoticed() throws IOException {
    assertFalse(Recordings.run(changed(-1)).isEmpty());
  }

  /** The case with an octet of its first sync message changed, or without that message. */
  private static RecordedCase changed(int octet) {
    RecordedCase recorded = Recordings.oneCase("sync.jsonl.gz", "master-v1");
    List<Step> steps = new ArrayList<>(recorded.steps());
    int changes = 0;
    for (int i = 0; i < steps.size() && changes == 0; i++) {
      if (steps.get(i) instanceof Step.Sleep sleep && !sleep.emitted().isEmpty()) {
        Emitted sent = sleep.emitted().getFirst();
        byte[] octets = sent.frame().octets();
        List<Emitted> emitted = List.of();
        if (octet >= 0) {
          octets[octet] ^= 1;
          emitted = List.of(new Emitted(sent.side(), Frame.of(octets)));
        }
        steps.set(i, new Step.Sleep(sleep.millis(), emitted));
        changes++;
      }
    }
    assertEquals(1, changes);
    return new RecordedCase(
        recorded.file(),
        recorded.line(),
        recorded.group(),
        recorded.name(),
        recorded.environment(),
        recorded.repliesPass(),
        steps);
  }
}
