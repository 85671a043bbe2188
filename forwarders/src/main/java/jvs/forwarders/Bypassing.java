package jvs.forwarders;

import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * Past the servers, when a mark service has none to offer: the packet goes where its client wanted
 * it to go, as it is (ip_vs_bypass_xmit).
 */
final class Bypassing implements Forwarder {
  @Override
  public int method() {
    return ServerSpec.BYPASS;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    return 0; // routed by its own destination already
  }
}
