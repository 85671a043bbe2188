package jvs.lab;

/**
 * The network of the kernel's own test of IPVS: the client is a bridge, too, over which a server
 * with a second cable can answer past the director.
 *
 * <pre>
 * client (br0) --- veth10 director veth12 --- veth21 server
 *        +------------------------------------ veth20 ---+
 * </pre>
 *
 * @param topology the machines and cables
 * @param client who sends
 * @param director who balances; the VIP is on its loopback
 * @param server who receives
 */
record SelftestLab(Topology topology, Host client, Host director, Host server)
    implements AutoCloseable {
  static final String VIP = "207.175.44.110";
  static final String SERVER = "172.16.0.2";

  private static final String DIRECTOR_INSIDE = "172.16.0.1";
  private static final String DIRECTOR_OUTSIDE = "10.0.0.1";

  /** The server answers through the director. */
  static SelftestLab behindTheDirector() {
    SelftestLab lab = build();
    lab.server.defaultGateway(DIRECTOR_INSIDE);
    return lab;
  }

  /** The server has the VIP and answers over its second cable. */
  static SelftestLab pastTheDirector() {
    SelftestLab lab = build();
    lab.topology.plug(lab.server, "veth20", lab.client);
    lab.server.address("veth20", "10.0.0.3/24");
    lab.server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
    lab.server.sysctl("net.ipv4.conf.all.arp_announce", "2");
    lab.server.address("lo", Lab.alone(VIP));
    return lab;
  }

  private static SelftestLab build() {
    Topology topology = Topology.create(Transcript.SILENT);
    try {
      Host client = topology.bridge("client");
      Host director = topology.host("director");
      Host server = topology.host("server");
      topology.plug(director, "veth10", client);
      topology.cable(director, "veth12", server, "veth21");
      client.address("br0", "10.0.0.2/24");
      client.ip("route", "add", VIP, "via", DIRECTOR_OUTSIDE, "dev", "br0");
      director.address("veth10", DIRECTOR_OUTSIDE + "/24");
      director.address("veth12", DIRECTOR_INSIDE + "/24");
      director.address("lo", Lab.alone(VIP));
      director.sysctl("net.ipv4.ip_forward", "1");
      server.address("veth21", SERVER + "/24");
      return new SelftestLab(topology, client, director, server);
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  @Override
  public void close() {
    topology.close();
  }
}
