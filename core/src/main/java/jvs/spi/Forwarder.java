package jvs.spi;

import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A forwarding method: what it does to the packets of a connection (ip_vs_xmit.c).
 *
 * <p>Routing, TTL, MTU and the Ethernet header are the pipeline's; a method changes the packet from
 * the IP header on. Called on workers for packets whose headers were checked: no allocation, no
 * blocking, no exceptions. One instance serves all workers.
 */
public interface Forwarder {
  /** The packet is ready, but without the news of its client for which there was no room. */
  int UNINTRODUCED = -1;

  /** The method's number: jvs.service.ServerSpec.MASQ and so on. */
  int method();

  /**
   * Makes a request ready for the connection's server.
   *
   * @param server the server's settings
   * @param source this host's address on the way to the server, null if it has none
   * @param copiesDontFragment whether an outer header gets the packet's DF (pmtu_disc)
   * @return 0, {@link #UNINTRODUCED}, or the code of the reason to drop it
   */
  int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment);

  /** Makes a server's reply ready for the client. */
  default void reply(Packet packet, Connection connection) {}

  /** Bytes that it adds to a request towards this server. */
  default int overheadBytes(Connection connection, ServerSpec server) {
    return 0;
  }
}
