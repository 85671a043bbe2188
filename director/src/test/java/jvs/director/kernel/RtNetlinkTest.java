package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import jvs.director.TestNetwork;
import jvs.route.Link;
import jvs.route.NetworkListener;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class RtNetlinkTest {
  /** Keeps what it heard last. */
  private static final class Listener implements NetworkListener {
    final AtomicReference<NetworkState> state =
        new AtomicReference<>(new NetworkState(List.of(), List.of(), List.of(), false));
    final Map<IpAddress, Long> neighbours = new ConcurrentHashMap<>();
    final AtomicInteger states = new AtomicInteger();
    final CountDownLatch release;

    Listener(int held) {
      release = new CountDownLatch(held);
    }

    @Override
    public void networkChanged(NetworkState changed) {
      state.set(changed);
      states.incrementAndGet();
    }

    @Override
    public void neighbourLearned(int linkIndex, IpAddress address, long mac) {
      neighbours.put(address, mac);
      if (address.equals(IpAddress.parse("10.9.9.9"))) {
        try {
          release.await();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void neighbourLost(int linkIndex, IpAddress address) {
      neighbours.remove(address);
    }

    boolean hasAddress(String address) {
      return state.get().addresses().stream()
          .anyMatch(a -> a.address().equals(IpAddress.parse(address)));
    }

    boolean hasRoute(String prefix, int length, int type) {
      return state.get().routes().stream()
          .anyMatch(
              r ->
                  r.prefix().equals(IpAddress.parse(prefix))
                      && r.prefixLength() == length
                      && r.type() == type);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "not in time: " + what);
      Thread.onSpinWait();
    }
  }

  private static RtNetlink start(TestNetwork network, Listener listener) {
    return network.in(
        "host",
        () -> {
          RtNetlink netlink = new RtNetlink(listener);
          netlink.start();
          return netlink;
        });
  }

  @Test
  void followsLinksAddressesAndRoutes() {
    Listener listener = new Listener(0);
    try (TestNetwork network = new TestNetwork("host", "other");
        RtNetlink _ = start(network, listener)) {
      await("loopback", () -> listener.hasAddress("127.0.0.1"));
      assertTrue(listener.state.get().links().getFirst().isLoopback());

      network.join("host", "eth0", "other", "eth0");
      network.ip("host", "address", "add", "10.9.0.1/24", "dev", "eth0");
      network.ip("host", "address", "add", "fd09::1/64", "dev", "eth0", "nodad");
      network.ip("host", "route", "add", "192.0.2.0/24", "via", "10.9.0.2", "metric", "7");
      network.ip(
          "host",
          "route",
          "add",
          "default",
          "nexthop",
          "via",
          "10.9.0.3",
          "nexthop",
          "via",
          "10.9.0.4");
      network.ip("host", "route", "add", "198.51.100.0/24", "dev", "eth0", "table", "77");
      network.ip("host", "route", "add", "local", "198.51.100.9", "dev", "lo", "table", "77");

      await("the last route", () -> listener.hasRoute("198.51.100.9", 32, Route.LOCAL));
      NetworkState state = listener.state.get();
      Link eth0 =
          state.links().stream().filter(l -> l.name().equals("eth0")).findFirst().orElseThrow();
      assertEquals(1500, eth0.mtu());
      assertTrue(eth0.isUp() && !eth0.isLoopback() && eth0.mac() != 0);
      assertTrue(listener.hasAddress("10.9.0.1") && listener.hasAddress("fd09::1"));
      assertTrue(listener.hasRoute("10.9.0.1", 32, Route.LOCAL), "the local table");
      assertFalse(listener.hasRoute("198.51.100.0", 24, Route.UNICAST), "a table of rules");
      assertTrue(
          state
              .routes()
              .contains(
                  new Route(
                      IpAddress.parse("192.0.2.0"),
                      24,
                      Route.UNICAST,
                      eth0.index(),
                      IpAddress.parse("10.9.0.2"),
                      null,
                      7)));
      assertTrue(
          state.routes().stream()
              .anyMatch(
                  r ->
                      r.prefixLength() == 0
                          && IpAddress.parse("10.9.0.3").equals(r.gateway())
                          && r.linkIndex() == eth0.index()));
      assertEquals(state.routes(), network.in("host", () -> RtNetlink.read().routes()));

      network.ip("host", "link", "set", "eth0", "down");
      await("no routes left", () -> !listener.hasRoute("192.0.2.0", 24, Route.UNICAST));
    }
  }

  @Test
  void followsForwarding() {
    Listener listener = new Listener(0);
    try (TestNetwork network = new TestNetwork("host");
        RtNetlink _ = start(network, listener)) {
      await("a state", () -> listener.states.get() > 0);

      network.exec("host", "sysctl", "-qw", "net.ipv4.ip_forward=1");
      await("forwarding", () -> listener.state.get().forwardsIpv4());
      network.exec("host", "sysctl", "-qw", "net.ipv4.ip_forward=0");
      await("no forwarding", () -> !listener.state.get().forwardsIpv4());
    }
  }

  @Test
  void followsNeighbours() {
    Listener listener = new Listener(0);
    try (TestNetwork network = new TestNetwork("host", "other")) {
      network.join("host", "eth0", "other", "eth0");
      network.ip("host", "neigh", "add", "10.9.0.5", "lladdr", "02:00:00:00:00:05", "dev", "eth0");
      try (RtNetlink _ = start(network, listener)) {
        await("it was there", () -> listener.neighbours.containsKey(IpAddress.parse("10.9.0.5")));
        assertEquals(0x0200_0000_0005L, listener.neighbours.get(IpAddress.parse("10.9.0.5")));

        network.ip("host", "neigh", "add", "fd09::5", "lladdr", "02:00:00:00:00:06", "dev", "eth0");
        await("it came", () -> listener.neighbours.containsKey(IpAddress.parse("fd09::5")));
        network.ip("host", "neigh", "del", "10.9.0.5", "dev", "eth0");
        await("it went", () -> !listener.neighbours.containsKey(IpAddress.parse("10.9.0.5")));
      }
    }
  }

  @Test
  void publishesABurstOfChangesOnce() throws IOException {
    Listener listener = new Listener(0);
    try (TestNetwork network = new TestNetwork("host", "other")) {
      network.join("host", "eth0", "other", "eth0");
      try (RtNetlink _ = start(network, listener)) {
        await("a state", () -> listener.states.get() > 0);
        int before = listener.states.get();

        batch(network, 500, "address add 10.%d.%d.1/32 dev eth0", 0);

        await("the last", () -> listener.hasAddress("10.1.243.1"));
        int published = listener.states.get() - before;
        assertTrue(published <= 20, published + " states for 500 changes");
      }
    }
  }

  @Test
  void readsEverythingAnewWhenTheKernelDroppedMessages() throws IOException {
    Listener listener = new Listener(1);
    try (TestNetwork network = new TestNetwork("host", "other")) {
      network.join("host", "eth0", "other", "eth0");
      network.ip("host", "address", "add", "10.9.0.1/16", "dev", "eth0");
      try (RtNetlink _ = start(network, listener)) {
        await("a state", () -> listener.states.get() > 0);
        network.ip(
            "host", "neigh", "add", "10.9.9.9", "lladdr", "02:00:00:00:00:05", "dev", "eth0");
        await("held", () -> listener.neighbours.containsKey(IpAddress.parse("10.9.9.9")));

        try {
          for (int i = 0; i < 40; i++) {
            batch(network, 500, "address add 10.%d.%d.2/32 dev eth0", 10);
            batch(network, 500, "address del 10.%d.%d.2/32 dev eth0", 10);
          }
          network.ip("host", "neigh", "del", "10.9.9.9", "dev", "eth0");
          network.ip("host", "address", "add", "10.99.99.99/32", "dev", "eth0");
        } finally {
          listener.release.countDown();
        }

        await("the last address", () -> listener.hasAddress("10.99.99.99"));
        await(
            "the lost neighbour",
            () -> !listener.neighbours.containsKey(IpAddress.parse("10.9.9.9")));
      }
    }
  }

  @TempDir private Path directory;

  private void batch(TestNetwork network, int count, String line, int first) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(String.format(line, first + i / 256, i % 256));
    }
    Path file = directory.resolve("batch");
    Files.write(file, lines);
    network.ip("host", "-batch", file.toString());
  }
}
