package jvs.linux;

import java.lang.foreign.Arena;
import jvs.wire.Memory;

/**
 * Waits until one of a few descriptors is readable: poll(2) on a prepared array.
 *
 * <p>One thread. A pending socket error (the interface went down) is taken off the socket, because
 * poll(2) would otherwise return at once until somebody did; a closed descriptor is no longer
 * looked at, for the same reason.
 */
public final class Poller implements AutoCloseable {
  private static final int POLLFD_BYTES = 8;
  private static final int EVENTS = 4;
  private static final int REVENTS = 6;

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final int capacity;
  private final long pollfds;
  private final long error;
  private final long errorLength;
  private int size;
  private boolean isClosed;

  /** Room for {@code capacity} descriptors. */
  public Poller(int capacity) {
    if (capacity < 1) {
      throw new IllegalArgumentException("poller capacity " + capacity + ", expected 1 or more");
    }
    this.capacity = capacity;
    pollfds = arena.allocate((long) POLLFD_BYTES * capacity, 8).address();
    error = arena.allocate(4, 4).address();
    errorLength = arena.allocate(4, 4).address();
  }

  /**
   * Adds a descriptor; a negative one is never ready.
   *
   * @return its index for {@link #isReady}
   */
  public int add(int fd) {
    if (size == capacity) {
      throw new IllegalStateException("this poller holds " + capacity + " descriptors");
    }
    long pollfd = pollfds + (long) POLLFD_BYTES * size;
    Memory.putInt(pollfd, fd);
    Memory.putNative16(pollfd + EVENTS, Sockets.POLLIN);
    Memory.putNative16(pollfd + REVENTS, 0);
    return size++;
  }

  /**
   * Waits until a descriptor is ready or the time is over.
   *
   * @param timeoutMillis 0 returns at once, a negative number waits for ever
   * @return how many are readable; 0 also after a signal or an error
   */
  public int poll(int timeoutMillis) {
    int ready = Libc.poll(pollfds, size, timeoutMillis);
    if (ready <= 0) {
      for (int i = 0; i < size; i++) {
        Memory.putNative16(pollfds + (long) POLLFD_BYTES * i + REVENTS, 0);
      }
      return 0;
    }
    int readable = 0;
    for (int i = 0; i < size; i++) {
      int events = events(i);
      if ((events & Sockets.POLLERR) != 0) {
        takeError(i);
      } else if ((events & Sockets.POLLNVAL) != 0) {
        Memory.putInt(pollfds + (long) POLLFD_BYTES * i, -1);
      }
      readable += events & Sockets.POLLIN;
    }
    return readable;
  }

  /** Whether the descriptor with this index was readable at the last {@link #poll}. */
  public boolean isReady(int index) {
    return (events(index) & Sockets.POLLIN) != 0;
  }

  private int events(int index) {
    return Memory.nativeU16(pollfds + (long) POLLFD_BYTES * index + REVENTS);
  }

  private void takeError(int index) {
    Memory.putInt(errorLength, 4);
    int fd = Memory.getInt(pollfds + (long) POLLFD_BYTES * index);
    Libc.getsockopt(errno, fd, Sockets.SOL_SOCKET, Sockets.SO_ERROR, error, errorLength);
  }

  /** Frees the array; the descriptors stay open. Idempotent. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      arena.close();
    }
  }
}
