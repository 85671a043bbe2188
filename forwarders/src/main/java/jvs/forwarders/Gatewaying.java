package jvs.forwarders;

import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Direct routing, {@code -g}: the packet stays as it is, only its Ethernet destination becomes the
 * server's, which holds the VIP too and answers the client by itself (ip_vs_dr_xmit).
 */
final class Gatewaying implements Forwarder {
  @Override
  public int method() {
    return ServerSpec.ROUTE;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    return 0; // the next hop's address is written on the way out
  }
}
