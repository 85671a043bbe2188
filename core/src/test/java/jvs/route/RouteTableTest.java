package jvs.route;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private static final Link CLIENT_SIDE = new Link(2, "eth0", 0x0200_0000_0001L, 1500, true, false);
  private static final Link SERVER_SIDE = new Link(3, "eth1", 0x0200_0000_0101L, 1500, true, false);
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");

  private final RouteTable table =
      new RouteTable(
          new NetworkState(
              List.of(CLIENT_SIDE, SERVER_SIDE),
              List.of(
                  new InterfaceAddress(2, IpAddress.parse("10.0.0.1"), 24, true),
                  new InterfaceAddress(3, IpAddress.parse("10.1.0.254"), 24, true),
                  new InterfaceAddress(3, IpAddress.parse("fd00:1::fffe"), 64, true)),
              List.of(
                  unicast("0.0.0.0", 0, 2, ROUTER, 0),
                  unicast("10.0.0.0", 24, 2, null, 0),
                  unicast("10.1.0.0", 24, 3, null, 100),
                  unicast("10.1.0.0", 24, 2, null, 200),
                  unicast("fd00:1::", 64, 3, null, 0),
                  new Route(IpAddress.parse("10.99.0.0"), 16, Route.LOCAL, 1, null, null, 0)),
              true));
  private final NeighbourTable neighbours = new NeighbourTable(100);
  private final RouteCache cache = new RouteCache(neighbours);

  private static Route unicast(
      String prefix, int length, int link, @Nullable IpAddress gateway, int metric) {
    return new Route(IpAddress.parse(prefix), length, Route.UNICAST, link, gateway, null, metric);
  }

  private NextHop lookup(String address) {
    IpAddress parsed = IpAddress.parse(address);
    cache.follow(table);
    return cache.lookup(!parsed.isV4(), parsed.high(), parsed.low());
  }

  @Test
  void prefersTheLongestPrefixAndThenTheLowestMetric() {
    assertEquals(SERVER_SIDE, lookup("10.1.0.5").link());
    assertEquals(CLIENT_SIDE, lookup("10.2.0.5").link());
    assertEquals(SERVER_SIDE, lookup("fd00:1::7").link());
  }

  @Test
  void leadsToTheGatewayOrToTheHostItself() {
    Neighbour router = lookup("203.0.113.9").neighbour();
    assertNotNull(router);
    assertEquals(ROUTER.low(), router.low());
    assertSame(router, lookup("203.0.113.10").neighbour());

    Neighbour host = lookup("10.1.0.5").neighbour();
    assertNotNull(host);
    assertEquals(IpAddress.parse("10.1.0.5").low(), host.low());
  }

  @Test
  void knowsThisHostsAddressesAndLocalRanges() {
    assertTrue(lookup("10.0.0.1").isLocal());
    assertTrue(lookup("10.99.4.5").isLocal());
    assertTrue(lookup("fd00:1::fffe").isLocal());
    assertFalse(lookup("10.1.0.1").isLocal());
    assertSame(NextHop.NONE, lookup("2001:db8::1"));
  }

  @Test
  void givesTheOutgoingLinksAddressAsSource() {
    assertEquals(IpAddress.parse("10.1.0.254"), lookup("10.1.0.5").source());
    assertEquals(IpAddress.parse("10.0.0.1"), lookup("203.0.113.9").source());
  }

  @Test
  void learnsAndForgetsNeighbours() {
    Neighbour host = lookup("10.1.0.5").neighbour();
    assertNotNull(host);
    assertFalse(host.isResolved());

    neighbours.learn(3, IpAddress.parse("10.1.0.5"), 0x0200_0000_0205L, 1_000, true);
    assertTrue(host.isResolved());
    assertEquals(0x0200_0000_0205L, host.mac());

    neighbours.forget(3, IpAddress.parse("10.1.0.5"));
    assertFalse(host.isResolved());
  }
}
