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
 * @param isTunnel its frames come to this host inside a protocol that IPVS does not know: GRE
 */
public record Link(
    int index,
    String name,
    long mac,
    int mtu,
    boolean isUp,
    boolean isLoopback,
    int masterIndex,
    boolean isTunnel) {

  /** A link that is nobody's port and no tunnel. */
  public Link(int index, String name, long mac, int mtu, boolean isUp, boolean isLoopback) {
    this(index, name, mac, mtu, isUp, isLoopback, 0, false);
  }
}
