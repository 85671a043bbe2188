package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/** One network for everybody, for direct routing: only requests pass the director. */
public final class DirectRoutingLab {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client    192.0.2.10 --+            +-- server1  192.0.2.11  (VIP on lo)
                             +-- switch --+-- server2  192.0.2.12  (VIP on lo)
      director  192.0.2.2  --+            +-- server3  192.0.2.13  (VIP on lo)
      VIP       192.0.2.80\
      """;

  private static final String VIP = "192.0.2.80";

  private DirectRoutingLab() {}

  /** Builds it; the VIP is not configured on the director yet. */
  public static Lab build(Transcript transcript) {
    return Topology.make(transcript, DirectRoutingLab::build);
  }

  private static Lab build(Topology topology) {
    Transcript transcript = topology.transcript();
    transcript.explain("One switch, and on it the client and the director:");
    Host lan = topology.bridge("switch");
    Host client = topology.host("client");
    topology.plug(client, "eth0", lan);
    client.address("eth0", "192.0.2.10/24");
    Host director = topology.host("director");
    topology.plug(director, "eth0", lan);
    director.address("eth0", "192.0.2.2/24");

    transcript.explain(
        """
        Three servers. Requests reach them unchanged, still addressed to the VIP, so each has the
        VIP on its loopback and answers the client directly. But nobody must learn a server's MAC
        as the VIP's: arp_ignore=1 answers ARP only for addresses of the interface asked on, and
        arp_announce=2 never asks in the VIP's name.\
        """);
    List<Host> servers = new ArrayList<>();
    addServer(topology, lan, servers);
    transcript.again(
        "the same for server2 and server3",
        () -> {
          addServer(topology, lan, servers);
          addServer(topology, lan, servers);
        });
    List<String> addresses = List.of("192.0.2.11", "192.0.2.12", "192.0.2.13");
    return new Lab(topology, client, director, servers, addresses, VIP, "192.0.2.10", "-g");
  }

  private static void addServer(Topology topology, Host lan, List<Host> servers) {
    int number = servers.size() + 1;
    Host server = topology.host("server" + number);
    topology.plug(server, "eth0", lan);
    server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
    server.sysctl("net.ipv4.conf.all.arp_announce", "2");
    server.address("eth0", "192.0.2.1" + number + "/24");
    server.address("lo", VIP + "/32");
    servers.add(server);
  }
}
