package jvs.director.control;

/** No director could be asked, or it did not answer; the message is one line for people. */
public final class DirectorUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** {@code message} says what is wrong and what to do. */
  public DirectorUnavailableException(String message) {
    super(message);
  }
}
