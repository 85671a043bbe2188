package jvs.director.port;

import java.util.Objects;

/**
 * One frame of a capture file. Immutable, but for the array, which is not copied.
 *
 * @param timestampMicros when it was captured, in microseconds since 1970
 * @param frame its octets, as many as were captured
 * @param originalLength its length on the wire
 */
@SuppressWarnings("ArrayRecordComponent")
public record PcapRecord(long timestampMicros, byte[] frame, int originalLength) {
  /** Checks that there is a frame. */
  public PcapRecord {
    Objects.requireNonNull(frame);
  }

  /** Whether the capture kept only the beginning. */
  public boolean isTruncated() {
    return frame.length < originalLength;
  }
}
