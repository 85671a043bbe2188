package jvs.engine;

import java.util.List;
import jvs.linux.Mapping;
import jvs.wire.Memory;

/**
 * The last frames on which a worker's pipeline failed, for a dump.
 *
 * <p>The worker writes and allocates nothing, any thread reads: each place has a stamp that is odd
 * while the worker writes there and 0 before it ever did.
 */
final class FailedFrames implements AutoCloseable {
  /** Most frames. */
  static final int CAPACITY = 16;

  /** Most octets of each. */
  static final int LARGEST = 2000;

  private static final int STRIDE = 2048;
  private static final int LENGTH = 4;
  private static final int TIMESTAMP = 8;
  private static final int OCTETS = 16;

  private final Mapping mapping = new Mapping((long) CAPACITY * STRIDE);
  private int next;

  /** Keeps a copy in place of the oldest. The worker's thread. */
  void keep(long frame, int length, long timestampMicros) {
    long place = mapping.address() + (long) next * STRIDE;
    next = (next + 1) % CAPACITY;
    int stamp = Memory.getInt(place);
    Memory.putInt(place, stamp + 1);
    Memory.releaseFence();
    Memory.putInt(place + LENGTH, length);
    Memory.putLong(place + TIMESTAMP, timestampMicros);
    Memory.copy(frame, place + OCTETS, Math.min(length, LARGEST));
    Memory.putIntRelease(place, stamp + 2);
  }

  /** Appends what is kept to {@code frames}, but for what is being replaced. Any thread. */
  void copyTo(List<FailedFrame> frames) {
    for (int i = 0; i < CAPACITY; i++) {
      long place = mapping.address() + (long) i * STRIDE;
      int stamp = Memory.getIntAcquire(place);
      if (stamp == 0 || (stamp & 1) != 0) {
        continue;
      }
      int length = Memory.getInt(place + LENGTH);
      long timestampMicros = Memory.getLong(place + TIMESTAMP);
      byte[] octets = new byte[Math.clamp(length, 0, LARGEST)];
      Memory.copy(place + OCTETS, octets, 0, octets.length);
      Memory.acquireFence();
      if (Memory.getInt(place) == stamp) {
        frames.add(new FailedFrame(timestampMicros, length, octets));
      }
    }
  }

  @Override
  public void close() {
    mapping.close();
  }
}
