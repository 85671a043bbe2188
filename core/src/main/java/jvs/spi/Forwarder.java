package jvs.spi;

import jvs.flow.Connection;
import jvs.wire.Packet;

/**
 * A forwarding method: what it does to the packets of a connection (ip_vs_xmit.c).
 *
 * <p>Routing, TTL, MTU and the Ethernet header are the pipeline's; a method changes the packet from
 * the IP header on. Called on workers for packets whose headers were checked: no allocation, no
 * blocking, no exceptions. Stateless, so one instance serves all workers.
 */
public interface Forwarder {
  /** The method's number: jvs.service.ServerSpec.MASQ and so on. */
  int method();

  /** Makes a request ready for the connection's server. */
  void request(Packet packet, Connection connection);

  /** Makes a server's reply ready for the client. */
  default void reply(Packet packet, Connection connection) {}

  /** Bytes that it adds to a request towards this server. */
  default int overheadBytes(Connection connection) {
    return 0;
  }
}
