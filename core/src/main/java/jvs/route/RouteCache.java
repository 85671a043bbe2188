package jvs.route;

import java.util.Arrays;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A worker's memory of route lookups: direct-mapped, emptied when the route table changes.
 *
 * <p>A hit costs a few nanoseconds; a miss scans the {@link RouteTable}. Where that has few routes
 * a scan costs no more, so clients behind a gateway, who are many, do not push servers out. Next
 * hops are kept by neighbour, so that destinations behind one gateway share one object and a miss
 * allocates nothing for hosts seen before. One thread.
 */
public final class RouteCache {
  private static final int SIZE = 4096; // of each family
  private static final int FEW = 16;

  private final NeighbourTable neighbours;
  private final @Nullable Neighbour host;
  private final int hostLink;
  private final long[] addresses = new long[4 * SIZE];
  private final @Nullable NextHop[] hops = new @Nullable NextHop[2 * SIZE];
  private @Nullable NextHop[] byRoute = new @Nullable NextHop[0];
  private RouteTable table = RouteTable.EMPTY;

  /** A cache that makes its neighbours in {@code neighbours}. */
  public RouteCache(NeighbourTable neighbours) {
    this(neighbours, null);
  }

  /**
   * A cache that makes its neighbours in {@code neighbours}.
   *
   * @param host this host's own stack at the other end of a link, or null if there is no way to it
   */
  public RouteCache(NeighbourTable neighbours, @Nullable Neighbour host) {
    this.neighbours = neighbours;
    this.host = host;
    hostLink = host == null ? -1 : host.linkIndex();
  }

  /** Where its next hops come from. */
  public NeighbourTable neighbours() {
    return neighbours;
  }

  /** The link whose other end is this host's own stack, or -1. */
  public int hostLink() {
    return hostLink;
  }

  /** Uses {@code now} from here on; forgets everything if it is another table. */
  public void follow(RouteTable now) {
    if (now != table) {
      table = now;
      byRoute = new @Nullable NextHop[now.size()];
      Arrays.fill(hops, null);
    }
  }

  /** The table in use. */
  public RouteTable table() {
    return table;
  }

  /** Where packets to this destination go. */
  public NextHop lookup(boolean isV6, long high, long low) {
    long hash = (low ^ high) * 0x9e3779b97f4a7c15L;
    int place = (int) (hash >>> 48) & SIZE - 1 | (isV6 ? SIZE : 0);
    NextHop hop = hops[place];
    if (hop != null && addresses[2 * place] == high && addresses[2 * place + 1] == low) {
      return hop;
    }
    hop = resolve(isV6, high, low);
    if (isFoundSoon(hop, high, low)) {
      return hop;
    }
    hops[place] = hop;
    addresses[2 * place] = high;
    addresses[2 * place + 1] = low;
    return hop;
  }

  /** Whether the next scan takes no longer: few routes, and no neighbour to be looked up. */
  private boolean isFoundSoon(NextHop hop, long high, long low) {
    Neighbour neighbour = hop.neighbour();
    return table.size() <= FEW
        && (neighbour == null || neighbour.low() != low || neighbour.high() != high);
  }

  private NextHop resolve(boolean isV6, long high, long low) {
    int index = table.lookup(isV6, high, low);
    if (index < 0) {
      return NextHop.NONE;
    }
    NextHop shared = byRoute[index];
    if (shared != null) {
      return shared;
    }
    Route route = table.route(index);
    Link link = table.link(route.linkIndex());
    IpAddress gateway = route.gateway();
    if (route.type() == Route.UNICAST && link != null && gateway == null) {
      Neighbour onLink = neighbours.get(link.index(), high, low);
      return onLink.reachedBy(link, table.sourceFor(route, isV6));
    }
    NextHop made = NextHop.NONE;
    if (route.type() == Route.LOCAL) {
      made = new NextHop(true, host == null ? null : table.link(host.linkIndex()), host, null);
    } else if (route.type() == Route.UNICAST && link != null && gateway != null) {
      Neighbour router = neighbours.get(link.index(), gateway.high(), gateway.low());
      made = new NextHop(false, link, router, table.sourceFor(route, isV6));
    }
    byRoute[index] = made;
    return made;
  }
}
