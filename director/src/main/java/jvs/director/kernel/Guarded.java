package jvs.director.kernel;

import java.util.Set;
import jvs.port.xdp.RedirectRules;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * What the host's own stack is kept from. Port 0 stands for every port of the protocol. Immutable.
 *
 * @param services packets to these ends while the address is this host's, which the kernel decides
 *     packet by packet: it may become so at any moment
 * @param ownVips everything to these addresses, which are the director's and no kernel's
 * @param servers packets from these ends, unless to the host itself
 * @param fullNatServers packets from these ends to a connection's port of a local address
 * @param localAddresses where FULLNAT connections come from
 * @param dataVips addresses of services whose TCP port 20 and ports from 1024 on are balanced, too:
 *     those of persistent FTP services
 * @param alone what of all that needs no second look as long as the host's addresses stay
 */
public record Guarded(
    Set<Endpoint> services,
    Set<IpAddress> ownVips,
    Set<Endpoint> servers,
    Set<Endpoint> fullNatServers,
    Set<IpAddress> localAddresses,
    Set<IpAddress> dataVips,
    RedirectRules alone) {
  /** Nothing. */
  public static final Guarded NOTHING =
      new Guarded(
          Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), RedirectRules.NOTHING);

  /** Copies the sets. */
  public Guarded {
    services = Set.copyOf(services);
    ownVips = Set.copyOf(ownVips);
    servers = Set.copyOf(servers);
    fullNatServers = Set.copyOf(fullNatServers);
    localAddresses = Set.copyOf(localAddresses);
    dataVips = Set.copyOf(dataVips);
  }
}
