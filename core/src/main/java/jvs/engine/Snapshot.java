package jvs.engine;

import java.util.List;
import jvs.route.RouteTable;
import jvs.service.MarkRules;
import jvs.service.ServiceIndex;
import org.jspecify.annotations.Nullable;

/**
 * What the control plane tells the workers, as one immutable object that they pick up at the start
 * of a duty cycle.
 *
 * @param services the services
 * @param marks firewall marks of packets
 * @param routes the routes; own VIPs have a local route each
 * @param serverPorts endpoints of NAT servers, whose packets the host's stack does not see; null in
 *     a replay of recordings, where the director stands for the whole host
 * @param ownVips VIPs that are the director's alone: it answers ARP and ping for them
 */
public record Snapshot(
    ServiceIndex services,
    MarkRules marks,
    RouteTable routes,
    @Nullable EndpointSet serverPorts,
    EndpointSet ownVips) {
  /** Nothing configured. */
  public static final Snapshot EMPTY =
      new Snapshot(
          ServiceIndex.EMPTY,
          new MarkRules(List.of()),
          RouteTable.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY);

  /** Whether an address is a VIP of the director alone. */
  boolean isOwnVip(long high, long low) {
    return ownVips.contains(EndpointSet.ANY_PROTOCOL, high, low, 0);
  }
}
