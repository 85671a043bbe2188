package jvs.port.xdp;

import java.util.Arrays;
import jvs.linux.IfXdp;
import jvs.linux.Mapping;

/**
 * The memory of a worker's frames, shared by all its AF_XDP sockets: a frame is sent on any of them
 * from where it was received.
 *
 * <pre>
 * free ─► fill ring ─► the kernel ─► receive ring ─► the worker ─┬─► free
 *   ▲                                                            └─► send ring ─► the kernel
 *   └──────────────────────── completion ring ◄──────────────────────────────────────┘
 *
 * chunk: | 246 free | virtio-net header 10 | frame ... |
 * </pre>
 *
 * <p>One thread, its worker's; it is closed after all sockets.
 */
public final class Umem implements AutoCloseable {
  /** A page, as the kernel takes no larger chunks. */
  static final int CHUNK_BYTES = 4096;

  /** The longest frame that fits. */
  static final int LONGEST = CHUNK_BYTES - IfXdp.XDP_PACKET_HEADROOM;

  private static final int SHIFT = Integer.numberOfTrailingZeros(CHUNK_BYTES);

  private final Mapping memory;
  private final long bytes;
  private final int[] free;
  private final boolean[] isSending;
  private int freeCount;

  /** Memory of so many chunks, all free. */
  Umem(int chunks) {
    bytes = (long) chunks * CHUNK_BYTES;
    memory = new Mapping(bytes);
    free = new int[chunks];
    isSending = new boolean[chunks];
    reset();
  }

  /** Takes all chunks back, when all sockets are closed. */
  void reset() {
    Arrays.fill(isSending, false);
    freeCount = free.length;
    Arrays.setAll(free, i -> free.length - 1 - i);
  }

  /** Where it begins. */
  long address() {
    return memory.address();
  }

  /** Its size. */
  long bytes() {
    return bytes;
  }

  /** Whether a frame lies here. */
  boolean contains(long address) {
    return address >= memory.address() && address - memory.address() < bytes;
  }

  /** The chunk that holds what lies so far from the beginning. */
  static int chunk(long offset) {
    return (int) (offset >>> SHIFT);
  }

  /** Where a chunk begins, counted from the beginning of the memory. */
  static long offset(int chunk) {
    return (long) chunk << SHIFT;
  }

  /** Number of free chunks. */
  int freeCount() {
    return freeCount;
  }

  /** Takes a free chunk; the caller looked at {@link #freeCount}. The latest, so it is warm. */
  int take() {
    return free[--freeCount];
  }

  /** Gives a chunk back that was received and goes nowhere, unless it is on its way out. */
  void release(int chunk) {
    if (!isSending[chunk]) {
      free[freeCount++] = chunk;
    }
  }

  /** Marks a chunk as on its way out; false if it is already. */
  boolean send(int chunk) {
    boolean isFirst = !isSending[chunk];
    isSending[chunk] = true;
    return isFirst;
  }

  /** Gives a chunk back that was sent. */
  void sent(int chunk) {
    isSending[chunk] = false;
    free[freeCount++] = chunk;
  }

  /** Takes back a {@link #send} that came to nothing. */
  void keep(int chunk) {
    isSending[chunk] = false;
  }

  /** Unmaps the memory; idempotent. */
  @Override
  public void close() {
    memory.close();
  }
}
