package jvs.service;

/**
 * A command was refused and changed nothing; carries the errno that the kernel would return.
 *
 * <p>Control plane only.
 */
public final class IpvsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** The errno values of the IPVS control interface. */
  public enum Errno {
    /** Service known, server unknown; scheduler or engine unknown. */
    ENOENT(2),
    /** No such service. */
    ESRCH(3),
    /** Table full. */
    ENOMEM(12),
    /** Already there. */
    EEXIST(17),
    /** Malformed or impossible. */
    EINVAL(22),
    /** Weight or thresholds out of range. */
    ERANGE(34),
    /** Not for this address family. */
    EAFNOSUPPORT(97),
    /** Known but not provided. */
    EOPNOTSUPP(95),
    /** Not allowed to. */
    EPERM(1),
    /** Network interface unknown. */
    ENODEV(19);

    private final int number;

    Errno(int number) {
      this.number = number;
    }

    /** The Linux number. */
    public int number() {
      return number;
    }
  }

  private final Errno errno;

  /** A refusal; {@code message} names the value and what was expected. */
  public IpvsException(Errno errno, String message) {
    super(message);
    this.errno = errno;
  }

  /** The errno that the kernel would return. */
  public Errno errno() {
    return errno;
  }
}
