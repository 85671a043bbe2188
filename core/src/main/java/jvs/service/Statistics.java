package jvs.service;

/**
 * Counters and rates of a service, a server or the whole director at one moment. Immutable.
 *
 * @param connections scheduled connections
 * @param inPackets packets towards servers
 * @param outPackets packets towards clients that passed here
 * @param inBytes IP bytes of {@code inPackets}
 * @param outBytes IP bytes of {@code outPackets}
 * @param connectionRate connections a second (ip_vs_est.c)
 * @param inPacketRate packets a second
 * @param outPacketRate packets a second
 * @param inByteRate bytes a second
 * @param outByteRate bytes a second
 */
public record Statistics(
    long connections,
    long inPackets,
    long outPackets,
    long inBytes,
    long outBytes,
    long connectionRate,
    long inPacketRate,
    long outPacketRate,
    long inByteRate,
    long outByteRate) {
  /** Nothing counted yet. */
  public static final Statistics ZERO = new Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
