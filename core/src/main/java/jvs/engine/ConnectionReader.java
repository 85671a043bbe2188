package jvs.engine;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.service.ConnectionEntry;
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
              connection.clientAddress(),
              connection.clientPort(),
              connection.virtualAddress(),
              connection.virtualPort(),
              connection.serverAddress(),
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
