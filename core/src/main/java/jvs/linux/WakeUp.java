package jvs.linux;

import java.lang.foreign.Arena;
import jvs.wire.Memory;

/**
 * Wakes a worker that waits in a {@link Poller}: an eventfd(2).
 *
 * <p>{@link #signal()} may be called by any thread, {@link #drain()} by the waiting one. The one
 * who closes it first stops those who signal.
 */
public final class WakeUp implements AutoCloseable {
  private static final int EFD_CLOEXEC = 0x80000;
  private static final int EFD_NONBLOCK = 0x800;

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final long one;
  private final long count;
  private int fd;

  /** Opens it. */
  public WakeUp() {
    one = arena.allocate(8, 8).address();
    count = arena.allocate(8, 8).address();
    Memory.putLong(one, 1);
    fd = LinuxException.check("eventfd", Libc.eventfd(errno, 0, EFD_CLOEXEC | EFD_NONBLOCK));
  }

  /** The descriptor that becomes readable. */
  public int fileDescriptor() {
    return fd;
  }

  /** Makes the descriptor readable. */
  public void signal() {
    // Fails only if 2^64 - 2 signals are pending, and then the descriptor is readable anyway.
    Libc.write(fd, one, 8);
  }

  /** Makes the descriptor unreadable again; returns whether there was a signal. */
  public boolean drain() {
    return Libc.read(fd, count, 8) == 8;
  }

  /** Closes the descriptor; idempotent. */
  @Override
  public void close() {
    if (fd >= 0) {
      Libc.close(errno, fd);
      fd = -1;
      arena.close();
    }
  }
}
