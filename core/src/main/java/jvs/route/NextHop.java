package jvs.route;

import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where packets to one destination leave: the answer of a route lookup. Immutable but for the
 * neighbour's own state.
 *
 * @param isLocal the destination is this host; link and neighbour are those of its own stack, null
 *     if there is no way to that
 * @param link outgoing link, null if there is no route
 * @param neighbour the next hop on it, null if there is no route
 * @param source this host's address on that link, null if it has none
 */
public record NextHop(
    boolean isLocal,
    @Nullable Link link,
    @Nullable Neighbour neighbour,
    @Nullable IpAddress source) {
  /** Nobody knows the way. */
  public static final NextHop NONE = new NextHop(false, null, null, null);
}
