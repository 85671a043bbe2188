package jvs.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * The networks that LVS is taught in, with two servers and the addresses of published lessons.
 *
 * <pre>
 * NAT:                client --- director --- switch -+- server1, server2
 *
 * direct routing,
 * one network:        client ---+
 *                     director -+- switch -+- server1, server2       VIP on lo
 *
 * direct routing or
 * tunnels, VIP in a
 * network of its own: client --- router --- switch -+- director      VIP on lo
 *                                                   +- server1, server2
 * </pre>
 */
final class TutorialLab {
  /** The router's address in the network of director and servers. */
  static final String GATEWAY = "10.0.0.254";

  private TutorialLab() {}

  /** Two networks; the servers' gateway is the director. */
  static Lab nat(Transcript transcript) {
    return Topology.make(
        transcript,
        topology -> {
          Host client = topology.host("client");
          Host director = topology.host("director");
          topology.cable(client, "eth0", director, "eth0");
          client.address("eth0", "172.30.0.100/24");
          director.address("eth0", "172.30.0.2/24");
          director.sysctl("net.ipv4.ip_forward", "1");
          Host lan = topology.bridge("switch");
          plug(topology, lan, director, "eth1", "10.0.0.200");
          List<String> addresses = List.of("10.0.0.7", "10.0.0.14");
          List<Host> servers = servers(topology, lan, addresses);
          servers.forEach(server -> server.defaultGateway("10.0.0.200"));
          return new Lab(
              topology, client, director, servers, addresses, "172.30.0.200", "172.30.0.100", "-m");
        });
  }

  /** One network for client, director, servers and VIP. */
  static Lab directRouting(Transcript transcript) {
    return Topology.make(
        transcript,
        topology -> {
          Host lan = topology.bridge("switch");
          Host client = topology.host("client");
          plug(topology, lan, client, "eth0", "10.0.0.100");
          Host director = topology.host("director");
          plug(topology, lan, director, "eth0", "10.0.0.2");
          String vip = "10.0.0.200";
          List<String> addresses = List.of("10.0.0.7", "10.0.0.14");
          List<Host> servers = servers(topology, lan, addresses);
          servers.forEach(server -> holdVip(server, vip));
          return new Lab(topology, client, director, servers, addresses, vip, "10.0.0.100", "-g");
        });
  }

  /**
   * The VIP in another network than director and servers, on the same cable.
   *
   * @param method {@code -g} or {@code -i}
   */
  static Lab foreignVip(Transcript transcript, String method) {
    return Topology.make(
        transcript,
        topology -> {
          Host client = topology.host("client");
          Host router = topology.host("router");
          topology.cable(client, "eth0", router, "eth0");
          client.address("eth0", "192.168.10.6/24");
          client.defaultGateway("192.168.10.200");
          router.address("eth0", "192.168.10.200/24");
          router.sysctl("net.ipv4.ip_forward", "1");
          Host lan = topology.bridge("switch");
          plug(topology, lan, router, "eth1", GATEWAY);
          router.address("eth1", "172.16.0.200/24");
          Host director = topology.host("director");
          plug(topology, lan, director, "eth0", "10.0.0.8");
          director.defaultGateway(GATEWAY);
          String vip = "172.16.0.100";
          List<String> addresses = List.of("10.0.0.7", "10.0.0.17");
          List<Host> servers = servers(topology, lan, addresses);
          for (Host server : servers) {
            server.defaultGateway(GATEWAY);
            holdVip(server, vip);
          }
          return new Lab(
              topology, client, director, servers, addresses, vip, "192.168.10.6", method);
        });
  }

  private static List<Host> servers(Topology topology, Host lan, List<String> addresses) {
    List<Host> servers = new ArrayList<>();
    for (String address : addresses) {
      Host server = topology.host("server" + (servers.size() + 1));
      plug(topology, lan, server, "eth0", address);
      servers.add(server);
    }
    return servers;
  }

  private static void plug(Topology topology, Host lan, Host host, String device, String address) {
    topology.plug(host, device, lan);
    host.address(device, address + "/24");
  }

  /** Without anybody learning the server's MAC as the VIP's. */
  private static void holdVip(Host server, String vip) {
    server.sysctl("net.ipv4.conf.all.arp_ignore", "1");
    server.sysctl("net.ipv4.conf.all.arp_announce", "2");
    server.address("lo", Lab.alone(vip));
  }
}
