package jvs.director.port;

/** libpcap refused something; the message says what, in its own words. Control plane only. */
public final class PcapException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A failure of {@code what}. */
  public PcapException(String what, Throwable cause) {
    super(what + ": " + cause.getMessage(), cause);
  }
}
