package jvs.engine;

import java.util.Objects;

/**
 * A frame on which the pipeline failed. Immutable, but for the array, which is not copied.
 *
 * @param timestampMicros when, in microseconds since 1970
 * @param length its length in bytes
 * @param octets its first octets, as the failure left them
 */
@SuppressWarnings("ArrayRecordComponent")
public record FailedFrame(long timestampMicros, int length, byte[] octets) {
  /** Checks that there are octets. */
  public FailedFrame {
    Objects.requireNonNull(octets);
  }
}
