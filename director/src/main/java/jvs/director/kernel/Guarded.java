package jvs.director.kernel;

import java.util.Set;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * What the host's own stack is kept from. Port 0 stands for every port of the protocol. Immutable.
 *
 * @param services packets to these ends
 * @param servers packets from these ends, unless to the host itself
 * @param fullNatServers packets from these ends to a connection's port of a local address
 * @param localAddresses where FULLNAT connections come from
 * @param dataVips addresses whose TCP port 20 and ports from 1024 on are balanced, too: those of
 *     persistent FTP services
 */
public record Guarded(
    Set<Endpoint> services,
    Set<Endpoint> servers,
    Set<Endpoint> fullNatServers,
    Set<IpAddress> localAddresses,
    Set<IpAddress> dataVips) {
  /** Nothing. */
  public static final Guarded NOTHING =
      new Guarded(Set.of(), Set.of(), Set.of(), Set.of(), Set.of());

  /** Copies the sets. */
  public Guarded {
    services = Set.copyOf(services);
    servers = Set.copyOf(servers);
    fullNatServers = Set.copyOf(fullNatServers);
    localAddresses = Set.copyOf(localAddresses);
    dataVips = Set.copyOf(dataVips);
  }
}
