package jvs.flow;

/**
 * A hash of flows that is keyed with a secret, so that nobody outside can choose flows that
 * collide, and the same if a flow's ends are exchanged. Immutable, any thread.
 *
 * <p>Products of 64 by 64 bits with both halves kept, as in wyhash.
 */
final class FlowHash {
  private final long secret0;
  private final long secret1;
  private final long secret2;

  FlowHash(long seed) {
    secret0 = mix(seed, 0x9e3779b97f4a7c15L) | 1;
    secret1 = mix(seed ^ 0xd1b54a32d192ed03L, 0xbf58476d1ce4e5b9L) | 1;
    secret2 = mix(seed ^ 0x94d049bb133111ebL, 0x2545f4914f6cdd1dL) | 1;
  }

  int of(FlowKey key) {
    return of(
        key.protocol(),
        key.clientHigh(),
        key.clientLow(),
        key.clientPort(),
        key.virtualHigh(),
        key.virtualLow(),
        key.virtualPort());
  }

  /** The hash of a flow between two ends, their addresses given by halves. */
  int of(int protocol, long high0, long low0, int port0, long high1, long low1, int port1) {
    long ends = end(high0, low0, port0) + end(high1, low1, port1);
    return (int) (mix(ends ^ secret2, secret1 + protocol) >>> 32);
  }

  private long end(long high, long low, int port) {
    long end = mix(low ^ secret0, port ^ secret1);
    return high == 0 ? end : mix(end ^ high, secret2);
  }

  private static long mix(long a, long b) {
    return a * b ^ Math.unsignedMultiplyHigh(a, b);
  }

  /** Hash of the flow that requests of a connection belong to. */
  int ofRequest(Connection connection) {
    return of(
        connection.protocol(),
        connection.clientHigh(),
        connection.clientLow(),
        connection.clientPort(),
        connection.virtualHigh(),
        connection.virtualLow(),
        connection.virtualPort());
  }

  /** Hash of the flow that replies of a NAT or FULLNAT server belong to. */
  int ofReply(Connection connection) {
    boolean isFullNat = connection.isFullNat();
    return of(
        connection.protocol(),
        isFullNat ? LocalEnd.high(connection) : connection.clientHigh(),
        isFullNat ? LocalEnd.low(connection) : connection.clientLow(),
        isFullNat ? LocalEnd.port(connection) : connection.clientPort(),
        connection.serverHigh(),
        connection.serverLow(),
        connection.serverPort());
  }
}
