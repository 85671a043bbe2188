package jvs.director.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import jvs.director.TestNetwork;
import jvs.route.Link;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HostLinkTest {
  private static final Endpoint WEB = new Endpoint(IpAddress.parse("10.1.0.100"), 6, 80);
  private static final Endpoint WEB6 = new Endpoint(IpAddress.parse("fd01::100"), 6, 80);
  private static final Endpoint MAIL = new Endpoint(IpAddress.parse("10.1.0.100"), 6, 25);
  private static final Set<IpAddress> OWN = Set.of(WEB.address(), WEB6.address());

  private static HostLink link(TestNetwork network) {
    return network.in(
        "router",
        () -> {
          List<Link> present = RtNetlink.read().links();
          return new HostLink(present, present.stream().filter(Link::isLoopback).toList());
        });
  }

  private static void update(TestNetwork network, HostLink link, Set<Endpoint> replies) {
    network.in(
        "router",
        () -> {
          link.update(replies, OWN);
          return true;
        });
  }

  private static String ip(TestNetwork network, String... words) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(words));
    return network.exec("router", command.toArray(String[]::new)).strip();
  }

  @Test
  void goesOnWithThePairOfAKilledDirectorAndReplacesItsRules() {
    try (TestNetwork network = new TestNetwork("router")) {
      HostLink killed = link(network);
      update(network, killed, Set.of(WEB, WEB6));
      String pair = ip(network, "-o", "link", "show", "type", "veth");

      HostLink next = link(network);

      assertFalse(killed.isInherited());
      assertTrue(next.isInherited());
      assertTrue(ip(network, "rule").contains("from 10.1.0.100 ipproto tcp sport 80"));
      update(network, next, Set.of(MAIL));
      String rules = ip(network, "rule") + ip(network, "-6", "rule");
      assertTrue(rules.contains("sport 25") && !rules.contains("sport 80"), rules);
      assertEquals(pair, ip(network, "-o", "link", "show", "type", "veth"));
      assertTrue(ip(network, "route", "show", "table", "7629").contains("dev jvs"));
      String addresses = ip(network, "address", "show", "dev", "jvs");
      assertTrue(addresses.contains("10.1.0.100") && !addresses.contains("fd01"), addresses);
      network.in(
          "router",
          () -> {
            next.close();
            return true;
          });
      assertEquals("", ip(network, "-o", "link", "show", "type", "veth"));
      assertFalse(ip(network, "rule").contains("7629"));
    }
  }
}
