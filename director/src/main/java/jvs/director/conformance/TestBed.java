package jvs.director.conformance;

import java.util.List;
import jvs.director.conformance.RecordedCase.Environment;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.NeighbourTable;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * The network around the director that was recorded.
 *
 * <pre>
 *  clients ── router 10.0.0.254 ── eth0 [director] eth1 ── real servers 10.1.0.1..12
 *             fd00::fe                   10.99.0.0/16      fd00:1::1..c
 *                                        fd00:99::/64: all VIPs
 * </pre>
 */
final class TestBed {
  /** Hardware address of the clients' router, by which every client is reached. */
  static final long ROUTER_MAC = 0x02_00_00_00_00_feL;

  private static final long SERVER_MAC = 0x02_00_00_00_02_00L;
  private static final int LOOPBACK = 1;
  private static final int SERVERS = 12;
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");
  private static final IpAddress ROUTER_V6 = IpAddress.parse("fd00::fe");
  private static final IpAddress SERVER = IpAddress.parse("10.1.0.0");
  private static final IpAddress SERVER_V6 = IpAddress.parse("fd00:1::");
  private static final long FOREVER = Long.MAX_VALUE;

  private TestBed() {}

  /** Links, addresses and routes. */
  static NetworkState network(Environment environment) {
    return new NetworkState(
        List.of(
            new Link(LOOPBACK, "lo", 0, 65536, true, true),
            link(Side.CLIENT, environment.clientMtu()),
            link(Side.SERVER, environment.serverMtu())),
        List.of(
            address(LOOPBACK, "127.0.0.1", 8),
            address(LOOPBACK, "::1", 128),
            address(Side.CLIENT.linkIndex(), "10.0.0.1", 24),
            address(Side.CLIENT.linkIndex(), "fd00::1", 64),
            address(Side.SERVER.linkIndex(), "10.1.0.254", 24),
            address(Side.SERVER.linkIndex(), "fd00:1::fffe", 64)),
        List.of(
            route("127.0.0.0", 8, Route.LOCAL, LOOPBACK, null),
            route("10.99.0.0", 16, Route.LOCAL, LOOPBACK, null),
            route("fd00:99::", 64, Route.LOCAL, LOOPBACK, null),
            route("10.0.0.255", 32, Route.BROADCAST, Side.CLIENT.linkIndex(), null),
            route("10.1.0.255", 32, Route.BROADCAST, Side.SERVER.linkIndex(), null),
            route("10.0.0.0", 24, Route.UNICAST, Side.CLIENT.linkIndex(), null),
            route("10.1.0.0", 24, Route.UNICAST, Side.SERVER.linkIndex(), null),
            route("fd00::", 64, Route.UNICAST, Side.CLIENT.linkIndex(), null),
            route("fd00:1::", 64, Route.UNICAST, Side.SERVER.linkIndex(), null),
            route("0.0.0.0", 0, Route.UNICAST, Side.CLIENT.linkIndex(), ROUTER),
            route("::", 0, Route.UNICAST, Side.CLIENT.linkIndex(), ROUTER_V6)),
        true);
  }

  private static Link link(Side side, int mtu) {
    return new Link(side.linkIndex(), side.interfaceName(), side.mac(), mtu, true, false);
  }

  private static InterfaceAddress address(int linkIndex, String text, int prefixLength) {
    return new InterfaceAddress(linkIndex, IpAddress.parse(text), prefixLength, true);
  }

  private static Route route(
      String prefix, int prefixLength, int type, int linkIndex, @Nullable IpAddress gateway) {
    return new Route(IpAddress.parse(prefix), prefixLength, type, linkIndex, gateway, null, 0);
  }

  /** Makes the router and the real servers known; static entries, so nobody asks for them again. */
  static void introduce(NeighbourTable neighbours) {
    int client = Side.CLIENT.linkIndex();
    neighbours.learn(client, ROUTER, ROUTER_MAC, FOREVER, false);
    neighbours.learn(client, ROUTER_V6, ROUTER_MAC, FOREVER, false);
    for (int i = 1; i <= SERVERS; i++) {
      int server = Side.SERVER.linkIndex();
      neighbours.learn(server, 0, SERVER.low() + i, SERVER_MAC + i, FOREVER, false);
      neighbours.learn(
          server, SERVER_V6.high(), SERVER_V6.low() + i, SERVER_MAC + i, FOREVER, false);
    }
  }

  /** Hardware address of a real server. */
  static long serverMac(IpAddress server) {
    return SERVER_MAC + (server.low() & 0xff);
  }

  /** The real server with this hardware address. */
  static IpAddress serverOf(long mac, boolean isV4) {
    long number = mac - SERVER_MAC;
    return isV4
        ? IpAddress.v4((int) (SERVER.low() + number))
        : IpAddress.v6(SERVER_V6.high(), SERVER_V6.low() + number);
  }

  /** Whether an address is the director's own on a link; VIPs are not. */
  static boolean isInterfaceAddress(String address) {
    return switch (address) {
      case "10.0.0.1", "10.1.0.254", "fd00::1", "fd00:1::fffe" -> true;
      default -> false;
    };
  }
}
