package jvs.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's routing as workers use it: longest prefix first, ready to be scanned.
 *
 * <p>Immutable; a change of the network makes a new one. A director has a handful of routes, so a
 * scan beats a trie, and workers keep the answers in a {@link RouteCache}. Policy rules other than
 * the local and main tables are not looked at.
 */
public final class RouteTable {
  /** No link, no route. */
  public static final RouteTable EMPTY =
      new RouteTable(new NetworkState(List.of(), List.of(), List.of(), false));

  private final NetworkState state;
  private final Route[] routes;
  private final long[] prefixHigh;
  private final long[] prefixLow;
  private final long[] maskHigh;
  private final long[] maskLow;
  private final int v4Count;
  private final boolean[] areHosts;
  private final long[] hostHigh;
  private final long[] hostLow;
  private final int[] localNetworksV4;
  private final int[] localNetworksV6;
  private final @Nullable Link[] links;
  private final Map<Integer, IpAddress> sourcesV4 = new HashMap<>();
  private final Map<Integer, IpAddress> sourcesV6 = new HashMap<>();

  /** Sorts what the kernel said. */
  public RouteTable(NetworkState state) {
    this.state = state;
    int highest = state.links().stream().mapToInt(Link::index).max().orElse(0);
    links = new @Nullable Link[highest + 1];
    for (Link link : state.links()) {
      links[link.index()] = link;
    }
    for (InterfaceAddress address : state.addresses()) {
      Map<Integer, IpAddress> sources = address.address().isV4() ? sourcesV4 : sourcesV6;
      if (address.isPrimary()) {
        sources.putIfAbsent(address.linkIndex(), address.address());
      }
    }
    routes = sorted(state);
    prefixHigh = new long[routes.length];
    prefixLow = new long[routes.length];
    maskHigh = new long[routes.length];
    maskLow = new long[routes.length];
    int v4 = 0;
    for (int i = 0; i < routes.length; i++) {
      Route route = routes[i];
      if (route.prefix().isV4()) {
        v4++;
        maskLow[i] =
            route.prefixLength() == 0 ? 0 : (-1L << 32 - route.prefixLength()) & 0xffff_ffffL;
      } else {
        maskHigh[i] = mask(Math.min(64, route.prefixLength()));
        maskLow[i] = mask(Math.max(0, route.prefixLength() - 64));
      }
      prefixHigh[i] = route.prefix().high() & maskHigh[i];
      prefixLow[i] = route.prefix().low() & maskLow[i];
    }
    v4Count = v4;
    int hosts = Integer.highestOneBit(Math.max(8, 4 * routes.length));
    areHosts = new boolean[hosts];
    hostHigh = new long[hosts];
    hostLow = new long[hosts];
    for (int i = 0; i < routes.length; i++) {
      if (routes[i].type() == Route.LOCAL && isFull(routes[i])) {
        int place = hash(prefixHigh[i], prefixLow[i]);
        while (areHosts[place]) {
          place = place + 1 & hosts - 1;
        }
        areHosts[place] = true;
        hostHigh[place] = prefixHigh[i];
        hostLow[place] = prefixLow[i];
      }
    }
    localNetworksV4 = localNetworks(0, v4);
    localNetworksV6 = localNetworks(v4, routes.length);
  }

  /** The state's routes and its addresses, the first that matches an address being the best. */
  private static Route[] sorted(NetworkState state) {
    List<Route> sorted = new ArrayList<>(state.routes());
    for (InterfaceAddress address : state.addresses()) {
      int full = address.address().isV4() ? 32 : 128;
      sorted.add(
          new Route(address.address(), full, Route.LOCAL, address.linkIndex(), null, null, 0));
    }
    sorted.sort(
        Comparator.comparingInt((Route route) -> route.prefix().family())
            .thenComparing(Comparator.comparingInt(Route::prefixLength).reversed())
            .thenComparingInt(route -> route.type() == Route.LOCAL ? 0 : 1)
            .thenComparingInt(Route::metric));
    return sorted.toArray(Route[]::new);
  }

  private int[] localNetworks(int from, int to) {
    return IntStream.range(from, to)
        .filter(i -> routes[i].type() == Route.LOCAL && !isFull(routes[i]))
        .toArray();
  }

  private static boolean isFull(Route route) {
    return route.prefixLength() == (route.prefix().isV4() ? 32 : 128);
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << 64 - Math.min(bits, 64);
  }

  /** What it was made of. */
  public NetworkState state() {
    return state;
  }

  /** The link with this index, or null. */
  public @Nullable Link link(int index) {
    return index >= 0 && index < links.length ? links[index] : null;
  }

  /** Number of routes. */
  public int size() {
    return routes.length;
  }

  /** Route number {@code index}. */
  public Route route(int index) {
    return routes[index];
  }

  /** Number of the best route to an address, or -1. Allocates nothing. */
  public int lookup(boolean isV6, long high, long low) {
    int from = isV6 ? v4Count : 0;
    int to = isV6 ? routes.length : v4Count;
    for (int i = from; i < to; i++) {
      if ((low & maskLow[i]) == prefixLow[i] && (high & maskHigh[i]) == prefixHigh[i]) {
        return i;
      }
    }
    return -1;
  }

  /** Whether packets to this address are for this host. */
  public boolean isLocal(boolean isV6, long high, long low) {
    if (isHost(high, low)) {
      return true;
    }
    for (int i : isV6 ? localNetworksV6 : localNetworksV4) {
      if ((low & maskLow[i]) == prefixLow[i] && (high & maskHigh[i]) == prefixHigh[i]) {
        int index = lookup(isV6, high, low);
        return index >= 0 && routes[index].type() == Route.LOCAL;
      }
    }
    return false;
  }

  /** Whether there is a local route for this address alone, before which no other can come. */
  private boolean isHost(long high, long low) {
    int place = hash(high, low);
    while (areHosts[place]) {
      if (hostLow[place] == low && hostHigh[place] == high) {
        return true;
      }
      place = place + 1 & areHosts.length - 1;
    }
    return false;
  }

  private int hash(long high, long low) {
    return (int) ((low ^ high) * 0x9e3779b97f4a7c15L >>> 40) & areHosts.length - 1;
  }

  /** Whether an IPv4 address is this host's, or that of all hosts of a network. */
  public boolean isOwnOrBroadcast(long low) {
    int index = lookup(false, 0, low);
    return index >= 0
        && (routes[index].type() == Route.LOCAL || routes[index].type() == Route.BROADCAST);
  }

  /** Whether packets to this address are for one other host. */
  public boolean isUnicast(boolean isV6, long high, long low) {
    int index = lookup(isV6, high, low);
    return index >= 0 && routes[index].type() == Route.UNICAST;
  }

  /** Whether this host has an IPv6 address, rather than all of the local network it is in. */
  public boolean isAddressV6(long high, long low) {
    int index = lookup(true, high, low);
    return index >= 0 && routes[index].type() == Route.LOCAL && routes[index].prefixLength() == 128;
  }

  /** The address this host uses on a link towards {@code route}'s networks, or null. */
  public @Nullable IpAddress sourceFor(Route route, boolean isV6) {
    IpAddress preferred = route.source();
    return preferred != null ? preferred : (isV6 ? sourcesV6 : sourcesV4).get(route.linkIndex());
  }

  /** Whether a real server may have the address: it is this host's or unicast. */
  public boolean mayServe(IpAddress address) {
    boolean isV6 = !address.isV4();
    if (isLocal(isV6, address.high(), address.low())) {
      return true;
    }
    int found = lookup(isV6, address.high(), address.low());
    boolean isBroadcast = found >= 0 && route(found).type() == Route.BROADCAST;
    boolean isLinkLocalV6 = isV6 && address.high() >>> 54 == 0xfe80 >>> 6;
    return address.isUnicast() && !isBroadcast && !isLinkLocalV6;
  }
}
