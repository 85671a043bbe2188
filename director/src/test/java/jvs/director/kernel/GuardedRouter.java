package jvs.director.kernel;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvs.director.TestNetwork;
import jvs.port.xdp.RedirectRules;
import jvs.service.MarkRule;
import jvs.service.MarkRules;
import jvs.service.ServiceKey;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Assumptions;

/** A client, a router that is to be guarded and has the VIP, and a server behind it. */
final class GuardedRouter implements AutoCloseable {
  final TestNetwork network;
  final List<AutoCloseable> open = new ArrayList<>();

  GuardedRouter() {
    network = new TestNetwork("client", "router", "server");
    Assumptions.assumeTrue(
        network.in("router", NftGuard::missing) == null, "nft is missing: install nftables");
    network.join("client", "eth0", "router", "front");
    network.join("router", "back", "server", "eth0");
    network.ip("client", "address", "add", "10.1.0.2/24", "dev", "eth0");
    network.ip("client", "address", "add", "fd01::2/64", "dev", "eth0");
    network.ip("router", "address", "add", "10.1.0.1/24", "dev", "front");
    network.ip("router", "address", "add", "10.1.0.100/32", "dev", "front");
    network.ip("router", "address", "add", "fd01::1/64", "dev", "front");
    network.ip("router", "address", "add", "fd01::100/128", "dev", "front");
    network.ip("router", "address", "add", "10.2.0.1/24", "dev", "back");
    network.ip("router", "address", "add", "fd02::1/64", "dev", "back");
    network.ip("server", "address", "add", "10.2.0.2/24", "dev", "eth0");
    network.ip("server", "address", "add", "fd02::2/64", "dev", "eth0");
    network.exec("router", "sysctl", "-qw", "net.ipv4.ip_forward=1");
    network.exec("router", "sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
    network.ip("client", "route", "add", "default", "via", "10.1.0.1");
    network.ip("client", "-6", "route", "add", "default", "via", "fd01::1");
    network.ip("server", "route", "add", "default", "via", "10.2.0.1");
    network.ip("server", "-6", "route", "add", "default", "via", "fd02::1");
    for (String listening : List.of("10.1.0.100:80", "10.1.0.100:81", "fd01::100:80")) {
      listen("router", listening);
    }
    for (String listening : List.of("10.2.0.2:8080", "10.2.0.2:8081", "fd02::2:8080")) {
      listen("server", listening);
    }
  }

  private void listen(String role, String text) {
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    open.add(
        network.in(
            role,
            () -> new ServerSocket(port, 9, InetAddress.getByName(text.substring(0, colon)))));
  }

  /** "connected", "refused" or "silence". */
  String connect(String from, String address, int port) {
    return network.in(
        from,
        () -> {
          try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 300);
            return "connected";
          } catch (SocketTimeoutException e) {
            return "silence";
          } catch (ConnectException e) {
            return "refused";
          }
        });
  }

  /** From a port of the router. */
  String connectFrom(int ownPort, String address, int port) {
    return network.in(
        "router",
        () -> {
          try (Socket socket = new Socket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(ownPort));
            socket.connect(new InetSocketAddress(address, port), 300);
            return "connected";
          } catch (SocketTimeoutException e) {
            return "silence";
          }
        });
  }

  boolean pings(String address) {
    // Root's isReachable sends an ICMP echo request.
    return network.in("client", () -> InetAddress.getByName(address).isReachable(1000));
  }

  String tables() {
    return network.exec("router", "nft", "list", "tables");
  }

  NftGuard guard() {
    return network.in("router", () -> new NftGuard(List.of("front", "back")));
  }

  void update(NftGuard guard, Set<Endpoint> services, Set<Endpoint> servers) {
    update(
        guard,
        new Guarded(
            services, Set.of(), servers, Set.of(), Set.of(), Set.of(), RedirectRules.NOTHING));
  }

  void update(NftGuard guard, Guarded guarded) {
    network.in(
        "router",
        () -> {
          guard.update(guarded, MarkRules.EMPTY);
          return true;
        });
  }

  void mark(NftGuard guard, MarkRule... rules) {
    List<MarkRules.Numbered> numbered = new ArrayList<>();
    for (MarkRule rule : rules) {
      numbered.add(new MarkRules.Numbered(rule, numbered.size()));
    }
    Set<ServiceKey> served = Set.of(ServiceKey.ofMark(3, IpAddress.IPV4));
    network.in(
        "router",
        () -> {
          guard.update(Guarded.NOTHING, new MarkRules(numbered, List.of(), served, Map.of()));
          return true;
        });
  }

  void close(NftGuard guard) {
    network.in(
        "router",
        () -> {
          guard.close();
          return true;
        });
  }

  @Override
  public void close() {
    try {
      for (AutoCloseable each : open) {
        each.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      network.close();
    }
  }
}
