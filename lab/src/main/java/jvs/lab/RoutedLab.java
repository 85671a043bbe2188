package jvs.lab;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * A router in the middle, for methods whose servers answer the client themselves.
 *
 * <pre>
 * direct routing:  client --- router --- switch -+- director
 *                                                +- server1..3   VIP on lo
 *
 * tunnels:         client --- router --- director
 *                               +------- switch --- server1..3   VIP on lo, decapsulator
 * </pre>
 *
 * <p>What the servers say to the client passes the director by; what the router has to say about it
 * goes to the VIP, hence to the director.
 */
final class RoutedLab {
  private static final int FIRST_SERVER = 11;

  private RoutedLab() {}

  /** Servers in the director's own network, for {@code -g}. */
  static Lab directRouting(Transcript transcript, Family family) {
    return Topology.make(
        transcript,
        topology -> {
          FarSide far = FarSide.build(topology, family);
          Host lan = topology.bridge("switch");
          topology.plug(far.router(), "eth1", lan);
          Host director = topology.host("director");
          topology.plug(director, "eth0", lan);
          join(family, far.router(), director);
          List<Host> servers = servers(topology, lan, family);
          address(servers, family.edge());
          return lab(topology, far, director, servers, family.edge(), family, "-g");
        });
  }

  /**
   * Servers in a network of their own, reached through tunnels only.
   *
   * @param family of client and VIP
   * @param outer of the servers' own addresses, hence of the tunnels
   * @param method options of ipvsadm such as {@code -i --tun-type gre}
   */
  static Lab tunnel(Transcript transcript, Family family, Family outer, String method) {
    return Topology.make(
        transcript,
        topology -> {
          FarSide far = FarSide.build(topology, family);
          Host director = topology.host("director");
          topology.cable(far.router(), "eth1", director, "eth0");
          Host lan = topology.bridge("switch");
          topology.plug(far.router(), "eth2", lan);
          List<Host> servers = servers(topology, lan, family);
          for (Family each : EnumSet.of(family, outer)) {
            each.routes(far.router(), true);
            join(each, far.router(), director);
            far.router().address("eth2", each.farm().onLink(FarSide.ROUTER));
            address(servers, each.farm());
          }
          return lab(topology, far, director, servers, outer.farm(), family, method);
        });
  }

  private static void join(Family family, Host router, Host director) {
    router.address("eth1", family.edge().onLink(FarSide.ROUTER));
    director.address("eth0", family.edge().onLink(NatLab.DIRECTOR));
    director.defaultGateway(family.edge().address(FarSide.ROUTER));
  }

  private static List<Host> servers(Topology topology, Host lan, Family family) {
    List<Host> servers = new ArrayList<>();
    for (int i = 0; i < Lab.SERVERS; i++) {
      Host server = topology.host("server" + (i + 1));
      topology.plug(server, "eth0", lan);
      // As in DirectRoutingLab: the VIP is theirs, but only the director tells its MAC. In IPv6
      // the address of another interface is not told anyway.
      server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
      server.sysctl("net.ipv4.conf.all.arp_announce", "2");
      server.address("lo", Lab.alone(family.edge().address(NatLab.VIP)));
      servers.add(server);
    }
    return servers;
  }

  private static void address(List<Host> servers, Network network) {
    for (int i = 0; i < servers.size(); i++) {
      servers.get(i).address("eth0", network.onLink(FIRST_SERVER + i));
      servers.get(i).defaultGateway(network.address(FarSide.ROUTER));
    }
  }

  private static Lab lab(
      Topology topology,
      FarSide far,
      Host director,
      List<Host> servers,
      Network network,
      Family family,
      String method) {
    return new Lab(
        topology,
        far.client(),
        director,
        servers,
        Lab.serverAddresses(network, FIRST_SERVER),
        family.edge().address(NatLab.VIP),
        family.clients().address(FarSide.CLIENT),
        method);
  }
}
