package jvs.engine;

import jvs.flow.TableStore;

/**
 * What is fixed when a director is made. Immutable.
 *
 * @param connections most connections of each worker, 1..2^26
 * @param ownsVips whether VIPs are the director's alone and not addresses of the host
 * @param standsForHost whether it also answers and routes what IPVS lets pass, as in a replay where
 *     there is no host
 * @param seed for hash secrets and schedulers that draw lots
 * @param sourceHashBits log2 of the sh table's size, 4..20
 * @param maglevIndex index of the mh table's prime, 8..17
 * @param tables where connections are kept, and what an earlier director left of them
 */
public record DirectorOptions(
    int connections,
    boolean ownsVips,
    boolean standsForHost,
    long seed,
    int sourceHashBits,
    int maglevIndex,
    TableStore tables) {
  /** Connections end with the director. */
  public DirectorOptions(
      int connections,
      boolean ownsVips,
      boolean standsForHost,
      long seed,
      int sourceHashBits,
      int maglevIndex) {
    this(
        connections,
        ownsVips,
        standsForHost,
        seed,
        sourceHashBits,
        maglevIndex,
        TableStore.ANONYMOUS);
  }

  /** The kernel's table sizes, and the VIPs are the host's. */
  public static DirectorOptions of(int connections, long seed) {
    return new DirectorOptions(connections, false, false, seed, 8, 12);
  }
}
