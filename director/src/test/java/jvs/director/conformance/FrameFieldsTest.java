package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jvs.director.conformance.Step.Emitted;
import org.junit.jupiter.api.Test;

/** Frames by their fields. */
class FrameFieldsTest {
  private static final long SEED = Long.getLong("jvs.seed", new Random().nextLong());
  private static final int BITS_OF_EACH = 20;

  private static List<Frame> recorded() {
    List<Frame> frames = new ArrayList<>();
    for (RecordedCase recorded : Recordings.cases("packets.jsonl.gz")) {
      for (Step step : recorded.steps()) {
        if (step instanceof Step.Send send) {
          frames.add(send.frame());
          send.emitted().stream().map(Emitted::frame).forEach(frames::add);
        }
      }
    }
    return frames;
  }

  @Test
  void changeWithEveryBit() {
    Random random = new Random(SEED);
    for (Frame frame : recorded()) {
      for (int i = 0; i < BITS_OF_EACH; i++) {
        // Mostly headers, which come first.
        int bound = random.nextBoolean() ? Math.min(90, frame.length()) : frame.length();
        byte[] octets = frame.octets();
        int octet = random.nextInt(bound);
        octets[octet] ^= (byte) (1 << random.nextInt(8));

        assertNotEquals(
            frame.fields().values(),
            Frame.of(octets).fields().values(),
            () -> "jvs.seed=" + SEED + " octet " + octet + " of " + frame);
      }
    }
  }

  @Test
  void takeFramesThatEndAnywhere() {
    for (Frame frame : recorded().subList(0, 400)) {
      for (int length = 14; length < Math.min(120, frame.length()); length++) {
        assertNotNull(Frame.of(Arrays.copyOf(frame.octets(), length)).fields());
      }
    }
  }

  @Test
  void nameWhatIsInsideATunnel() {
    Step.Send send = (Step.Send) Recordings.oneCase("packets.jsonl.gz", "udp-gue").steps().get(2);

    FrameFields fields = send.emitted().getFirst().frame().fields();

    assertEquals("10.1.0.254", fields.get("IP source"));
    assertEquals("4", fields.get("GUE protocol"));
    assertEquals("192.0.2.7", fields.get("inner IP source"));
    assertEquals("80", fields.get("inner UDP destination port"));
  }

  @Test
  void nameWhatAnErrorQuotes() {
    Step.Send send = (Step.Send) Recordings.oneCase("packets.jsonl.gz", "noservice").steps().get(2);

    FrameFields fields = send.emitted().getFirst().frame().fields();

    assertEquals("3", fields.get("ICMP type"));
    assertEquals("10.99.0.1", fields.get("quoted IP destination"));
    assertEquals("40000", fields.get("quoted UDP source port"));
  }
}
