package jvs.forwarders;

import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/**
 * NAT, {@code -m}: requests get the server's address and port as destination, replies the virtual
 * ones as source (ip_vs_nat_xmit).
 */
final class Masquerading implements Forwarder {
  @Override
  public int method() {
    return ServerSpec.MASQ;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    if (packet.isIcmp()) {
      ErrorTranslation.request(packet, connection);
    } else {
      Translation.destination(
          packet, connection.serverHigh(), connection.serverLow(), connection.serverPort());
    }
    return 0;
  }

  @Override
  public void reply(Packet packet, Connection connection) {
    if (packet.isIcmp()) {
      ErrorTranslation.reply(packet, connection);
    } else {
      Translation.source(
          packet, connection.virtualHigh(), connection.virtualLow(), connection.virtualPort());
    }
  }
}
