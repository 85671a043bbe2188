package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jvs.director.TestNetwork;
import jvs.director.mark.MarkWords;
import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.TableMemory;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.FilterRules;
import jvs.port.FrameBatch;
import jvs.port.PacketFilter;
import jvs.port.xdp.RedirectRules;
import jvs.service.ServerSpec;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NftGuardTest {
  private static final int TCP = 6;
  private static final Endpoint SERVICE = endpoint("10.1.0.100", 80);
  private static final Endpoint SERVICE6 = endpoint("fd01::100", 80);
  private static final Endpoint SERVER = endpoint("10.2.0.2", 8080);
  private static final Endpoint SERVER6 = endpoint("fd02::2", 8080);

  private static Endpoint endpoint(String address, int port) {
    return new Endpoint(IpAddress.parse(address), TCP, port);
  }

  @Test
  void hidesWhatGetsTheMarkOfAServiceAndNothingElse() throws Exception {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      String vip = "10.1.0.100";

      routed.mark(guard, MarkWords.parse("-d 10.1.0.100 -p tcp --dport 80 --set-mark 3"));
      assertEquals("silence", routed.connect("client", vip, 80));
      assertEquals("connected", routed.connect("client", vip, 81));
      assertTrue(routed.pings(vip));

      routed.mark(
          guard,
          MarkWords.parse("-i fron+ -p tcp -m multiport --dports 80,81 --set-mark 3"),
          MarkWords.parse("-s 10.1.0.0/24 -p tcp ! --dport 81 --set-mark 4"));
      assertEquals("connected", routed.connect("client", vip, 80), "another mark is the last");
      assertEquals("silence", routed.connect("client", vip, 81));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8081), "not to the host");

      routed.mark(
          guard,
          MarkWords.parse("-p tcp --dport 80 -m mac ! --mac-source 02:00:00:00:00:99 --set-mark 5"),
          MarkWords.parse("-p tcp --and-mark 0xfffffffb"),
          MarkWords.parse("-p tcp --or-mark 2"));
      assertEquals("silence", routed.connect("client", vip, 80), "5 & ~4 | 2 is 3");
      assertEquals("connected", routed.connect("client", vip, 81), "2 has no service");

      routed.mark(guard);
      assertEquals("connected", routed.connect("client", vip, 80));
      routed.close(guard);
    }
  }

  @Test
  void keepsTheHostFromAnsweringForServicesAndNothingElse() {
    try (GuardedRouter routed = new GuardedRouter()) {
      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));
      NftGuard guard = routed.guard();
      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));

      routed.update(guard, Set.of(SERVICE, SERVICE6), Set.of());

      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      assertEquals("silence", routed.connect("client", "fd01::100", 80));
      assertEquals("connected", routed.connect("client", "10.1.0.100", 81));
      assertEquals("refused", routed.connect("client", "10.1.0.100", 82));
      assertTrue(routed.pings("10.1.0.100") && routed.pings("fd01::100"));

      routed.update(guard, Set.of(SERVICE6), Set.of());
      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));
      assertEquals("silence", routed.connect("client", "fd01::100", 80));
      routed.close(guard);
      assertEquals("connected", routed.connect("client", "fd01::100", 80));
      assertFalse(routed.tables().contains("jvs"));
    }
  }

  @Test
  void hidesServicesFromTheMomentWhenTheHostHasTheAddress() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      routed.network.ip("server", "address", "add", "10.1.0.101/32", "dev", "lo");
      routed.network.ip("router", "route", "add", "10.1.0.101/32", "via", "10.2.0.2");
      routed.network.ip("client", "route", "add", "10.1.0.101/32", "via", "10.1.0.1");
      routed.update(guard, Set.of(endpoint("10.1.0.101", 8080)), Set.of());
      assertEquals("refused", routed.connect("client", "10.1.0.101", 8080), "routed to the server");

      routed.network.ip("router", "address", "add", "10.1.0.101/32", "dev", "front");

      assertEquals("silence", routed.connect("client", "10.1.0.101", 8080));
      assertEquals("refused", routed.connect("client", "10.1.0.101", 8081), "by the router");
      routed.close(guard);
    }
  }

  @Test
  void hidesWhatGoesToAVipOfTheDirectorsOwn() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      Set<IpAddress> vips = Set.of(IpAddress.parse("10.1.0.100"), IpAddress.parse("fd01::100"));

      routed.update(
          guard,
          new Guarded(
              Set.of(), vips, Set.of(), Set.of(), Set.of(), Set.of(), RedirectRules.NOTHING));

      assertEquals("silence", routed.connect("client", "10.1.0.100", 81));
      assertEquals("silence", routed.connect("client", "fd01::100", 80));
      assertFalse(routed.pings("10.1.0.100") || routed.pings("fd01::100"));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8080));
      routed.close(guard);
    }
  }

  @Test
  void keepsTheHostFromForwardingRepliesOfServersAndNothingElse() {
    try (GuardedRouter routed = new GuardedRouter()) {
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8080));
      NftGuard guard = routed.guard();

      routed.update(guard, Set.of(), Set.of(SERVER, SERVER6));

      assertEquals("silence", routed.connect("client", "10.2.0.2", 8080));
      assertEquals("silence", routed.connect("client", "fd02::2", 8080));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8081));
      assertEquals("connected", routed.connect("router", "10.2.0.2", 8080), "health checks");
      assertEquals("connected", routed.connect("router", "fd02::2", 8080), "health checks");
      routed.close(guard);
    }
  }

  @Test
  void hidesWhatNeedsNoSecondLook() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      Set<Endpoint> services = Set.of(endpoint("10.1.0.1", 8080), endpoint("fd01::1", 8080));
      Set<IpAddress> hosts =
          Set.of(
              IpAddress.parse("10.1.0.1"), IpAddress.parse("10.2.0.1"), IpAddress.parse("fd02::1"));

      routed.update(
          guard,
          new Guarded(
              Set.of(),
              Set.of(),
              Set.of(),
              Set.of(),
              Set.of(),
              Set.of(),
              new RedirectRules(services, Set.of(SERVER, SERVER6), hosts, Set.of(), Set.of())));

      assertEquals("silence", routed.connect("client", "10.1.0.1", 8080));
      assertEquals("silence", routed.connect("client", "fd01::1", 8080));
      assertEquals("refused", routed.connect("client", "10.1.0.1", 8081), "by the router");
      assertEquals("silence", routed.connect("client", "10.2.0.2", 8080));
      assertEquals("silence", routed.connect("client", "fd02::2", 8080));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8081));
      assertEquals("connected", routed.connect("router", "10.2.0.2", 8080), "health checks");
      assertEquals("connected", routed.connect("router", "fd02::2", 8080), "health checks");
      routed.close(guard);
    }
  }

  @Test
  void leavesTheHostItsOwnConnectionsToFullNatServers() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      IpAddress local = IpAddress.parse("10.2.0.1");
      routed.update(
          guard,
          new Guarded(
              Set.of(),
              Set.of(),
              Set.of(),
              Set.of(SERVER),
              Set.of(local),
              Set.of(),
              RedirectRules.NOTHING));

      assertEquals("connected", routed.connect("router", "10.2.0.2", 8080));
      assertEquals("connected", routed.connectFrom(5000, "10.2.0.2", 8081));
      assertEquals("silence", routed.connectFrom(5000, "10.2.0.2", 8080));
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8080));
      routed.close(guard);
    }
  }

  @Test
  void guardsEveryPortIfThePortIsZero() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();

      routed.update(guard, Set.of(endpoint("10.1.0.100", 0)), Set.of(endpoint("10.2.0.2", 0)));

      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      assertEquals("silence", routed.connect("client", "10.1.0.100", 82));
      assertEquals("silence", routed.connect("client", "10.2.0.2", 8081));
      assertEquals("connected", routed.connect("router", "10.2.0.2", 8081));
      assertTrue(routed.pings("10.1.0.100"));
      routed.close(guard);
    }
  }

  @Test
  void leavesThePacketsToThePacketSockets() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      routed.update(guard, Set.of(SERVICE), Set.of());
      FilterRules rules = new FilterRules(Set.of(SERVICE), Set.of(), false, false);
      AfPacketPort port =
          routed.network.in(
              "router",
              () ->
                  new AfPacketPort(
                      "front", AfPacketOptions.defaults().withFilter(PacketFilter.program(rules))));

      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));

      FrameBatch batch = new FrameBatch(8);
      assertTrue(port.receive(batch) > 0);
      port.close();
      assertEquals(batch.size(), dropped(routed));
      routed.close(guard);
    }
  }

  /** Sum of the counters of the table. */
  private static long dropped(GuardedRouter routed) {
    Matcher counter =
        Pattern.compile("counter packets (\\d+)")
            .matcher(routed.network.exec("router", "nft", "list", "table", "netdev", "jvs"));
    long sum = 0;
    while (counter.find()) {
      sum += Long.parseLong(counter.group(1));
    }
    return sum;
  }

  @Test
  void leavesWhatAKilledDirectorHidUntilItKnowsBetter() {
    try (GuardedRouter routed = new GuardedRouter()) {
      routed.update(routed.guard(), Set.of(SERVICE), Set.of());

      NftGuard next = routed.guard();
      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      routed.update(next, Set.of(), Set.of());

      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));
      routed.close(next);
      routed.close(next);
      assertFalse(routed.tables().contains("jvs"));
    }
  }

  @Test
  void beginsWithTheConnectionsThatWereAnnouncedToTheTableBefore() {
    try (GuardedRouter routed = new GuardedRouter();
        ConnectionTable table = new ConnectionTable(TableMemory.anonymous(16, 0), 1)) {
      Connection data = new Connection(table);
      IpAddress client = IpAddress.parse("10.1.0.2");
      FlowKey key = new FlowKey();
      key.set(false, TCP, 0, client.low(), 0, 0, SERVICE.address().low(), 81);
      int slot = table.allocate();
      int flags = ServerSpec.MASQ | ConnectionFlags.CONTROLLED_HERE;
      data.at(slot).initialise(key, flags, false, 0, SERVER.address().low(), SERVER.port(), 0, 0);
      table.publish(slot);
      NftGuard guard = routed.guard();
      guard.beginWith(() -> AnnouncedElements.of(List.of(table)));
      routed.update(guard, Set.of(SERVICE), Set.of());
      assertEquals("connected", routed.connect("client", "10.1.0.100", 81));

      routed.network.exec("router", "nft", "flush", "ruleset");
      assertTrue(routed.network.in("router", guard::ensure));

      assertEquals("silence", routed.connect("client", "10.1.0.100", 81));
      assertEquals("silence", routed.connect("client", "10.2.0.2", 8080), "its answers are");
      assertEquals("connected", routed.connect("client", "10.2.0.2", 8081));
      routed.close(guard);
    }
  }

  @Test
  void comesBackAfterSomebodyFlushedTheRuleset() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      routed.update(guard, Set.of(SERVICE), Set.of());
      assertFalse(routed.network.in("router", guard::ensure));
      routed.network.exec("router", "nft", "flush", "ruleset");
      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));

      assertTrue(routed.network.in("router", guard::ensure));
      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));

      routed.network.exec("router", "nft", "flush", "ruleset");
      routed.update(guard, Set.of(SERVICE, SERVICE6), Set.of());
      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      routed.close(guard);
    }
  }

  @Test
  void followsChangesOfInterfaces() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.network.in("router", () -> new NftGuard(List.of("back")));
      routed.update(guard, Set.of(SERVICE), Set.of());
      assertEquals("connected", routed.connect("client", "10.1.0.100", 80));

      routed.network.in(
          "router",
          () -> {
            guard.setDevices(List.of("front", "back"));
            return true;
          });

      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      assertEquals(List.of("back", "front"), guard.devices());
      routed.close(guard);
    }
  }

  @Test
  void takesThousandsOfEndpointsAtOnce() {
    try (GuardedRouter routed = new GuardedRouter()) {
      NftGuard guard = routed.guard();
      Set<Endpoint> services = new HashSet<>(Set.of(SERVICE));
      for (int i = 0; i < 5000; i++) {
        services.add(new Endpoint(IpAddress.v4(0x0b00_0000 + i), TCP, 80));
      }

      routed.update(guard, services, services);

      assertEquals("silence", routed.connect("client", "10.1.0.100", 80));
      routed.close(guard);
    }
  }

  @Test
  void saysWhichInterfaceNftRefused() {
    try (GuardedRouter routed = new GuardedRouter()) {
      AssertionError refused =
          assertThrows(
              AssertionError.class,
              () ->
                  routed.network.in("router", () -> new NftGuard(List.of("longer-than-any-name"))));

      assertTrue(refused.getMessage().contains("nft refused the table netdev jvs"));
      assertFalse(routed.tables().contains("jvs"), "nothing is left behind");
      assertThrows(IllegalArgumentException.class, () -> new NftGuard(List.of("a\" ; flush")));
    }
  }

  @Test
  void findsNothingMissingWhereNftIs() throws IOException {
    try (TestNetwork network = new TestNetwork("host")) {
      Assumptions.assumeTrue(
          new ProcessBuilder("sh", "-c", "command -v nft").start().onExit().join().exitValue() == 0,
          "nft is missing: install nftables");
      assertNull(network.in("host", NftGuard::missing));
    }
  }
}
