package jvs.forwarders;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.LocalEnd;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * FULLNAT, {@code --fullnat}: the server sees the director as its client, so that it needs no route
 * to the real one; after Alibaba's LVS and DPVS, the kernel has no such method.
 *
 * <pre>
 *   client ─► VIP      becomes      local address ─► server
 *   client ◄─ VIP      becomes      local address ◄─ server
 * </pre>
 *
 * <p>Over TCP the server is told of the client by {@link AddressOption} or {@link ProxyHeader}.
 */
final class FullNat implements Forwarder {
  @Override
  public int method() {
    return ServerSpec.FULLNAT;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    if (packet.isIcmp()) {
      ErrorTranslation.fullRequest(packet, connection);
      return 0;
    }
    boolean isIntroduced = !packet.isTcp() || introduce(packet, connection);
    Translation.ends(
        packet,
        LocalEnd.high(connection),
        LocalEnd.low(connection),
        LocalEnd.port(connection),
        connection.serverHigh(),
        connection.serverLow(),
        connection.serverPort());
    return isIntroduced ? 0 : UNINTRODUCED;
  }

  private static boolean introduce(Packet packet, Connection connection) {
    return usesProxyProtocol(connection)
        ? ProxyHeader.request(packet, connection)
        : AddressOption.request(packet, connection);
  }

  private static boolean usesProxyProtocol(Connection connection) {
    return connection.hasFlag(ConnectionFlags.PROXY_PROTOCOL);
  }

  @Override
  public int overheadBytes(Connection connection, ServerSpec server) {
    if (connection.protocol() != TcpHeader.PROTOCOL) {
      return 0;
    }
    return usesProxyProtocol(connection)
        ? ProxyHeader.length(connection)
        : AddressOption.length(connection);
  }

  @Override
  public void reply(Packet packet, Connection connection) {
    if (packet.isIcmp()) {
      ErrorTranslation.fullReply(packet, connection);
      return;
    }
    if (packet.isTcp()) {
      if (usesProxyProtocol(connection)) {
        ProxyHeader.reply(packet, connection);
      } else {
        AddressOption.reply(packet, connection);
      }
    }
    Translation.ends(
        packet,
        connection.virtualHigh(),
        connection.virtualLow(),
        connection.virtualPort(),
        connection.clientHigh(),
        connection.clientLow(),
        connection.clientPort());
  }
}
