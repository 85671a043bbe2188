package jvs.port;

import java.util.Set;
import jvs.wire.Endpoint;

/**
 * Which frames concern the director; {@link PacketFilter} turns them into a program. Immutable.
 *
 * @param services frames to these ends: the virtual services
 * @param servers frames from these ends: real servers whose replies pass through (NAT)
 * @param takesNeighbours ARP and IPv6 neighbour discovery too, for a director that resolves or
 *     answers itself
 * @param takesAllIp every IP packet, for services that are chosen by a firewall mark
 */
public record FilterRules(
    Set<Endpoint> services, Set<Endpoint> servers, boolean takesNeighbours, boolean takesAllIp) {
  /** Copies the sets. */
  public FilterRules {
    services = Set.copyOf(services);
    servers = Set.copyOf(servers);
  }
}
