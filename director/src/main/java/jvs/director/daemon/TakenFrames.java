package jvs.director.daemon;

import java.util.HashSet;
import java.util.Set;
import jvs.engine.EndpointSet;
import jvs.engine.Snapshot;
import jvs.port.xdp.RedirectRules;
import jvs.route.Route;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * Says of a snapshot which frames AF_XDP may take out of the kernel: those that {@link HostGuard}
 * would keep from the host anyway. In doubt none, and the guard keeps them.
 */
final class TakenFrames {
  /** ICMP, TCP, UDP, ICMPv6 and SCTP: everything to a VIP of our own is ours. */
  static final int[] PROTOCOLS = {1, 6, 17, 58, 132};

  private TakenFrames() {}

  static RedirectRules rules(Snapshot snapshot) {
    Set<Endpoint> services = new HashSet<>();
    for (Endpoint service : snapshot.servicePorts().endpoints()) {
      IpAddress vip = service.address();
      if (snapshot.routes().isLocal(!vip.isV4(), vip.high(), vip.low())) {
        services.add(service);
      }
    }
    for (Endpoint vip : snapshot.ownVips().endpoints()) {
      for (int protocol : PROTOCOLS) {
        services.add(new Endpoint(vip.address(), protocol, 0));
      }
    }
    Set<IpAddress> hosts = new HashSet<>();
    boolean hasNetworks = false;
    for (int i = 0; i < snapshot.routes().size(); i++) {
      Route route = snapshot.routes().route(i);
      if (route.type() == Route.LOCAL) {
        int whole = route.prefix().isV4() ? 32 : 128;
        hosts.add(route.prefix());
        hasNetworks |= route.prefixLength() != whole && !isLoopback(route.prefix());
      }
    }
    // Where whole networks are this host, the program cannot know what goes to it.
    Set<Endpoint> servers = hasNetworks ? Set.of() : set(snapshot.serverPorts());
    Set<IpAddress> locals = new HashSet<>();
    set(snapshot.localAddresses()).forEach(local -> locals.add(local.address()));
    return new RedirectRules(services, servers, hosts, set(snapshot.fullNatServers()), locals);
  }

  private static boolean isLoopback(IpAddress prefix) {
    return prefix.isV4() && prefix.v4() >>> 24 == 127;
  }

  private static Set<Endpoint> set(EndpointSet ends) {
    return Set.copyOf(ends.endpoints());
  }
}
