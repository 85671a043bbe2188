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
    /** Not to be taken: a protocol that is none of ours, through the socket options. */
    EFAULT(14),
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
  private final int position;

  /** A refusal; {@code message} names the value and what was expected. */
  public IpvsException(Errno errno, String message) {
    this(errno, message, 0);
  }

  private IpvsException(Errno errno, String message, int position) {
    super(message);
    this.errno = errno;
    this.position = position;
  }

  /** The same of the command with this number in a transaction, counted from 1 on. */
  public IpvsException at(int number) {
    return new IpvsException(errno, String.valueOf(getMessage()), number);
  }

  /** The number of the refused command in a transaction, 0 if it was none. */
  public int position() {
    return position;
  }

  /** The errno that the kernel would return. */
  public Errno errno() {
    return errno;
  }
}
