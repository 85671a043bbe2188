package jvs.route;

import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the kernel's main or local routing table. Immutable.
 *
 * @param prefix network address
 * @param prefixLength leading bits that count, 0..32 or 0..128
 * @param type {@link #UNICAST}, {@link #LOCAL}, or another RTN_* number
 * @param linkIndex outgoing interface, 0 if none
 * @param gateway next hop, or null if the network is on the link
 * @param source preferred source address, or null
 * @param metric lower wins among equal prefixes
 */
public record Route(
    IpAddress prefix,
    int prefixLength,
    int type,
    int linkIndex,
    @Nullable IpAddress gateway,
    @Nullable IpAddress source,
    int metric) {
  /** RTN_UNICAST: a gateway or a network on the link. */
  public static final int UNICAST = 1;

  /** RTN_LOCAL: the address is this host's. */
  public static final int LOCAL = 2;

  /** RTN_BROADCAST. */
  public static final int BROADCAST = 3;
}
