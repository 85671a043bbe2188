package jvs.director.conformance;

import org.jspecify.annotations.Nullable;

/**
 * A UDP datagram to a multicast group, as sync masters send. Immutable.
 *
 * @param group the group
 * @param port the port
 * @param ttl time to live
 * @param hex the message
 */
record SyncDatagram(String group, int port, int ttl, String hex) {
  private static final int ETHERNET = 14;
  private static final int UDP = 8;

  /** What is in a frame, null if that is something else. */
  static @Nullable SyncDatagram of(Frame frame) {
    FrameFields fields = frame.fields();
    if (!isToGroup(frame) || !fields.get("IP protocol").equals("17")) {
      return null;
    }
    int udp = ETHERNET + Integer.parseInt(fields.get("IP header length"));
    return new SyncDatagram(
        fields.get("IP destination"),
        frame.u16(udp + 2),
        Integer.parseInt(fields.get("IP ttl")),
        frame.hex(udp + UDP, udp + frame.u16(udp + 4)));
  }

  /** Whether a frame is what hosts send to tell that they joined a group (IGMP). */
  static boolean isMembershipReport(Frame frame) {
    return isToGroup(frame) && frame.fields().get("IP protocol").equals("2");
  }

  private static boolean isToGroup(Frame frame) {
    return (frame.u8(0) & 1) != 0;
  }
}
