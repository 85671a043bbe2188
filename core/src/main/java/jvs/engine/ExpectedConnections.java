package jvs.engine;

import jvs.flow.Connection;

/**
 * Hears of connections that the packets of others announce, FTP's data connections, before their
 * first packet: the host's stack is to be kept from their packets, too. One for each worker, called
 * by it: no blocking, no exceptions, no allocation.
 */
@FunctionalInterface
public interface ExpectedConnections {
  /** A client is to connect to a server or a server to a client; maybe not for the first time. */
  void expected(Connection connection);
}
