package jvs.engine;

import jvs.wire.DropReason;

/**
 * How a frame ended: exactly one of these. Positive numbers are {@link jvs.wire.DropReason} codes.
 */
public final class Verdict {
  /** Sent on. */
  public static final int FORWARDED = 0;

  /** Not ours: the kernel's own stack has seen it as well and does what it likes. */
  public static final int PASSED = -1;

  /** Answered by the director itself, or news for it such as ARP. */
  public static final int CONSUMED = -2;

  /** Not ended yet: waits for its next hop's hardware address and is counted when that is known. */
  public static final int PENDING = -3;

  /** Sent on, but the server is not told who the client is: there was no room (FULLNAT). */
  public static final int UNINTRODUCED = -4;

  /**
   * Sent on by direct routing, to the very machine it came from: that does not serve it but
   * balances it, too, and both may go on until its hops are used up.
   */
  public static final int RETURNED = -5;

  /** The counter of {@link #RETURNED}. */
  public static final String RETURNED_LABEL = "forwarded_back";

  private Verdict() {}

  /** For people: {@code forwarded}, {@code passed}, {@code consumed} or the drop reason's label. */
  public static String name(int verdict) {
    return switch (verdict) {
      case FORWARDED -> "forwarded";
      case PASSED -> "passed";
      case CONSUMED -> "consumed";
      case PENDING -> "pending";
      case UNINTRODUCED -> "forwarded_unintroduced";
      case RETURNED -> RETURNED_LABEL;
      default -> {
        DropReason reason = DropReason.of(verdict);
        yield reason == null ? "unknown" : reason.label();
      }
    };
  }
}
