package jvs.route;

import jvs.wire.IpAddress;

/** Hears of changes that the kernel reports; called on the thread that reads netlink. */
public interface NetworkListener {
  /** Links, addresses or routes changed; {@code state} is the whole of them. */
  void networkChanged(NetworkState state);

  /**
   * The kernel learned or confirmed a neighbour's hardware address (NUD REACHABLE, STALE, DELAY,
   * PROBE, PERMANENT or NOARP).
   */
  void neighbourLearned(int linkIndex, IpAddress address, long mac);

  /** The kernel forgot a neighbour or found it dead (RTM_DELNEIGH, NUD FAILED). */
  void neighbourLost(int linkIndex, IpAddress address);
}
