package jvs.director.ipvsadm;

import org.jspecify.annotations.Nullable;

/** The end of a command before its time: an exit status, and usually a line for stderr. */
final class Exit extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final boolean endsRestore;

  private Exit(int status, @Nullable String message, boolean endsRestore) {
    super(message, null, false, false);
    this.status = status;
    this.endsRestore = endsRestore;
  }

  /** A mistake on the command line that ipvsadm itself finds. */
  static Exit usage(String message) {
    return new Exit(2, message, true);
  }

  /** A mistake that popt finds. */
  static Exit badSwitch(String message) {
    return new Exit(255, message, false);
  }

  /** No command where one is due. */
  static Exit noCommand() {
    return new Exit(255, "Try `ipvsadm -h' or 'ipvsadm --help' for more information.", true);
  }

  /** The director refused a change. */
  static Exit refused(String message) {
    return new Exit(255, message, false);
  }

  /** The director did not give what should be listed. */
  static Exit unlisted(@Nullable String message) {
    return new Exit(1, message, true);
  }

  /** Nothing is wrong; help or version has been printed. */
  static Exit done() {
    return new Exit(0, null, true);
  }

  /** Exit status of the process. */
  int status() {
    return status;
  }

  /** Whether {@code -R} reads no further lines. */
  boolean endsRestore() {
    return endsRestore;
  }
}
