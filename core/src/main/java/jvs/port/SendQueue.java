package jvs.port;

import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicLong;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.Sockets;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * Frames waiting for one sendmmsg(2), by address: an array of struct mmsghdr made once.
 *
 * <p>One thread. The frames go out of whatever memory they lie in, mostly the receive ring.
 */
final class SendQueue {
  /** Frames a system call; larger bursts gain nothing (docs: data plane measurements). */
  static final int CAPACITY = 64;

  private static final int MMSGHDR_BYTES = 64;
  private static final int MSG_IOV = 16;
  private static final int MSG_IOVLEN = 24;
  private static final int IOVEC_BYTES = 16;
  private static final int IOV_LEN = 8;

  // A full device queue empties within microseconds or not at all soon; a worker must not wait.
  private static final int RETRIES = 8;

  private final AtomicLong errors = new AtomicLong();
  private final Arena arena = Arena.ofShared();
  private final Errno errno;
  private final int fd;
  private final long messages;
  private final long vectors;
  private int capacity = CAPACITY;
  private int size;

  SendQueue(Errno errno, int fd) {
    this.errno = errno;
    this.fd = fd;
    messages = arena.allocate((long) MMSGHDR_BYTES * CAPACITY, 8).address();
    vectors = arena.allocate((long) IOVEC_BYTES * CAPACITY, 8).address();
    for (int i = 0; i < CAPACITY; i++) {
      long message = messages + (long) MMSGHDR_BYTES * i;
      Memory.putLong(message + MSG_IOV, vectors + (long) IOVEC_BYTES * i);
      Memory.putLong(message + MSG_IOVLEN, 1);
    }
  }

  /** Queues a frame with the virtio-net header before it. */
  void add(long address, int length) {
    if (size == capacity) {
      flush();
      if (capacity == 0) {
        return;
      }
    }
    long vector = vectors + (long) IOVEC_BYTES * size;
    Memory.putLong(vector, address - VnetHeader.LENGTH);
    Memory.putLong(vector + IOV_LEN, length + (long) VnetHeader.LENGTH);
    size++;
  }

  /** Sends all frames; those that the kernel refuses are counted and left out. */
  void flush() {
    int first = 0;
    int retries = RETRIES;
    while (first < size) {
      int sent = send(first);
      if (sent > 0) {
        first += sent;
      } else if (retries > 0 && isTransient(-sent)) {
        retries--;
        Thread.onSpinWait();
      } else {
        errors.setOpaque(errors.getPlain() + 1);
        first++;
      }
    }
    size = 0;
  }

  /** How many were sent, or less than 0: why the first was not. */
  private int send(int first) {
    long from = messages + (long) MMSGHDR_BYTES * first;
    int sent = size == 1 ? sendOnly() : Libc.sendmmsg(fd, from, size - first, Sockets.MSG_DONTWAIT);
    return sent >= 0 // or once more, to hear why
        ? sent
        : Libc.sendmmsg(errno, fd, from, size - first, Sockets.MSG_DONTWAIT);
  }

  /** The only one that waits, without the headers of several. */
  private int sendOnly() {
    long address = Memory.getLong(vectors);
    long length = Memory.getLong(vectors + IOV_LEN);
    return Libc.sendto(fd, address, length, Sockets.MSG_DONTWAIT) < 0 ? -1 : 1;
  }

  private static boolean isTransient(int errno) {
    return errno == Errno.EAGAIN || errno == Errno.ENOBUFS || errno == Errno.EINTR;
  }

  /** Frames refused so far; any thread. */
  long errors() {
    return errors.getOpaque();
  }

  /** Frees the arrays; afterwards frames vanish. */
  void close() {
    if (capacity > 0) {
      capacity = 0;
      size = 0;
      arena.close();
    }
  }
}
