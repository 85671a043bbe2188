package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Direct routing with a second director that stands by, IPv4 and IPv6.
 *
 * <p>Nothing decides here which of the two has the VIPs: {@link #moveVips} does.
 *
 * @param lab the network as the first director sees it; {@code lab.director()} has the VIPs first
 * @param standby the second director
 */
public record TwoDirectorsLab(Lab lab, Host standby) implements AutoCloseable {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client    192.0.2.10 --+            +-- server1  192.0.2.11  (VIPs on lo)
      director  192.0.2.2  --+-- switch --+-- server2  192.0.2.12  (VIPs on lo)
      standby   192.0.2.3  --+            +-- server3  192.0.2.13  (VIPs on lo)
      VIPs      192.0.2.80, 2001:db8::80\
      """;

  /** The IPv6 address that clients ask. */
  public static final String VIP_V6 = "2001:db8::80";

  private static final String VIP = "192.0.2.80";

  /** Builds it; no director has the VIPs yet. */
  public static TwoDirectorsLab build(Transcript transcript) {
    Topology topology = Topology.create(transcript);
    try {
      return build(topology);
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  private static TwoDirectorsLab build(Topology topology) {
    Host lan = topology.bridge("switch");
    Host client = host(topology, lan, "client", 10);
    Host director = host(topology, lan, "director", 2);
    Host standby = host(topology, lan, "standby", 3);
    List<Host> servers = new ArrayList<>();
    List<String> addresses = new ArrayList<>();
    for (int i = 1; i <= Lab.SERVERS; i++) {
      Host server = host(topology, lan, "server" + i, 10 + i);
      addVipsSilently(server);
      servers.add(server);
      addresses.add("192.0.2." + (10 + i));
    }
    Lab lab = new Lab(topology, client, director, servers, addresses, VIP, "192.0.2.10", "-g");
    return new TwoDirectorsLab(lab, standby);
  }

  private static Host host(Topology topology, Host lan, String role, int number) {
    Host host = topology.host(role);
    topology.plug(host, "eth0", lan);
    host.address("eth0", "192.0.2." + number + "/24");
    host.ip("address", "add", "2001:db8::" + number + "/64", "dev", "eth0", "nodad");
    return host;
  }

  /** Gives a real server the VIPs without anybody learning its MAC as theirs. */
  static void addVipsSilently(Host server) {
    server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
    server.sysctl("net.ipv4.conf.all.arp_announce", "2");
    server.address("lo", VIP + "/32");
    server.ip("address", "add", VIP_V6 + "/128", "dev", "lo", "nodad");
  }

  /** The VIPs belong to {@code to} from here on, as after a take-over by VRRP. */
  public void moveVips(Host to) {
    Host from = to == standby ? lab.director() : standby;
    to.run("ip", "address", "replace", VIP + "/32", "dev", "eth0");
    // Deprecated, or the director would ask the servers for their MACs in the VIP's name.
    to.run(
        "ip", "address", "replace", VIP_V6 + "/128", "dev", "eth0", "nodad", "preferred_lft", "0");
    from.probe("ip", "address", "delete", VIP + "/32", "dev", "eth0");
    from.probe("ip", "address", "delete", VIP_V6 + "/128", "dev", "eth0");
    lab.client().ip("neighbour", "flush", "dev", "eth0");
  }

  @Override
  public void close() {
    lab.close();
  }
}
