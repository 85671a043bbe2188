package jvs.director.daemon;

import jvs.port.FilterRules;
import jvs.port.PacketPort;
import jvs.port.xdp.RedirectRules;
import jvs.sync.FlowOwner;

/** The ports of all workers: one for each interface and worker, opened and steered together. */
interface Ports extends FlowOwner, AutoCloseable {
  /** For people: what they are. */
  String kind();

  /** The ports of a worker, in the same order of interfaces for each. */
  PacketPort[] of(int worker);

  /** How a worker is told that another one has something for its ports. Before the workers run. */
  default void wakeBy(int worker, Runnable signal) {}

  /** Receives what these rules say from here on; called by one thread at a time. */
  void filter(FilterRules rules);

  /** Receives frames to all groups, or only the host's; called by one thread at a time. */
  default void hearGroups(boolean isWanted) {}

  /** Keeps these packets from the host, where the port can; called by one thread at a time. */
  default void redirect(RedirectRules rules) {}

  /** Whether nothing of the interfaces was changed that outlives the process. */
  default boolean leaveNoTrace() {
    return true;
  }

  /** Closes what no worker has taken over, and restores what was changed on the interfaces. */
  @Override
  void close();
}
