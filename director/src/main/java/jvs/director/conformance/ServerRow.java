package jvs.director.conformance;

import jvs.service.ServerEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;

/**
 * A real server's row of /proc/net/ip_vs. Immutable.
 *
 * @param service its service, as {@code TCP 10.99.0.1:80} or {@code FWM 3}
 * @param server its endpoint
 * @param method forwarding method's name
 * @param weight its weight
 * @param active active connections
 * @param inactive inactive connections
 */
record ServerRow(
    String service, Endpoint server, String method, int weight, int active, int inactive) {
  /** A row of ours. */
  static ServerRow of(ServiceKey service, ServerEntry entry) {
    return new ServerRow(
        service.isMark() ? "FWM " + service.mark() : service.toString(),
        new Endpoint(entry.key().address(), entry.key().port()),
        switch (entry.spec().method()) {
          case ServerSpec.MASQ -> "Masq";
          case ServerSpec.LOCAL -> "Local";
          case ServerSpec.TUNNEL -> "Tunnel";
          case ServerSpec.ROUTE -> "Route";
          case ServerSpec.BYPASS -> "Bypass";
          default -> "FullNat";
        },
        entry.spec().weight(),
        entry.activeConnections(),
        entry.inactiveConnections());
  }
}
