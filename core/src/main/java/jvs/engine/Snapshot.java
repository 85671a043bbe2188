package jvs.engine;

import jvs.route.RouteTable;
import jvs.service.MarkRules;
import jvs.table.ServiceIndex;

/**
 * What the control plane tells the workers, as one immutable object that they pick up at the start
 * of a duty cycle.
 *
 * @param services the services
 * @param marks firewall marks of packets
 * @param routes the routes; own VIPs have a local route each
 * @param servicePorts virtual endpoints, whose packets the host's stack does not see
 * @param serverPorts endpoints of NAT servers, whose packets the host's stack does not see
 * @param hostPorts endpoints that servers on this host send replies from
 * @param ownVips VIPs that are the director's alone: it answers ARP and ping for them
 * @param standsForHost whether no host's stack sees any packet: a replay of recordings
 */
public record Snapshot(
    ServiceIndex services,
    MarkRules marks,
    RouteTable routes,
    EndpointSet servicePorts,
    EndpointSet serverPorts,
    EndpointSet hostPorts,
    EndpointSet ownVips,
    boolean standsForHost) {
  /** Nothing configured. */
  public static final Snapshot EMPTY =
      new Snapshot(
          ServiceIndex.EMPTY,
          MarkRules.EMPTY,
          RouteTable.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          false);

  /** Whether an address is a VIP of the director alone. */
  boolean isOwnVip(long high, long low) {
    return ownVips.contains(EndpointSet.ANY_PROTOCOL, high, low, 0);
  }
}
