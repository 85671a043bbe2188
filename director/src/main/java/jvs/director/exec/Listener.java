package jvs.director.exec;

import java.lang.foreign.Arena;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * The descriptor that tells of system calls and takes the answers (seccomp_unotify(2)).
 *
 * <p>One thread. Answers to a call whose thread was killed meanwhile go nowhere.
 */
final class Listener {
  private static final int RECEIVE = 0xc0502100;
  private static final int SEND = 0xc0182101;
  private static final int ADD_FD = 0x40182103;
  private static final int IS_VALID = 0x40082102;
  private static final int CONTINUE = 1;
  private static final int ADD_AT = 1;
  private static final int ADD_AND_SEND = 2;

  private final Kernel kernel;
  private final int fd;
  private final long received = Arena.global().allocate(Notification.BYTES, 8).address();
  private final long answer = Arena.global().allocate(24, 8).address();

  Listener(Kernel kernel, int fd) {
    this.kernel = kernel;
    this.fd = fd;
  }

  int fd() {
    return fd;
  }

  /** The next call, or null if its thread has gone. */
  @Nullable Notification receive() {
    Memory.zero(received, Notification.BYTES);
    int result = kernel.ioctl(fd, RECEIVE & 0xffff_ffffL, received);
    return result < 0 ? null : Notification.of(received);
  }

  /** Whether a call still waits; not if its thread was killed. */
  boolean isWaiting(long id) {
    Memory.putLong(answer, id);
    return kernel.ioctl(fd, IS_VALID, answer) == 0;
  }

  /** Lets a call return. */
  void answer(long id, long value) {
    send(id, value, 0, 0);
  }

  /** Lets a call fail. */
  void refuse(long id, int errno) {
    send(id, 0, -errno, 0);
  }

  /** Lets the kernel do the call. */
  void proceed(long id) {
    send(id, 0, 0, CONTINUE);
  }

  private void send(long id, long value, int error, int flags) {
    Memory.putLong(answer, id);
    Memory.putLong(answer + 8, value);
    Memory.putInt(answer + 16, error);
    Memory.putInt(answer + 20, flags);
    kernel.ioctl(fd, SEND & 0xffff_ffffL, answer);
  }

  /**
   * Gives the caller a descriptor of ours and lets its call return it.
   *
   * @param at the number that it gets, or -1 for any
   * @param flags O_CLOEXEC or 0
   * @return negative if the caller cannot have it; then its call still waits
   */
  int give(long id, int source, int at, int flags) {
    Memory.putLong(answer, id);
    Memory.putInt(answer + 8, ADD_AND_SEND | (at < 0 ? 0 : ADD_AT));
    Memory.putInt(answer + 12, source);
    Memory.putInt(answer + 16, Math.max(at, 0));
    Memory.putInt(answer + 20, flags);
    return kernel.ioctl(fd, ADD_FD, answer);
  }
}
