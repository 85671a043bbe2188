package jvs.director.port;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import jvs.linux.Mapping;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * Carries frames from a capturing thread to a worker in off-heap slots, in order and without locks.
 *
 * <p>One thread puts, one takes. As slots are used strictly in turn, two counters do what a queue
 * of free slots would. They are volatile, not released and acquired, so that of two threads that
 * each write one and then read the other at least one sees the other's: the putter knows whether
 * the taker may be asleep.
 */
final class FrameRing implements AutoCloseable {
  /** The longest frame that fits. */
  static final int MAX_FRAME_BYTES = 65_535;

  private static final int SLOTS = 512;
  private static final int FRAME_OFFSET = PacketPort.HEADROOM + 18;
  private static final int SLOT_BYTES = 66 << 10;
  private static final VarHandle PUT;
  private static final VarHandle TAKEN;

  static {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      PUT = lookup.findVarHandle(FrameRing.class, "put", long.class);
      TAKEN = lookup.findVarHandle(FrameRing.class, "taken", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Mapping memory = new Mapping((long) SLOTS * SLOT_BYTES);
  private final int[] lengths = new int[SLOTS];
  private volatile long put;
  private volatile long taken;
  private volatile long released;

  private long frame(long number) {
    return memory.address() + number % SLOTS * SLOT_BYTES + FRAME_OFFSET;
  }

  /** Whether a frame can be put. */
  boolean hasRoom() {
    return put - released < SLOTS;
  }

  /**
   * Puts a complete frame, if it fits; the caller looked at {@link #hasRoom}.
   *
   * @return whether the taker had taken everything before, and may be asleep
   */
  boolean put(byte[] octets) {
    long number = (long) PUT.get(this);
    long frame = frame(number);
    VnetHeader.clear(frame);
    Memory.copy(octets, 0, frame, octets.length);
    lengths[(int) (number % SLOTS)] = octets.length;
    PUT.setVolatile(this, number + 1);
    return (long) TAKEN.getVolatile(this) == number;
  }

  /** Appends waiting frames to the batch; returns how many. */
  int take(FrameBatch batch) {
    long number = (long) TAKEN.get(this);
    long end = Math.min((long) PUT.getVolatile(this), number + batch.remaining());
    int count = (int) (end - number);
    for (; number < end; number++) {
      batch.add(frame(number), lengths[(int) (number % SLOTS)]);
    }
    if (count > 0) {
      TAKEN.setVolatile(this, end);
    }
    return count;
  }

  /** Gives the slots of all taken frames back. */
  void release() {
    released = taken;
  }

  /** Frees the slots; neither side uses them any more. */
  @Override
  public void close() {
    memory.close();
  }
}
