package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Two directors side by side for NAT: of VIP and the servers' gateway VRRP decides who has them.
 *
 * @param lab the network as the first director sees it
 * @param standby the second director
 */
public record NatPairLab(Lab lab, Host standby) implements AutoCloseable {
  /** The machines, for people. */
  public static final String PICTURE =
      """
                                 .2 director .2
      client -------- front -+-- .3 standby  .3 --+- farm -+- server1  10.0.0.11
      198.51.100.10                                        +- server2  10.0.0.12
                      VIP  198.51.100.80     gateway .1    +- server3  10.0.0.13\
      """;

  /** The servers' gateway. */
  public static final String GATEWAY = "10.0.0.1";

  /** Builds it; nobody has VIP and gateway yet. */
  public static NatPairLab build(Transcript transcript) {
    Topology topology = Topology.create(transcript);
    try {
      return build(topology);
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  private static NatPairLab build(Topology topology) {
    Network outside = Family.IPV4.clients();
    Network inside = Family.IPV4.farm();
    Host front = topology.bridge("front");
    Host farm = topology.bridge("farm");
    Host client = topology.host("client");
    topology.plug(client, "eth0", front);
    client.address("eth0", outside.onLink(10));
    List<Host> directors = new ArrayList<>();
    for (String role : List.of("director", "standby")) {
      Host director = topology.host(role);
      topology.plug(director, "eth0", front);
      topology.plug(director, "eth1", farm);
      director.address("eth0", outside.onLink(2 + directors.size()));
      director.address("eth1", inside.onLink(2 + directors.size()));
      directors.add(director);
    }
    List<Host> servers = new ArrayList<>();
    for (int i = 1; i <= Lab.SERVERS; i++) {
      Host server = topology.host("server" + i);
      topology.plug(server, "eth0", farm);
      server.address("eth0", inside.onLink(10 + i));
      server.defaultGateway(GATEWAY);
      servers.add(server);
    }
    Lab lab =
        new Lab(
            topology,
            client,
            directors.getFirst(),
            servers,
            Lab.serverAddresses(inside, 11),
            outside.address(80),
            outside.address(10),
            "-m");
    return new NatPairLab(lab, directors.getLast());
  }

  /** Pulls a director's cable to the clients out of the switch, or puts it back. */
  public void cable(Host director, boolean isIn) {
    lab.topology().find("front").ip("link", "set", director.role(), isIn ? "up" : "down");
  }

  @Override
  public void close() {
    lab.close();
  }
}
