package jvs.engine;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jvs.route.NetworkState;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.table.ServiceIndex;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * Where FULLNAT connections may come from: the services' local addresses, and those taken away from
 * them as long as there are connections to FULLNAT servers. Control plane, one thread at a time.
 */
final class LocalAddresses {
  private final Set<IpAddress> addresses = new LinkedHashSet<>();

  /** Follows the services; {@code servers} are those deleted with connections, too. */
  void follow(ServiceIndex index, List<RealServer> servers) {
    boolean areInUse =
        servers.stream()
            .anyMatch(
                server -> server.spec().method() == ServerSpec.FULLNAT && server.references() > 0);
    if (!areInUse) {
      addresses.clear();
    }
    index.services().forEach(service -> addresses.addAll(service.localAddresses()));
  }

  /** All of them. */
  Set<Endpoint> all() {
    Set<Endpoint> all = new LinkedHashSet<>();
    addresses.forEach(address -> all.add(whole(address)));
    return all;
  }

  /** Those that are no addresses of the host. */
  Set<Endpoint> own(NetworkState network) {
    Set<Endpoint> own = all();
    network.addresses().forEach(address -> own.remove(whole(address.address())));
    return own;
  }

  /** Where FULLNAT servers' replies come from. */
  static Set<Endpoint> servers(List<RealServer> known) {
    Set<Endpoint> ends = new LinkedHashSet<>();
    for (RealServer server : known) {
      if (server.spec().method() == ServerSpec.FULLNAT) {
        // What clients of a mark or of all ports asked for is the server's port, too.
        boolean isAnyPort = server.service().isMark() || server.service().port() == 0;
        Endpoint end = server.endpoint();
        ends.add(isAnyPort ? new Endpoint(end.address(), end.protocol(), 0) : end);
      }
    }
    return ends;
  }

  private static Endpoint whole(IpAddress address) {
    return new Endpoint(address, EndpointSet.ANY_PROTOCOL, 0);
  }
}
