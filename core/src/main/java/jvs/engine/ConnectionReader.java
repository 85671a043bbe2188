package jvs.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.LocalEnd;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.service.ConnectionEntry;
import jvs.service.RealServer;
import jvs.service.ServiceKey;
import jvs.wire.IpAddress;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/** Reads a worker's connections from another thread, as listings show them. */
final class ConnectionReader {
  private static final int ATTEMPTS = 3;

  private ConnectionReader() {}

  /** Reads all connections of a table, of templates with their engine's data. */
  static void readAll(
      ConnectionTable table,
      long nowMillis,
      @Nullable Dialogues dialogues,
      Consumer<ConnectionEntry> consumer) {
    Connection connection = new Connection(table);
    int highWater = table.highWater();
    for (int slot = 0; slot < highWater; slot++) {
      ConnectionEntry entry = read(connection.at(slot), nowMillis, dialogues);
      if (entry != null) {
        consumer.accept(entry);
      }
    }
  }

  /** How many connections of a service's servers come from a local address. */
  static long countFrom(
      IpAddress address, ServiceKey service, List<ConnectionTable> tables, RealServers servers) {
    long count = 0;
    for (ConnectionTable table : tables) {
      Connection connection = new Connection(table);
      int highWater = table.highWater();
      for (int slot = 0; slot < highWater; slot++) {
        int stamp = connection.at(slot).stamp();
        RealServer server =
            stamp == 0 || (stamp & 1) != 0 ? null : servers.byId(connection.serverId());
        boolean isFrom =
            server != null
                && server.service().equals(service)
                && connection.isFullNat()
                && !connection.isTemplate()
                && LocalEnd.low(connection) == address.low()
                && LocalEnd.high(connection) == address.high();
        count += isFrom && connection.isUnchangedSince(stamp) ? 1 : 0;
      }
    }
    return count;
  }

  /** The connection in a slot, null if there is none or it changes all the time. */
  private static @Nullable ConnectionEntry read(
      Connection connection, long nowMillis, @Nullable Dialogues dialogues) {
    for (int i = 0; i < ATTEMPTS; i++) {
      int stamp = connection.stamp();
      if (stamp == 0 || (stamp & 1) != 0) {
        return null;
      }
      byte @Nullable [] callId = dialogues == null ? null : dialogues.callId(connection.slot());
      ConnectionEntry entry =
          new ConnectionEntry(
              connection.protocol(),
              address(connection.isV6(), connection.clientHigh(), connection.clientLow()),
              connection.clientPort(),
              address(connection.isV6(), connection.virtualHigh(), connection.virtualLow()),
              connection.virtualPort(),
              address(connection.isServerV6(), connection.serverHigh(), connection.serverLow()),
              connection.serverPort(),
              stateName(connection),
              Math.max(0, connection.remainingMillis(nowMillis) / 1000),
              callId == null ? "" : Persistence.SIP,
              callId == null ? "" : new String(callId, StandardCharsets.ISO_8859_1),
              connection.hasFlag(ConnectionFlags.SYNC));
      if (connection.isUnchangedSince(stamp)) {
        return entry;
      }
    }
    return null;
  }

  private static IpAddress address(boolean isV6, long high, long low) {
    return isV6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low);
  }

  private static String stateName(Connection connection) {
    if (connection.isTemplate()) {
      return connection.state() == 0 ? "NONE" : "ASSURED";
    }
    return switch (connection.protocol()) {
      case TcpHeader.PROTOCOL -> TcpState.name(connection.state());
      case SctpHeader.PROTOCOL -> SctpState.name(connection.state());
      case UdpHeader.PROTOCOL -> "UDP";
      default -> "NONE";
    };
  }
}
