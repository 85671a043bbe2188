package jvs.sync;

/** Where a master's messages go. */
@FunctionalInterface
public interface SyncTransport {
  /**
   * Sends a message to the group.
   *
   * @param port which of the daemon's ports, from 0
   * @return whether it has left; it will not be sent again
   */
  boolean send(int port, long address, int length);
}
