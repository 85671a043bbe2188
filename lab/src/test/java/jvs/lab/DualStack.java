package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;

/** IPv6 beside IPv4 on the machines of {@link NatLab}; servers are fd00:10::11 and following. */
final class DualStack {
  static final String VIP = "fd00:203::80";

  private DualStack() {}

  static void addTo(Lab lab) {
    Host router = lab.topology().find("router");
    for (Host host : List.of(router, lab.director())) {
      host.sysctl("net.ipv6.conf.all.forwarding", "1");
    }
    address(lab.client(), "eth0", "fd00:198::10/64");
    address(router, "eth0", "fd00:198::1/64");
    address(router, "eth1", "fd00:203::1/64");
    address(lab.director(), "eth0", "fd00:203::2/64");
    address(lab.director(), "eth0", VIP + "/128");
    address(lab.director(), "eth1", "fd00:10::1/64");
    lab.client().ip("route", "add", "default", "via", "fd00:198::1");
    lab.director().ip("route", "add", "default", "via", "fd00:203::1");
    router.ip("route", "add", "fd00:10::/64", "via", "fd00:203::2");
    for (int i = 0; i < lab.servers().size(); i++) {
      address(lab.servers().get(i), "eth0", "fd00:10::1" + (i + 1) + "/64");
      lab.servers().get(i).ip("route", "add", "default", "via", "fd00:10::1");
    }
    // The director has IPv6 neighbours from the kernel, which knows whom it talked to.
    for (String neighbour : List.of("fd00:203::1", "fd00:10::11", "fd00:10::12")) {
      assertTrue(Ping.reaches(lab.director(), neighbour), neighbour);
    }
  }

  private static void address(Host host, String device, String address) {
    host.ip("address", "add", address, "dev", device, "nodad");
  }
}
