package jvs.director.exec;

/** The command cannot be run; the message is one line that says why and what to do. */
final class ExecException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  ExecException(String message) {
    this(message, 125);
  }

  /** With the exit status that tells a shell of it: 125 us, 126 not executable, 127 not found. */
  ExecException(String message, int status) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
