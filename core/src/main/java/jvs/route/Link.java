package jvs.route;

/**
 * A network interface. Immutable.
 *
 * @param index interface index in its namespace
 * @param name interface name
 * @param mac hardware address in the low 48 bits, first octet on top; 0 if it has none
 * @param mtu largest IP packet in bytes
 * @param isUp administratively up (IFF_UP)
 * @param isLoopback IFF_LOOPBACK
 * @param masterIndex the bridge or bond that it is a port of (whose frames are seen there), or 0
 */
public record Link(
    int index, String name, long mac, int mtu, boolean isUp, boolean isLoopback, int masterIndex) {

  /** A link that is nobody's port. */
  public Link(int index, String name, long mac, int mtu, boolean isUp, boolean isLoopback) {
    this(index, name, mac, mtu, isUp, isLoopback, 0);
  }
}
