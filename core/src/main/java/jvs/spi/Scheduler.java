package jvs.spi;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the real server of a new connection (struct ip_vs_scheduler).
 *
 * <p>One instance a service. All calls are made under the service's gate, so an implementation is
 * single-threaded, whatever the number of workers. {@link #schedule} runs on a worker: it must not
 * allocate (beyond a new cache entry where the method is a cache), block, log or throw. The other
 * calls come from the control plane.
 */
public interface Scheduler {
  /**
   * Chooses a server for the connection that {@code flow} opens.
   *
   * @return null if no server can take it
   */
  @Nullable RealServer schedule(ServerList servers, FlowKey flow);

  /** The server at the head of {@code servers} was just added (add_dest). */
  default void serverAdded(ServerList servers) {}

  /**
   * A server was deleted (del_dest).
   *
   * @param servers the list without it
   * @param removed the deleted server
   * @param formerIndex where it was: the servers after it moved up by one
   */
  default void serverRemoved(ServerList servers, RealServer removed, int formerIndex) {}

  /** Settings of a server changed, such as its weight (upd_dest). */
  default void serverEdited(ServerList servers, RealServer edited) {}

  /** About once a second, from the control plane: room for periodic work. */
  default void tick(ServerList servers, long nowMillis) {}
}
