package jvs.lab;

import java.util.List;

/** A client and a director that is its own real server (LocalNode), over IPv4 and IPv6. */
public final class LocalNodeLab {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client ---------------------- director
      198.51.100.10                198.51.100.1    VIP 203.0.113.80
      2001:db8:1::10               2001:db8:1::1   VIP 2001:db8:2::80\
      """;

  /** The director's own address, which translated servers have. */
  public static final String OWN = "198.51.100.1";

  /** The same for IPv6. */
  public static final String OWN_V6 = "2001:db8:1::1";

  /** The virtual address for IPv6. */
  public static final String VIP_V6 = "2001:db8:2::80";

  private LocalNodeLab() {}

  /** Builds it; the VIPs are not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    Topology topology = Topology.create(transcript);
    try {
      Host client = topology.host("client");
      Host director = topology.host("director");
      topology.cable(client, "eth0", director, "eth0");
      client.address("eth0", "198.51.100.10/24");
      director.address("eth0", OWN + "/24");
      client.defaultGateway(OWN);
      client.ip("address", "add", "2001:db8:1::10/64", "dev", "eth0", "nodad");
      director.ip("address", "add", OWN_V6 + "/64", "dev", "eth0", "nodad");
      client.ip("-6", "route", "add", "default", "via", OWN_V6);
      return new Lab(
          topology, client, director, List.of(), List.of(), "203.0.113.80", "198.51.100.10", "-g");
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }
}
