package jvs.port.xdp;

import jvs.linux.Errno;
import jvs.linux.IfXdp;

/**
 * The two rings that all sockets of a queue share (the kernel's struct xsk_buff_pool): chunks to
 * receive into, and chunks that were sent.
 *
 * <p>One thread, that of the worker which keeps the queue.
 */
final class XdpPool {
  private final XdpRing fill;
  private final XdpRing completion;

  /**
   * Makes them.
   *
   * @param fd the socket that is bound first
   * @param sizes how large
   */
  XdpPool(Errno errno, int fd, Sizes sizes) {
    fill =
        new XdpRing(
            errno, fd, IfXdp.XDP_UMEM_FILL_RING, sizes.fill(), IfXdp.XDP_UMEM_PGOFF_FILL_RING, 8);
    completion =
        new XdpRing(
            errno,
            fd,
            IfXdp.XDP_UMEM_COMPLETION_RING,
            sizes.completion(),
            IfXdp.XDP_UMEM_PGOFF_COMPLETION_RING,
            8);
  }

  /**
   * Entries of the rings, powers of two.
   *
   * @param fill chunks to receive into
   * @param completion chunks that were sent
   */
  record Sizes(int fill, int completion) {
    private static final int MOST_TIMES = 8;

    /** For a queue by which so many workers send, and for whom one of them does the keeping. */
    static Sizes of(int senders) {
      int times = Math.min(MOST_TIMES, Integer.highestOneBit(2 * senders - 1));
      return new Sizes(times * XdpSocket.RECEIVE_ENTRIES, times * XdpSocket.SEND_ENTRIES);
    }

    /** Chunks that keep a queue busy. */
    int chunks() {
      return fill + completion;
    }
  }

  /** Chunks to receive into: we produce. */
  XdpRing fill() {
    return fill;
  }

  /** Chunks that were sent: we consume. */
  XdpRing completion() {
    return completion;
  }

  void close(Errno errno) {
    fill.close(errno);
    completion.close(errno);
  }
}
