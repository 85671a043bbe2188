package jvs.route;

import java.util.concurrent.atomic.AtomicReferenceArray;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The neighbours of all links: a fixed table, read without locks.
 *
 * <p>Entries are never removed, only reused for another host when all places of its bucket are
 * taken and one has been silent; a packet that meets a reused entry resolves again. Looking up
 * allocates nothing; a neighbour seen for the first time costs one small object.
 */
public final class NeighbourTable {
  private static final int WAYS = 8;

  private final AtomicReferenceArray<@Nullable Neighbour> entries;
  private final int mask;

  /** Room for {@code capacity} neighbours, rounded up to a power of two, 64 or more. */
  public NeighbourTable(int capacity) {
    int size = Integer.highestOneBit(Math.max(64, capacity) * 2 - 1);
    entries = new AtomicReferenceArray<>(size);
    mask = size - 1;
  }

  /** The neighbour with this address; made if it is not here yet. Any thread. */
  public Neighbour get(int linkIndex, long high, long low) {
    int home = home(linkIndex, high, low);
    Neighbour found = find(home, linkIndex, high, low);
    return found != null ? found : insert(home, linkIndex, high, low);
  }

  /** The neighbour with this address, or null. Any thread. */
  public @Nullable Neighbour find(int linkIndex, long high, long low) {
    return find(home(linkIndex, high, low), linkIndex, high, low);
  }

  /** Records that a host was heard of; makes no new entry if {@code onlyKnown}. Any thread. */
  public void learn(int linkIndex, IpAddress address, long mac, long nowMillis, boolean onlyKnown) {
    learn(linkIndex, address.high(), address.low(), mac, nowMillis, onlyKnown);
  }

  /** Records that a host was heard of; makes no new entry if {@code onlyKnown}. Any thread. */
  public void learn(
      int linkIndex, long high, long low, long mac, long nowMillis, boolean onlyKnown) {
    Neighbour neighbour = onlyKnown ? find(linkIndex, high, low) : get(linkIndex, high, low);
    if (neighbour != null) {
      neighbour.confirm(mac, nowMillis);
    }
  }

  /** A host does not answer any more. Any thread. */
  public void forget(int linkIndex, IpAddress address) {
    Neighbour neighbour = find(linkIndex, address.high(), address.low());
    if (neighbour != null) {
      neighbour.forget();
    }
  }

  private @Nullable Neighbour find(int home, int linkIndex, long high, long low) {
    for (int i = 0; i < WAYS; i++) {
      Neighbour entry = entries.getAcquire(home + i & mask);
      if (entry != null
          && entry.low() == low
          && entry.high() == high
          && entry.linkIndex() == linkIndex) {
        return entry;
      }
    }
    return null;
  }

  private synchronized Neighbour insert(int home, int linkIndex, long high, long low) {
    Neighbour found = find(home, linkIndex, high, low);
    if (found != null) {
      return found;
    }
    int place = home;
    long oldest = Long.MAX_VALUE;
    for (int i = 0; i < WAYS; i++) {
      Neighbour entry = entries.getAcquire(home + i & mask);
      if (entry == null) {
        place = home + i;
        break;
      }
      long age = entry.isResolved() ? entry.confirmedMillis() : Long.MIN_VALUE;
      if (age < oldest) {
        oldest = age;
        place = home + i;
      }
    }
    Neighbour made = new Neighbour(linkIndex, high, low);
    entries.setRelease(place & mask, made);
    return made;
  }

  private int home(int linkIndex, long high, long low) {
    long hash = (low ^ Long.rotateLeft(high, 23) ^ linkIndex) * 0x9e3779b97f4a7c15L;
    return (int) (hash >>> 32) & mask;
  }
}
