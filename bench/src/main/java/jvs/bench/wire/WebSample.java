package jvs.bench.wire;

/**
 * One balancer in one round.
 *
 * @param connectionNanos processor time of client, balancer, server and softirqs for a request over
 *     a connection of its own
 * @param connectionsPerSecond how many there were
 * @param requestNanos the same for a request over a connection that is kept
 * @param requestsPerSecond how many there were
 * @param medianMicros half of the requests at a fixed rate took no longer
 * @param highMicros 99 % of them took no longer
 */
record WebSample(
    double connectionNanos,
    double connectionsPerSecond,
    double requestNanos,
    double requestsPerSecond,
    double medianMicros,
    double highMicros) {}
