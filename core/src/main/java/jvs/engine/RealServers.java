package jvs.engine;

import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Finds a connection's server by its number; the table behind it is the control plane's. */
@FunctionalInterface
public interface RealServers {
  /** Number of no server. */
  int NOBODY = -1;

  /**
   * Stands for the server of a synchronised connection whose service is not here: the connection
   * knows the address, and that is all that is known.
   */
  RealServer UNBOUND =
      new RealServer(
          ServiceKey.ofMark(0, IpAddress.v4(0).family()),
          new ServerKey(IpAddress.v4(0), 0),
          ServerSpec.of(ServerSpec.MASQ, 0),
          NOBODY);

  /** The server with this number, or null for -1 and numbers without a server. Any thread. */
  @Nullable RealServer byId(int id);
}
