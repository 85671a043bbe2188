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

  private static final int TAKEN = 1;
  private static final int SENDING = 2;
  private static final int SHIFT = Integer.numberOfTrailingZeros(CHUNK_BYTES);

  private final Mapping memory;
  private final long bytes;
  private final int[] free;
  private final byte[] uses;
  private int freeCount;

  /** Memory of so many chunks, all free. */
  Umem(int chunks) {
    bytes = (long) chunks * CHUNK_BYTES;
    memory = new Mapping(bytes);
    free = new int[chunks];
    uses = new byte[chunks];
    reset();
  }

  /** Takes all chunks back, when all sockets are closed. */
  void reset() {
    Arrays.fill(uses, (byte) 0);
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

  /** A frame was received into the chunk. */
  void received(int chunk) {
    uses[chunk] |= TAKEN;
  }

  /** The worker is done with a received chunk. */
  void release(int chunk) {
    end(chunk, TAKEN);
  }

  /** The chunk goes out; false if it is on its way already. */
  boolean send(int chunk) {
    boolean isFirst = (uses[chunk] & SENDING) == 0;
    uses[chunk] |= SENDING;
    return isFirst;
  }

  /** The chunk went out, or will not after all; that may be before the worker is done with it. */
  void sent(int chunk) {
    end(chunk, SENDING);
  }

  private void end(int chunk, int use) {
    uses[chunk] &= (byte) ~use;
    if (uses[chunk] == 0) {
      free[freeCount++] = chunk;
    }
  }

  /** Unmaps the memory; idempotent. */
  @Override
  public void close() {
    memory.close();
  }
}
