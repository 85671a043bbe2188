package jvs.route;

import java.util.List;

/**
 * What the kernel said of links, addresses and routes at one moment. Immutable.
 *
 * @param links all interfaces
 * @param addresses all interface addresses
 * @param routes main and local tables, both address families
 * @param forwardsIpv4 whether this host routes packets of others (net.ipv4.ip_forward)
 */
public record NetworkState(
    List<Link> links, List<InterfaceAddress> addresses, List<Route> routes, boolean forwardsIpv4) {
  /** Copies the lists. */
  public NetworkState {
    links = List.copyOf(links);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }
}
