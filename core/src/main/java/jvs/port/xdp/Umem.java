package jvs.port.xdp;

import jvs.linux.IfXdp;
import jvs.linux.Mapping;

/**
 * The memory of all frames, shared by all AF_XDP sockets of a process: a frame is sent on any of
 * them from where it was received.
 *
 * <pre>
 * chunk: | 246 free | virtio-net header 10 | frame ... |
 * </pre>
 *
 * <p>Any thread; who may use which chunk when is known to {@link Chunks}. It is closed after all
 * sockets.
 */
public final class Umem implements AutoCloseable {
  /** A page, as the kernel takes no larger chunks. */
  static final int CHUNK_BYTES = 4096;

  /** The longest frame that fits. */
  static final int LONGEST = CHUNK_BYTES - IfXdp.XDP_PACKET_HEADROOM;

  private static final int SHIFT = Integer.numberOfTrailingZeros(CHUNK_BYTES);

  private final Mapping memory;
  private final long bytes;

  /** Memory of so many chunks. */
  Umem(int chunks) {
    bytes = (long) chunks * CHUNK_BYTES;
    memory = new Mapping(bytes);
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

  /** Unmaps the memory; idempotent. */
  @Override
  public void close() {
    memory.close();
  }
}
