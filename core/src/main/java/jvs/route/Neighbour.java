package jvs.route;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A host on a link and its hardware address.
 *
 * <p>Workers read it for every frame they send; whoever hears from the host writes it.
 */
public final class Neighbour {
  private static final VarHandle PROBED = probed();
  private static final long UNKNOWN = -1;

  private final int linkIndex;
  private final long high;
  private final long low;
  private volatile long mac = UNKNOWN;
  private volatile long confirmedMillis;
  private volatile int unansweredProbes;
  private volatile @Nullable NextHop hop;

  @SuppressWarnings("unused") // through its VarHandle
  private volatile long probedMillis = Long.MIN_VALUE / 2;

  Neighbour(int linkIndex, long high, long low) {
    this.linkIndex = linkIndex;
    this.high = high;
    this.low = low;
  }

  private static VarHandle probed() {
    try {
      return MethodHandles.lookup().findVarHandle(Neighbour.class, "probedMillis", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** The link it is on. */
  public int linkIndex() {
    return linkIndex;
  }

  /** Whether the address is IPv6. */
  public boolean isV6() {
    return high != 0 || low >>> 32 != 0;
  }

  /** First half of an IPv6 address; 0 for IPv4. */
  public long high() {
    return high;
  }

  /** Second half of the address; IPv4 in the low 32 bits. */
  public long low() {
    return low;
  }

  /** Whether its hardware address is known. */
  public boolean isResolved() {
    return mac != UNKNOWN;
  }

  /** Its hardware address; only if {@link #isResolved()}. */
  public long mac() {
    return mac;
  }

  /** When it was last heard of. */
  public long confirmedMillis() {
    return confirmedMillis;
  }

  /** Probes sent since it was last heard of. */
  public int unansweredProbes() {
    return unansweredProbes;
  }

  /** The next hop that is this neighbour itself, made once for each link state. */
  NextHop reachedBy(Link link, @Nullable IpAddress source) {
    NextHop made = hop;
    if (made == null || !link.equals(made.link()) || !Objects.equals(made.source(), source)) {
      made = new NextHop(false, link, this, source);
      hop = made;
    }
    return made;
  }

  /** The host was heard of. */
  void confirm(long heardMac, long nowMillis) {
    confirmedMillis = nowMillis;
    unansweredProbes = 0;
    mac = heardMac;
  }

  /** The host does not answer any more. */
  public void forget() {
    mac = UNKNOWN;
  }

  /**
   * Takes the right to send a probe now.
   *
   * @return false if one was sent less than {@code intervalMillis} ago
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only the winner of the exchange counts
  public boolean mayProbe(long nowMillis, long intervalMillis) {
    long last = (long) PROBED.getVolatile(this);
    if (nowMillis - last < intervalMillis || !PROBED.compareAndSet(this, last, nowMillis)) {
      return false;
    }
    unansweredProbes++;
    return true;
  }
}
