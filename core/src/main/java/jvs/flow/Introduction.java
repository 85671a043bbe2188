package jvs.flow;

import jvs.wire.Memory;

/**
 * How far a FULLNAT connection's server was told who its client is.
 *
 * <pre>
 *   extras  50  flags    52  client's first sequence number    56  server's first sequence number
 * </pre>
 *
 * <p>First means the octet after SYN. The table's worker only.
 */
public final class Introduction {
  private static final int FLAGS = 50;
  private static final int CLIENT_START = 52;
  private static final int SERVER_START = 56;

  private static final int KNOWS_CLIENT_START = 1;
  private static final int KNOWS_SERVER_START = 2;
  private static final int IS_SENT = 4;
  private static final int IS_ACCEPTED = 8;

  private Introduction() {}

  static void begin(Connection connection) {
    Memory.putNative16(connection.extras() + FLAGS, 0);
  }

  private static boolean has(Connection connection, int flag) {
    return (Memory.nativeU16(connection.extras() + FLAGS) & flag) != 0;
  }

  private static void add(Connection connection, int flag) {
    long flags = connection.extras() + FLAGS;
    Memory.putNative16(flags, Memory.nativeU16(flags) | flag);
  }

  /** Whether the client's SYN was seen. */
  public static boolean knowsClientStart(Connection connection) {
    return has(connection, KNOWS_CLIENT_START);
  }

  /** Sequence number of the client's first octet. */
  public static int clientStart(Connection connection) {
    return Memory.getInt(connection.extras() + CLIENT_START);
  }

  /** The client's SYN is passing. */
  public static void clientStart(Connection connection, int sequenceNumber) {
    Memory.putInt(connection.extras() + CLIENT_START, sequenceNumber);
    add(connection, KNOWS_CLIENT_START);
  }

  /** Whether the server's SYN was seen. */
  public static boolean knowsServerStart(Connection connection) {
    return has(connection, KNOWS_SERVER_START);
  }

  /** Sequence number of the server's first octet. */
  public static int serverStart(Connection connection) {
    return Memory.getInt(connection.extras() + SERVER_START);
  }

  /** The server's SYN is passing. */
  public static void serverStart(Connection connection, int sequenceNumber) {
    Memory.putInt(connection.extras() + SERVER_START, sequenceNumber);
    add(connection, KNOWS_SERVER_START);
  }

  /** Whether the server may have been told. */
  public static boolean isSent(Connection connection) {
    return has(connection, IS_SENT);
  }

  /** The server is being told. */
  public static void markSent(Connection connection) {
    add(connection, IS_SENT);
  }

  /** Whether the server has acknowledged it. */
  public static boolean isAccepted(Connection connection) {
    return has(connection, IS_ACCEPTED);
  }

  /** The server acknowledges it. */
  public static void markAccepted(Connection connection) {
    add(connection, IS_ACCEPTED);
  }
}
