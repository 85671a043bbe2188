package jvs.lab;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A topology for one director, and what is where in it.
 *
 * @param topology the machines and cables
 * @param client who asks
 * @param director who balances; its addresses are set, its daemon is not started
 * @param servers who answer, first the one named "server 1"
 * @param serverAddresses their addresses, in the same order
 * @param vip the address that the client asks; only routed to the director until it is {@linkplain
 *     #addVip configured} there
 * @param clientAddress the client's own address
 * @param method the option of ipvsadm for the forwarding method that the topology is made for
 */
public record Lab(
    Topology topology,
    Host client,
    Host director,
    List<Host> servers,
    List<String> serverAddresses,
    String vip,
    String clientAddress,
    String method)
    implements AutoCloseable {
  /** The TCP port of the real servers. */
  public static final int HTTP_PORT = 80;

  /** The UDP port of the real servers. */
  public static final int UDP_PORT = 7;

  static final int SERVERS = 3;

  /** Copies the lists. */
  public Lab {
    servers = List.copyOf(servers);
    serverAddresses = List.copyOf(serverAddresses);
  }

  /** Makes the VIP an address of the director. */
  public void addVip() {
    director.address("eth0", alone(vip));
  }

  /** The family of client and VIP. */
  Family family() {
    return isV6(vip) ? Family.IPV6 : Family.IPV4;
  }

  /** Whether the servers have the VIP, too: they do unless addresses are translated. */
  boolean holdsVip() {
    return !method.equals("-m") && !method.equals("--fullnat");
  }

  /** Whom the servers answer: the client, or who stands in for it. */
  String peerAddress() {
    return method.equals("--fullnat") ? FullNatLab.localAddress(family()) : clientAddress;
  }

  /** Whether requests reach the servers through tunnels. */
  boolean isTunnel() {
    return method.startsWith("-i");
  }

  /** Takes the VIP from the director. */
  public void removeVip() {
    director.ip("address", "delete", alone(vip), "dev", "eth0");
  }

  /** The VIP with the port of the web servers, as ipvsadm and URLs write it. */
  public String httpService() {
    return endpoint(vip, HTTP_PORT);
  }

  /** The start page of the service. */
  String url() {
    return "http://" + httpService() + "/";
  }

  /** Address and port, as ipvsadm and URLs write them. */
  static String endpoint(String address, int port) {
    return (isV6(address) ? "[" + address + "]" : address) + ":" + port;
  }

  /** An address as a network of its own, as for an interface. */
  static String alone(String address) {
    return address + (isV6(address) ? "/128" : "/32");
  }

  /** The addresses of all servers in a network. */
  static List<String> serverAddresses(Network network, int first) {
    return IntStream.range(first, first + SERVERS).mapToObj(network::address).toList();
  }

  static boolean isV6(String address) {
    return address.contains(":");
  }

  /**
   * Lets every machine but the director finish its frames itself, as with real network cards:
   * complete checksums, no segments longer than the MTU.
   */
  public void turnOffloadsOff() {
    for (Host host : topology.hosts()) {
      if (host != director && !host.role().equals("switch")) {
        for (String device : host.devices()) {
          host.run("ethtool", "-K", device, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
        }
      }
    }
  }

  @Override
  public void close() {
    topology.close();
  }
}
