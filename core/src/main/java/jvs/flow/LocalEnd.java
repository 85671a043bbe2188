package jvs.flow;

import jvs.wire.Memory;

/**
 * The director's own end of a FULLNAT connection, which the server takes for its client.
 *
 * <pre>
 *   extras  32  address    48  port    50  Introduction's
 * </pre>
 *
 * <p>Valid for connections with that method only. The table's worker writes, others read under the
 * connection's stamp.
 */
public final class LocalEnd {
  private static final int ADDRESS = 32;
  private static final int PORT = 48;

  private LocalEnd() {}

  /** Sets address and port of a connection that is being filled in. */
  public static void set(Connection connection, long high, long low, int port) {
    long extras = connection.extras();
    Memory.putLong(extras + ADDRESS, high);
    Memory.putLong(extras + ADDRESS + 8, low);
    Memory.putNative16(extras + PORT, port);
    Introduction.begin(connection);
  }

  /** First half of an IPv6 address; 0 for IPv4. */
  public static long high(Connection connection) {
    return Memory.getLong(connection.extras() + ADDRESS);
  }

  /** Second half of the address; IPv4 in the low 32 bits. */
  public static long low(Connection connection) {
    return Memory.getLong(connection.extras() + ADDRESS + 8);
  }

  /** Port. */
  public static int port(Connection connection) {
    return Memory.nativeU16(connection.extras() + PORT);
  }

  /** Whether it is the client's end of {@code key}. */
  static boolean isClientOf(Connection connection, FlowKey key) {
    return port(connection) == key.clientPort()
        && low(connection) == key.clientLow()
        && high(connection) == key.clientHigh();
  }
}
