package jvs.port;

import java.util.Set;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * Which frames concern the director; {@link PacketFilter} turns them into a program. Immutable.
 *
 * @param services frames to these ends: the virtual services
 * @param servers frames from these ends: real servers whose replies come here (NAT, FULLNAT)
 * @param takesNeighbours ARP and IPv6 neighbour discovery too, for a director that resolves or
 *     answers itself
 * @param takesAllIp every IP packet, for services that are chosen by a firewall mark
 * @param localAddresses where what servers send is for the worker that has the port (FULLNAT)
 */
public record FilterRules(
    Set<Endpoint> services,
    Set<Endpoint> servers,
    boolean takesNeighbours,
    boolean takesAllIp,
    Set<IpAddress> localAddresses) {
  /** Copies the sets. */
  public FilterRules {
    services = Set.copyOf(services);
    servers = Set.copyOf(servers);
    localAddresses = Set.copyOf(localAddresses);
  }

  /** Rules without local addresses. */
  public FilterRules(
      Set<Endpoint> services, Set<Endpoint> servers, boolean takesNeighbours, boolean takesAllIp) {
    this(services, servers, takesNeighbours, takesAllIp, Set.of());
  }
}
