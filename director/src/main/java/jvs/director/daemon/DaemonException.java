package jvs.director.daemon;

/** The daemon cannot start; the message is one line for the user and names what to do. */
public final class DaemonException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A line for the user. */
  public DaemonException(String message) {
    super(message);
  }

  /** A line for the user, and what caused it. */
  public DaemonException(String message, Throwable cause) {
    super(message, cause);
  }
}
