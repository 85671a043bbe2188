package jvs.engine;

import jvs.service.RealServer;
import org.jspecify.annotations.Nullable;

/** Finds a connection's server by its number; the table behind it is the control plane's. */
@FunctionalInterface
public interface RealServers {
  /** Number of no server. */
  int NOBODY = -1;

  /** The server with this number, or null for -1 and numbers without a server. Any thread. */
  @Nullable RealServer byId(int id);
}
