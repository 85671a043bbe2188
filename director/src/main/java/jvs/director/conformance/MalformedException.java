package jvs.director.conformance;

/** A line is no recording; the message says what it has and what was expected. */
final class MalformedException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }
}
