package jvs.director.mark;

/** A rule for marks that cannot be read or honoured; the message names the word. */
public final class MarkException extends Exception {
  private static final long serialVersionUID = 1L;

  MarkException(String message) {
    super(message);
  }
}
