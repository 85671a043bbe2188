package jvs.bench.wire;

/**
 * One contender in one round; times in nanoseconds of processor time a frame.
 *
 * @param generator of the sending thread, with what the kernel receives in its name, a sent frame
 * @param balancer of the balancer's processes, with what they send, a delivered frame
 * @param softInterrupts of the kernel's threads for softirqs, a sent frame
 * @param machine of all processors, other programs' included, a delivered frame
 * @param sent frames
 * @param delivered frames
 * @param nanos duration
 */
record Sample(
    double generator,
    double balancer,
    double softInterrupts,
    double machine,
    long sent,
    long delivered,
    long nanos) {
  /** What a frame costs all that had to do with it. */
  double all() {
    return generator + balancer + softInterrupts;
  }

  double deliveredPerSecond() {
    return delivered * 1e9 / nanos;
  }

  /** 0 to 100. */
  double lostPercent() {
    return Math.max(0, 100.0 * (sent - delivered) / Math.max(1, sent));
  }
}
