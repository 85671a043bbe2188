package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Two networks with the director between them, for NAT.
 *
 * <p>The addresses are those reserved for documentation, and private ones behind the director.
 */
public final class NatLab {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client ------- router ------- director ------- switch -+- server1  10.0.0.11
      198.51.100.10      203.0.113.2        10.0.0.1         +- server2  10.0.0.12
                    VIP  203.0.113.80                        +- server3  10.0.0.13\
      """;

  static final int DIRECTOR = 2;
  static final int VIP = 80;

  private static final int INSIDE = 1;
  private static final int FIRST_SERVER = 11;

  private NatLab() {}

  /** Builds it; the VIP is not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    return build(transcript, Family.IPV4);
  }

  /** Builds it in an address family. */
  static Lab build(Transcript transcript, Family family) {
    return Topology.make(transcript, topology -> build(topology, family));
  }

  /** Lets the outer world reach the servers by their own addresses, through the director. */
  static void routeToServers(Lab lab) {
    lab.director().sysctl("net.ipv4.ip_forward", "1");
    lab.topology().find("router").ip("route", "add", "10.0.0.0/24", "via", "203.0.113.2");
  }

  private static Lab build(Topology topology, Family family) {
    Transcript transcript = topology.transcript();
    Network edge = family.edge();
    transcript.explain(
        """
        Every machine is a network namespace, every cable a veth pair. First the client, far away
        behind a router:\
        """);
    FarSide far = FarSide.build(topology, family);

    transcript.explain(
        """
        The director: eth0 to the world, eth1 to the servers' own network. It needs no ip_forward,
        as it moves the frames itself.\
        """);
    Host director = topology.host("director");
    topology.cable(far.router(), "eth1", director, "eth0");
    far.router().address("eth1", edge.onLink(FarSide.ROUTER));
    director.address("eth0", edge.onLink(DIRECTOR));
    director.defaultGateway(edge.address(FarSide.ROUTER));
    Host lan = topology.bridge("switch");
    topology.plug(director, "eth1", lan);
    director.address("eth1", family.farm().onLink(INSIDE));

    transcript.explain(
        """
        Three servers. Their default gateway is the director: answers must come back through it, as
        it has to put the VIP where the server's address is. An answer that went another way would
        reach the client from an address it never talked to.\
        """);
    List<Host> servers = new ArrayList<>();
    addServer(topology, lan, servers, family.farm());
    transcript.again(
        "the same for server2 and server3",
        () -> {
          addServer(topology, lan, servers, family.farm());
          addServer(topology, lan, servers, family.farm());
        });
    return new Lab(
        topology,
        far.client(),
        director,
        servers,
        Lab.serverAddresses(family.farm(), FIRST_SERVER),
        edge.address(VIP),
        family.clients().address(FarSide.CLIENT),
        "-m");
  }

  private static void addServer(Topology topology, Host lan, List<Host> servers, Network farm) {
    int index = servers.size();
    Host server = topology.host("server" + (index + 1));
    topology.plug(server, "eth0", lan);
    server.address("eth0", farm.onLink(FIRST_SERVER + index));
    server.defaultGateway(farm.address(INSIDE));
    servers.add(server);
  }
}
