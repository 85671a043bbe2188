package jvs.director.kernel;

import java.util.ArrayList;
import java.util.List;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;

/**
 * What a {@link GuardSignal} has told of connections that are still there, as elements in nft's
 * words: a table that is made anew begins with them. Any thread; reads slots under their stamps.
 */
public final class AnnouncedElements {
  private AnnouncedElements() {}

  /** Those of the connections in these tables, a line for each. */
  public static String of(List<ConnectionTable> tables) {
    List<String> lines = new ArrayList<>();
    for (ConnectionTable table : tables) {
      Connection connection = new Connection(table);
      int highWater = table.highWater();
      for (int slot = 0; slot < highWater; slot++) {
        int stamp = connection.at(slot).stamp();
        if (connection.isPresent() && isAnnounced(connection)) {
          String line = line(connection);
          if (connection.isUnchangedSince(stamp)) {
            lines.add(line);
          }
        }
      }
    }
    return String.join("", lines);
  }

  private static boolean isAnnounced(Connection connection) {
    return connection.hasFlag(ConnectionFlags.CONTROLLED_HERE)
        && connection.protocol() == TcpHeader.PROTOCOL;
  }

  private static String line(Connection connection) {
    boolean isV6 = connection.isV6();
    IpAddress client = address(isV6, connection.clientHigh(), connection.clientLow());
    IpAddress vip = address(isV6, connection.virtualHigh(), connection.virtualLow());
    IpAddress server = address(isV6, connection.serverHigh(), connection.serverLow());
    String element = "add element " + NftGuard.TABLE + " %s%d { %s . %s . %s }\n";
    int family = isV6 ? 6 : 4;
    return element.formatted("requests", family, client, vip, connection.virtualPort())
        + element.formatted("answers", family, server, connection.serverPort(), client);
  }

  private static IpAddress address(boolean isV6, long high, long low) {
    return isV6 ? IpAddress.v6(high, low) : IpAddress.v4((int) low);
  }
}
