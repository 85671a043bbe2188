package jvs.director.conformance;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a director may choose by itself in a frame. This is all of it; every other bit is compared.
 *
 * <ol>
 *   <li>The IP id of a packet that the director originates with DF clear (ICMP errors, echo
 *       replies, outer headers of tunnels), and with it that header's checksum. The kernel draws
 *       ids from counters that start at random. What is not free: the checksum has to be right,
 *       fragments of one datagram share their id, and others do not.
 *   <li>The source port of a GUE tunnel, and with it the outer UDP checksum if there is one. The
 *       kernel hashes the flow with a secret of the boot. What is not free: the port lies in the
 *       local port range; a checksum is there exactly if the kernel has one, and is right.
 *   <li>The flow label of an IPv6 packet that the director originates (outer headers of tunnels,
 *       ICMPv6 errors, resets). It is such a hash as well.
 * </ol>
 *
 * <p>A packet is originated by the director if it comes from an address of its interfaces, leaves
 * where it came in, leaves without any frame coming in, or answers one sent to an address of its
 * interfaces (ICMP about its tunnels): nothing of that kind is ever forwarded.
 */
final class FreeBytes {
  private static final Set<String> NONE = Set.of();
  private static final Set<String> ID = Set.of("IP id", "IP checksum");
  private static final Set<String> GUE = Set.of("UDP source port", "UDP checksum");
  private static final Set<String> ID_AND_GUE =
      Set.of("IP id", "IP checksum", "UDP source port", "UDP checksum");
  private static final Set<String> LABEL = Set.of("IP6 flow label");
  private static final Set<String> LABEL_AND_GUE =
      Set.of("IP6 flow label", "UDP source port", "UDP checksum");
  private static final int FIRST_LOCAL_PORT = 32768;
  private static final int LAST_LOCAL_PORT = 60999;

  private FreeBytes() {}

  /**
   * The fields that are free in a frame.
   *
   * @param received the frame that came in, null if none did
   * @param in where it came in
   * @param out where the frame left
   * @param kernel the kernel's frame
   */
  static Set<String> of(@Nullable FrameFields received, Side in, Side out, FrameFields kernel) {
    boolean isGue = !kernel.get("GUE flags").isEmpty();
    boolean isOriginated = received == null || in == out || isOriginated(received, kernel);
    if (!kernel.get("IP6 source").isEmpty()) {
      return isOriginated ? isGue ? LABEL_AND_GUE : LABEL : NONE;
    }
    boolean isIdFree = isOriginated && !kernel.get("IP flags").contains("DF");
    return isGue ? isIdFree ? ID_AND_GUE : GUE : isIdFree ? ID : NONE;
  }

  private static boolean isOriginated(FrameFields received, FrameFields kernel) {
    return TestBed.isInterfaceAddress(kernel.source())
        || TestBed.isInterfaceAddress(received.destination());
  }

  /** Whether our value of a free field is one that may be chosen. */
  static boolean isAllowed(String field, String kernelValue, FrameFields ours, Frame frame) {
    String value = ours.get(field);
    return switch (field) {
      case "IP checksum" -> Checksums.isHeaderValid(frame);
      case "UDP checksum" ->
          kernelValue.equals("0x0000")
              ? value.equals(kernelValue)
              : !value.equals("0x0000") && Checksums.isUdpValid(frame);
      case "UDP source port" -> isLocalPort(value);
      default -> !value.isEmpty();
    };
  }

  private static boolean isLocalPort(String value) {
    int port = value.isEmpty() ? 0 : Integer.parseInt(value);
    return port >= FIRST_LOCAL_PORT && port <= LAST_LOCAL_PORT;
  }
}
