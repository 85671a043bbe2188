package jvs.port.xdp;

import java.util.Set;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * Which packets are the director's alone: they are taken from the host's stack. Port 0 stands for
 * every port of the protocol. Immutable.
 *
 * @param services packets to these ends
 * @param servers packets from these ends, unless to the host itself
 * @param hostAddresses the host's own addresses
 * @param fullNatServers packets from these ends to a connection's port of a local address
 * @param localAddresses where FULLNAT connections come from
 */
public record RedirectRules(
    Set<Endpoint> services,
    Set<Endpoint> servers,
    Set<IpAddress> hostAddresses,
    Set<Endpoint> fullNatServers,
    Set<IpAddress> localAddresses) {
  /** Nothing. */
  public static final RedirectRules NOTHING =
      new RedirectRules(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  /** Copies the sets. */
  public RedirectRules {
    services = Set.copyOf(services);
    servers = Set.copyOf(servers);
    hostAddresses = Set.copyOf(hostAddresses);
    fullNatServers = Set.copyOf(fullNatServers);
    localAddresses = Set.copyOf(localAddresses);
  }
}
