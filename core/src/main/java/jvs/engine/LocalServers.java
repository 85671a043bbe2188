package jvs.engine;

import java.util.LinkedHashSet;
import java.util.Set;
import jvs.route.RouteTable;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/** Real servers that are this host itself (LocalNode). Control plane. */
final class LocalServers {
  private LocalServers() {}

  /**
   * Where programs of this host send their replies from: translated servers from their own
   * endpoint, others from the VIP.
   */
  static Set<Endpoint> replyFrom(Iterable<RealServer> servers, RouteTable routes) {
    Set<Endpoint> endpoints = new LinkedHashSet<>();
    for (RealServer server : servers) {
      IpAddress address = server.key().address();
      if (!routes.isLocal(!address.isV4(), address.high(), address.low())) {
        continue;
      }
      int method = server.spec().method();
      if (method == ServerSpec.MASQ || method == ServerSpec.FULLNAT) {
        endpoints.add(server.endpoint());
      } else if (!server.service().isMark()) {
        endpoints.add(server.service().endpoint());
      }
    }
    return endpoints;
  }
}
