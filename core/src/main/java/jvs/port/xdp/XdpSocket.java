package jvs.port.xdp;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import jvs.linux.Errno;
import jvs.linux.IfXdp;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * An AF_XDP socket with its two rings, bound to one queue of one interface; the first one on a
 * queue has those that all of them share, too.
 *
 * <p>One thread, but for {@link #lost}, which any may call while it is open. net/xdp/xsk.c.
 */
final class XdpSocket {
  static final int RECEIVE_ENTRIES = 2048;
  static final int SEND_ENTRIES = 1024;

  private static final int SEND_BUFFER_BYTES = 8 << 20;
  private static final int SEND_BUDGET = 256;
  private static final int SOCKADDR_XDP_BYTES = 16;
  private static final long BUSY_NANOS = 1_000_000_000;
  private static final long RETRY_NANOS = 10_000_000;

  private final Errno errno = new Errno();
  private final int fd;
  private final @Nullable XdpPool pool;
  private final XdpRing received;
  private final XdpRing toSend;

  /**
   * Opens it unbound.
   *
   * @param memory the memory to register, for others to share, or null
   * @param pool sizes of the rings for all sockets of its queue, or null if another one has them
   */
  XdpSocket(@Nullable Umem memory, XdpPool.@Nullable Sizes pool) {
    fd =
        LinuxException.check(
            "AF_XDP socket",
            Libc.socket(errno, IfXdp.AF_XDP, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0));
    try {
      if (memory != null) {
        register(memory);
      }
      trySetInt(Sockets.SOL_SOCKET, Sockets.SO_SNDBUFFORCE, SEND_BUFFER_BYTES);
      // Kernels before 6.18 do not know it.
      trySetInt(IfXdp.SOL_XDP, IfXdp.XDP_MAX_TX_SKB_BUDGET, SEND_BUDGET);
      this.pool = pool == null ? null : new XdpPool(errno, fd, pool);
      received = ring(IfXdp.XDP_RX_RING, RECEIVE_ENTRIES, IfXdp.XDP_PGOFF_RX_RING);
      toSend = ring(IfXdp.XDP_TX_RING, SEND_ENTRIES, IfXdp.XDP_PGOFF_TX_RING);
    } catch (LinuxException e) {
      Libc.close(errno, fd);
      throw e;
    }
  }

  private void register(Umem memory) {
    try (Arena arena = Arena.ofConfined()) {
      // struct xdp_umem_reg: addr, len, chunk_size, headroom, flags, tx_metadata_len.
      long request = arena.allocate(32, 8).address();
      Memory.putLong(request, memory.address());
      Memory.putLong(request + 8, memory.bytes());
      Memory.putInt(request + 16, Umem.CHUNK_BYTES);
      int result = Libc.setsockopt(errno, fd, IfXdp.SOL_XDP, IfXdp.XDP_UMEM_REG, request, 32);
      LinuxException.check(
          "AF_XDP memory of "
              + memory.bytes()
              + " bytes"
              + (result == -Errno.ENOBUFS ? ", see ulimit -l" : ""),
          result);
    }
  }

  private XdpRing ring(int option, int size, long page) {
    return new XdpRing(errno, fd, option, size, page, 16);
  }

  private void trySetInt(int level, int option, int value) {
    try (Arena arena = Arena.ofConfined()) {
      long word = arena.allocate(4, 4).address();
      Memory.putInt(word, value);
      Libc.setsockopt(errno, fd, level, option, word, 4);
    }
  }

  /**
   * Binds it to a queue.
   *
   * @param flags XDP_COPY or XDP_ZEROCOPY with XDP_USE_NEED_WAKEUP, or XDP_SHARED_UMEM alone
   * @param sharedFd the descriptor of the socket whose memory is shared, and whose queue's rings if
   *     this one has none
   * @return 0 or a negated error number
   */
  int bind(int linkIndex, int queue, int flags, int sharedFd) {
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(SOCKADDR_XDP_BYTES, 4).address();
      Memory.putNative16(address, IfXdp.AF_XDP);
      Memory.putNative16(address + 2, flags);
      Memory.putInt(address + 4, linkIndex);
      Memory.putInt(address + 8, queue);
      Memory.putInt(address + 12, sharedFd);
      long deadline = System.nanoTime() + BUSY_NANOS;
      int result = Libc.bind(errno, fd, address, SOCKADDR_XDP_BYTES);
      // The kernel lets go of a closed socket's queue a little later.
      while (result == -Errno.EBUSY && System.nanoTime() < deadline) {
        LockSupport.parkNanos(RETRY_NANOS);
        result = Libc.bind(errno, fd, address, SOCKADDR_XDP_BYTES);
      }
      return result;
    }
  }

  int fileDescriptor() {
    return fd;
  }

  /** The rings of its queue, or null if another socket on it has them. */
  @Nullable XdpPool pool() {
    return pool;
  }

  /** Received frames: we consume. */
  XdpRing received() {
    return received;
  }

  /** Frames to send: we produce. */
  XdpRing toSend() {
    return toSend;
  }

  /** Frames for which there was no room, so far. Not while another thread asks. */
  long lost(Errno own) {
    try (Arena arena = Arena.ofConfined()) {
      // struct xdp_statistics: rx_dropped, two of invalid descriptors, rx_ring_full, ...
      long statistics = arena.allocate(56, 8).address();
      Memory.putInt(statistics + 48, 48);
      int result =
          Libc.getsockopt(
              own, fd, IfXdp.SOL_XDP, IfXdp.XDP_STATISTICS, statistics, statistics + 48);
      return result < 0 ? 0 : Memory.getLong(statistics) + Memory.getLong(statistics + 24);
    }
  }

  void close() {
    if (pool != null) {
      pool.close(errno);
    }
    received.close(errno);
    toSend.close(errno);
    Libc.close(errno, fd);
  }
}
