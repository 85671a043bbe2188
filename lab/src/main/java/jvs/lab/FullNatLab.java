package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The director and its servers in different networks, for FULLNAT: nothing routes the client's
 * address to the servers' side.
 */
public final class FullNatLab {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client ------- router ------- director ------- core ------- switch -+- server1  10.2.0.11
      198.51.100.10      203.0.113.2       10.0.0.1   10.2.0.1            +- server2  10.2.0.12
                    VIP  203.0.113.80      10.0.0.200 (local address)     +- server3  10.2.0.13\
      """;

  /** Where the servers see their clients; no host has it. */
  public static final String LOCAL_ADDRESS = "10.0.0.200";

  private FullNatLab() {}

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

  private static Lab build(Topology topology) {
    Host client = topology.host("client");
    Host router = topology.host("router");
    topology.cable(client, "eth0", router, "eth0");
    client.address("eth0", "198.51.100.10/24");
    client.defaultGateway("198.51.100.1");
    router.address("eth0", "198.51.100.1/24");
    router.sysctl("net.ipv4.ip_forward", "1");
    Host director = topology.host("director");
    topology.cable(router, "eth1", director, "eth0");
    router.address("eth1", "203.0.113.1/24");
    director.address("eth0", "203.0.113.2/24");
    director.defaultGateway("203.0.113.1");

    Host core = topology.host("core");
    topology.cable(director, "eth1", core, "eth0");
    director.address("eth1", "10.0.0.1/24");
    core.address("eth0", "10.0.0.254/24");
    core.sysctl("net.ipv4.ip_forward", "1");
    director.ip("route", "add", "10.2.0.0/24", "via", "10.0.0.254");
    Host lan = topology.bridge("switch");
    topology.plug(core, "eth1", lan);
    core.address("eth1", "10.2.0.1/24");
    List<Host> servers = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (int number = 1; number <= Lab.SERVERS; number++) {
      Host server = topology.host("server" + number);
      topology.plug(server, "eth0", lan);
      server.address("eth0", "10.2.0.1" + number + "/24");
      server.ip("route", "add", "10.0.0.0/24", "via", "10.2.0.1");
      servers.add(server);
      addresses.add("10.2.0.1" + number);
    }
    return new Lab(
        topology,
        client,
        director,
        servers,
        addresses,
        "203.0.113.80",
        "198.51.100.10",
        "--fullnat");
  }
}
