package jvs.port;

import org.jspecify.annotations.Nullable;

/**
 * How an {@link AfPacketPort} is opened. Immutable.
 *
 * @param geometry size of the receive ring, or null to choose by the interface
 * @param filter which frames are copied to the ring
 * @param bypassesQdisc sends past traffic control (PACKET_QDISC_BYPASS): cheaper, but tc and the
 *     kernel's segmentation of super-frames no longer happen, so only for interfaces that segment
 *     in hardware or never get super-frames
 * @param receivesBlocks whole blocks of frames at a time (TPACKET_V3): cheaper, and up to 1 ms
 *     later
 * @param fanout shares the interface with the other members of a group, or null
 */
public record AfPacketOptions(
    @Nullable RingGeometry geometry,
    BpfProgram filter,
    boolean bypassesQdisc,
    boolean receivesBlocks,
    @Nullable Fanout fanout) {

  /** A whole interface: every frame, a ring that fits it, traffic control respected. */
  public static AfPacketOptions defaults() {
    return new AfPacketOptions(null, BpfProgram.EVERYTHING, false, false, null);
  }

  /** The same with another ring. */
  public AfPacketOptions withGeometry(RingGeometry other) {
    return new AfPacketOptions(other, filter, bypassesQdisc, receivesBlocks, fanout);
  }

  /** The same with another filter. */
  public AfPacketOptions withFilter(BpfProgram other) {
    return new AfPacketOptions(geometry, other, bypassesQdisc, receivesBlocks, fanout);
  }

  /** The same, received in blocks. */
  public AfPacketOptions withBlocks() {
    return new AfPacketOptions(geometry, filter, bypassesQdisc, true, fanout);
  }

  /** The same in a fanout group. */
  public AfPacketOptions withFanout(Fanout other) {
    return new AfPacketOptions(geometry, filter, bypassesQdisc, receivesBlocks, other);
  }

  /**
   * A group of ports that share one interface's frames.
   *
   * <p>The program's result modulo the number of members is the member, counted in the order of
   * joining. When one leaves, the last one takes its number: all must join in the same order on
   * every interface, and after a loss all must be opened anew.
   *
   * @param group number of the group, 0 to 65535, one per interface and network namespace
   * @param program chooses the member; {@link FanoutProgram} makes it
   */
  public record Fanout(int group, BpfProgram program) {
    /** Checks the number. */
    public Fanout {
      if (group < 0 || group > 0xffff) {
        throw new IllegalArgumentException("fanout group " + group + ", expected 0 to 65535");
      }
    }
  }
}
