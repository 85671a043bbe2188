package jvs.engine;

import jvs.linux.Mapping;
import jvs.route.Neighbour;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Frames that wait for the hardware address of their next hop: copies, bounded in number and time.
 *
 * <p>One thread, its worker's.
 */
final class PendingFrames implements AutoCloseable {
  /** Frames at a time. */
  static final int CAPACITY = 64;

  private static final int PREFIX = 256;
  private static final long STRIDE = 68L << 10;
  private static final int LARGEST = (int) STRIDE - PREFIX;

  private final Mapping mapping = new Mapping(CAPACITY * STRIDE);
  private final @Nullable Neighbour[] neighbours = new @Nullable Neighbour[CAPACITY];
  private final int[] lengths = new int[CAPACITY];
  private final long[] deadlines = new long[CAPACITY];
  private final boolean[] areCounted = new boolean[CAPACITY];
  private int size;

  /** Waiting frames. */
  int size() {
    return size;
  }

  /**
   * Copies a frame with its virtio-net header.
   *
   * @return false if there is no room
   */
  boolean add(long frame, int length, Neighbour neighbour, long deadlineMillis, boolean isCounted) {
    if (size == CAPACITY || length > LARGEST) {
      return false;
    }
    for (int i = 0; i < CAPACITY; i++) {
      if (neighbours[i] == null) {
        neighbours[i] = neighbour;
        lengths[i] = length;
        deadlines[i] = deadlineMillis;
        areCounted[i] = isCounted;
        Memory.copy(
            frame - VnetHeader.LENGTH, frame(i) - VnetHeader.LENGTH, length + VnetHeader.LENGTH);
        size++;
        return true;
      }
    }
    return false;
  }

  /** The neighbour that the frame at place {@code i} waits for, null if the place is empty. */
  @Nullable Neighbour neighbour(int i) {
    return neighbours[i];
  }

  /** The frame at place {@code i}. */
  long frame(int i) {
    return mapping.address() + i * STRIDE + PREFIX;
  }

  /** Its length. */
  int length(int i) {
    return lengths[i];
  }

  /** Whether it is a received frame whose verdict is still to be counted. */
  boolean isCounted(int i) {
    return areCounted[i];
  }

  /** When it is given up. */
  long deadlineMillis(int i) {
    return deadlines[i];
  }

  /** Empties place {@code i}; its memory stays as it is until the next {@link #add}. */
  void remove(int i) {
    neighbours[i] = null;
    size--;
  }

  @Override
  public void close() {
    mapping.close();
  }
}
