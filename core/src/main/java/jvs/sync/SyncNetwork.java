package jvs.sync;

import jvs.service.DaemonSpec;

/** What sync daemons need of the machine: sockets, and threads to serve them. */
public interface SyncNetwork {
  /** A daemon that runs. */
  interface Running {
    /** Ends it and waits until it has ended. */
    void stop();
  }

  /**
   * Starts sending: {@code master} is drained again and again.
   *
   * @param ports how many, {@code spec}'s and those after it
   * @throws jvs.service.IpvsException if the group cannot be reached
   */
  Running startMaster(DaemonSpec spec, int ports, SyncMaster master);

  /**
   * Starts receiving: {@code backup} is given what comes to the group.
   *
   * @param ports how many, {@code spec}'s and those after it
   * @throws jvs.service.IpvsException if the group cannot be joined
   */
  Running startBackup(DaemonSpec spec, int ports, SyncBackup backup);
}
