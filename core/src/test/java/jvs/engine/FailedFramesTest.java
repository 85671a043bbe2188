package jvs.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jvs.wire.Memory;
import org.junit.jupiter.api.Test;

class FailedFramesTest {
  private static List<FailedFrame> kept(FailedFrames frames) {
    List<FailedFrame> kept = new ArrayList<>();
    frames.copyTo(kept);
    return kept;
  }

  @Test
  void keepsTheLastOnesAndTheBeginningOfLongOnes() {
    try (Arena arena = Arena.ofConfined();
        FailedFrames frames = new FailedFrames()) {
      assertEquals(List.of(), kept(frames));
      long frame = arena.allocate(9000).address();
      Memory.put8(frame + FailedFrames.LARGEST - 1, 7);
      for (int i = 0; i < FailedFrames.CAPACITY + 3; i++) {
        frames.keep(frame, i, i);
      }

      List<Integer> lengths = kept(frames).stream().map(FailedFrame::length).sorted().toList();
      assertEquals(IntStream.range(3, FailedFrames.CAPACITY + 3).boxed().toList(), lengths);

      frames.keep(frame, 9000, 99);
      FailedFrame last = kept(frames).get(3);
      assertEquals(9000, last.length());
      assertEquals(99, last.timestampMicros());
      byte[] expected = new byte[FailedFrames.LARGEST];
      expected[expected.length - 1] = 7;
      assertArrayEquals(expected, last.octets());
    }
  }
}
