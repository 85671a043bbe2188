package jvs.lab;

/** An address family and the networks that labs use in it: those reserved for documentation. */
enum Family {
  IPV4("IPv4", 24, "198.51.100.", "203.0.113.", "10.0.0.", "10.2.0.", "net.ipv4.ip_forward"),
  IPV6(
      "IPv6",
      64,
      "2001:db8:1::",
      "2001:db8:2::",
      "fd00::",
      "fd00:2::",
      "net.ipv6.conf.all.forwarding");

  private final String title;
  private final int prefixLength;
  private final String clients;
  private final String edge;
  private final String farm;
  private final String racks;
  private final String forwardingSysctl;

  Family(
      String title,
      int prefixLength,
      String clients,
      String edge,
      String farm,
      String racks,
      String forwardingSysctl) {
    this.title = title;
    this.prefixLength = prefixLength;
    this.clients = clients;
    this.edge = edge;
    this.farm = farm;
    this.racks = racks;
    this.forwardingSysctl = forwardingSysctl;
  }

  /** Where the clients are. */
  Network clients() {
    return new Network(clients, prefixLength);
  }

  /** Where the VIP is, between router and director. */
  Network edge() {
    return new Network(edge, prefixLength);
  }

  /** Where the servers are if they have a network of their own. */
  Network farm() {
    return new Network(farm, prefixLength);
  }

  /** Where the servers are if they are behind another router. */
  Network racks() {
    return new Network(racks, prefixLength);
  }

  /** Lets a machine route packets of this family, or not. */
  void routes(Host host, boolean isOn) {
    host.sysctl(forwardingSysctl, isOn ? "1" : "0");
  }

  @Override
  public String toString() {
    return title;
  }
}
