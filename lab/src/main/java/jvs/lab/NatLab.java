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

  private NatLab() {}

  /** Builds it; the VIP is not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    Topology topology = Topology.create(transcript);
    try {
      return build(topology);
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  /** Lets the outer world reach the servers by their own addresses, through the director. */
  static void routeToServers(Lab lab) {
    lab.director().sysctl("net.ipv4.ip_forward", "1");
    Host router =
        lab.topology().hosts().stream()
            .filter(host -> host.role().equals("router"))
            .findFirst()
            .orElseThrow();
    router.ip("route", "add", "10.0.0.0/24", "via", "203.0.113.2");
  }

  private static Lab build(Topology topology) {
    Transcript transcript = topology.transcript();
    transcript.explain(
        """
        Every machine is a network namespace, every cable a veth pair. First the client, far away
        behind a router:\
        """);
    Host client = topology.host("client");
    Host router = topology.host("router");
    topology.cable(client, "eth0", router, "eth0");
    client.address("eth0", "198.51.100.10/24");
    client.defaultGateway("198.51.100.1");
    router.address("eth0", "198.51.100.1/24");
    router.sysctl("net.ipv4.ip_forward", "1");

    transcript.explain(
        """
        The director: eth0 to the world, eth1 to the servers' own network. It needs no ip_forward,
        as it moves the frames itself.\
        """);
    Host director = topology.host("director");
    topology.cable(router, "eth1", director, "eth0");
    router.address("eth1", "203.0.113.1/24");
    director.address("eth0", "203.0.113.2/24");
    director.defaultGateway("203.0.113.1");
    Host lan = topology.bridge("switch");
    topology.plug(director, "eth1", lan);
    director.address("eth1", "10.0.0.1/24");

    transcript.explain(
        """
        Three servers. Their default gateway is the director: answers must come back through it, as
        it has to put the VIP where the server's address is. An answer that went another way would
        reach the client from an address it never talked to.\
        """);
    List<Host> servers = new ArrayList<>();
    addServer(topology, lan, servers);
    transcript.again(
        "the same for server2 and server3",
        () -> {
          addServer(topology, lan, servers);
          addServer(topology, lan, servers);
        });
    List<String> addresses = List.of("10.0.0.11", "10.0.0.12", "10.0.0.13");
    return new Lab(
        topology, client, director, servers, addresses, "203.0.113.80", "198.51.100.10", "-m");
  }

  private static void addServer(Topology topology, Host lan, List<Host> servers) {
    int number = servers.size() + 1;
    Host server = topology.host("server" + number);
    topology.plug(server, "eth0", lan);
    server.address("eth0", "10.0.0.1" + number + "/24");
    server.defaultGateway("10.0.0.1");
    servers.add(server);
  }
}
