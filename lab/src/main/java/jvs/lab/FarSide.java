package jvs.lab;

/**
 * What is before a director: a client far away and the router between them, whose second interface
 * {@code eth1} is in the network of the VIP.
 *
 * @param client has {@code eth0}
 * @param router has {@code eth0} towards the client; eth1 has no cable yet
 */
record FarSide(Host client, Host router) {
  static final int ROUTER = 1;
  static final int CLIENT = 10;

  static FarSide build(Topology topology, Family family) {
    Host client = topology.host("client");
    Host router = topology.host("router");
    topology.cable(client, "eth0", router, "eth0");
    FarSide far = new FarSide(client, router);
    far.join(family);
    return far;
  }

  /** Gives them addresses of another family, too. */
  void join(Family family) {
    client.address("eth0", family.clients().onLink(CLIENT));
    client.defaultGateway(family.clients().address(ROUTER));
    router.address("eth0", family.clients().onLink(ROUTER));
    family.routes(router, true);
  }
}
