package jvs.linux;

/**
 * A system call failed; the message names the call, the C library's text and the error's name.
 *
 * <p>Control plane only: workers look at return values.
 */
public final class LinuxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  /** A failure of {@code call}, which may carry its argument: {@code bind veth0}. */
  public LinuxException(String call, int errno) {
    super(call + ": " + Errno.text(errno) + " (" + Errno.name(errno) + ")");
    this.errno = errno;
  }

  /** The error number. */
  public int errno() {
    return errno;
  }

  /** Returns a result of {@link Libc} if it is none that says failure, else throws. */
  public static int check(String call, int result) {
    if (result < 0) {
      throw new LinuxException(call, -result);
    }
    return result;
  }

  /** Returns a result of {@link Libc} if it is none that says failure, else throws. */
  public static long check(String call, long result) {
    if (result < 0) {
      throw new LinuxException(call, (int) -result);
    }
    return result;
  }
}
