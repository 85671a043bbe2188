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

  private static final int LOCAL = 200;
  private static final int INSIDE = 1;
  private static final int CORE = 254;
  private static final int FIRST_SERVER = 11;

  private FullNatLab() {}

  /** Builds it; the VIP is not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    return build(transcript, Family.IPV4);
  }

  /** Builds it in an address family. */
  static Lab build(Transcript transcript, Family family) {
    return Topology.make(transcript, topology -> build(topology, family));
  }

  /** Where the servers see their clients; no host has it. */
  static String localAddress(Family family) {
    return family.farm().address(LOCAL);
  }

  private static Lab build(Topology topology, Family family) {
    Network edge = family.edge();
    Network farm = family.farm();
    Network racks = family.racks();
    FarSide far = FarSide.build(topology, family);
    Host director = topology.host("director");
    topology.cable(far.router(), "eth1", director, "eth0");
    far.router().address("eth1", edge.onLink(FarSide.ROUTER));
    director.address("eth0", edge.onLink(NatLab.DIRECTOR));
    director.defaultGateway(edge.address(FarSide.ROUTER));

    Host core = topology.host("core");
    topology.cable(director, "eth1", core, "eth0");
    director.address("eth1", farm.onLink(INSIDE));
    core.address("eth0", farm.onLink(CORE));
    family.routes(core, true);
    director.ip("route", "add", racks.route(), "via", farm.address(CORE));
    Host lan = topology.bridge("switch");
    topology.plug(core, "eth1", lan);
    core.address("eth1", racks.onLink(INSIDE));
    List<Host> servers = new ArrayList<>();
    for (int i = 0; i < Lab.SERVERS; i++) {
      Host server = topology.host("server" + (i + 1));
      topology.plug(server, "eth0", lan);
      server.address("eth0", racks.onLink(FIRST_SERVER + i));
      server.ip("route", "add", farm.route(), "via", racks.address(INSIDE));
      servers.add(server);
    }
    return new Lab(
        topology,
        far.client(),
        director,
        servers,
        Lab.serverAddresses(racks, FIRST_SERVER),
        edge.address(NatLab.VIP),
        family.clients().address(FarSide.CLIENT),
        "--fullnat");
  }
}
