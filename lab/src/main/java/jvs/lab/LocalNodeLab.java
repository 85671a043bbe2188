package jvs.lab;

import java.util.List;

/** A client behind a router and a director that is its own real server, over IPv4 and IPv6. */
public final class LocalNodeLab {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client --------------- router --------------- director
      198.51.100.10                    203.0.113.2       VIP 203.0.113.80
      2001:db8:1::10                   2001:db8:2::2     VIP 2001:db8:2::80\
      """;

  private LocalNodeLab() {}

  /** The director's own address, which translated servers have. */
  static String ownAddress(Family family) {
    return family.edge().address(NatLab.DIRECTOR);
  }

  /** The virtual address. */
  static String vip(Family family) {
    return family.edge().address(NatLab.VIP);
  }

  /** Builds it; the VIPs are not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    return Topology.make(transcript, LocalNodeLab::build);
  }

  private static Lab build(Topology topology) {
    FarSide far = FarSide.build(topology, Family.IPV4);
    far.join(Family.IPV6);
    Host director = topology.host("director");
    topology.cable(far.router(), "eth1", director, "eth0");
    for (Family family : Family.values()) {
      Network edge = family.edge();
      far.router().address("eth1", edge.onLink(FarSide.ROUTER));
      director.address("eth0", edge.onLink(NatLab.DIRECTOR));
      director.defaultGateway(edge.address(FarSide.ROUTER));
    }
    return new Lab(
        topology,
        far.client(),
        director,
        List.of(),
        List.of(),
        vip(Family.IPV4),
        Family.IPV4.clients().address(FarSide.CLIENT),
        "-g");
  }
}
