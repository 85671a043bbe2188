package jvs.port;

/**
 * Frames of one burst, by address; the frames themselves stay in the port that received them.
 *
 * <p>A frame is complete Ethernet without FCS. Directly before its first octet lies its virtio-net
 * header of {@link VnetHeader#LENGTH} bytes (RFC-less, include/uapi/linux/virtio_net.h), all zero
 * when nothing is unfinished, and before that at least {@link PacketPort#HEADROOM} free bytes. One
 * thread.
 */
public final class FrameBatch {
  private final long[] addresses;
  private final int[] lengths;
  private int size;

  /** A batch of at most {@code capacity} frames (1 or more). */
  public FrameBatch(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("batch capacity " + capacity + ", expected 1 or more");
    }
    addresses = new long[capacity];
    lengths = new int[capacity];
  }

  /** Number of frames. */
  public int size() {
    return size;
  }

  /** How many frames fit beside the present ones. */
  public int remaining() {
    return addresses.length - size;
  }

  /** Address of the first octet of frame {@code i}. */
  public long address(int i) {
    return addresses[i];
  }

  /** Length of frame {@code i} in bytes. */
  public int length(int i) {
    return lengths[i];
  }

  /** Appends a frame; the caller looked at {@link #remaining()}. */
  public void add(long address, int length) {
    addresses[size] = address;
    lengths[size] = length;
    size++;
  }

  /** Empties the batch. */
  public void clear() {
    size = 0;
  }
}
