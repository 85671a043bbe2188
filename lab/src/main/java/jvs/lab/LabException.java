package jvs.lab;

/** Something in the lab did not go as the lab needs it; the message says all that is known. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure of its own. */
  public LabException(String message) {
    super(message);
  }

  /** A failure with a reason below it. */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
