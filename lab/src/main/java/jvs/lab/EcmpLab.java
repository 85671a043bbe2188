package jvs.lab;

import java.util.List;

/**
 * Two directors that are both active, by direct routing: BIRD on each tells the router by BGP of
 * the VIP on its loopback interface, and the router spreads connections over both (ECMP).
 *
 * @param lab the network as the first director sees it
 * @param second the other director
 */
public record EcmpLab(Lab lab, Host second) implements AutoCloseable {
  /** The machines, for people. */
  public static final String PICTURE =
      """
      client ------- router ------ switch -+- director  203.0.113.2   VIP on lo, BIRD
      198.51.100.10  BIRD                  +- second    203.0.113.3   VIP on lo, BIRD
                                           +- server1..3              VIP on lo
      VIP 203.0.113.80\
      """;

  private static final String DIRECTOR =
      """
      log stderr all;
      router id %1$s;
      protocol device { scan time 1; }
      protocol direct { ipv4; interface "lo"; }
      protocol bgp edge {
        local %1$s as 65001;
        neighbor 203.0.113.1 as 65000;
        hold time 3;
        connect delay time 1;
        connect retry time 1;
        error wait time 1, 1;
        ipv4 { import none; export where source = RTS_DEVICE; };
      }
      """;

  private static final String ROUTER =
      """
      log stderr all;
      router id 203.0.113.1;
      protocol device { scan time 1; }
      protocol kernel { merge paths yes; ipv4 { import none; export all; }; }
      template bgp director {
        local 203.0.113.1 as 65000;
        hold time 3;
        passive yes;
        error wait time 1, 1;
        ipv4 { import where net = 203.0.113.80/32; export none; };
      }
      protocol bgp d1 from director { neighbor 203.0.113.2 as 65001; }
      protocol bgp d2 from director { neighbor 203.0.113.3 as 65001; }
      """;

  /** Builds it, with BIRD on the three; no director has the VIP yet. */
  public static EcmpLab build(Transcript transcript) {
    Lab lab = RoutedLab.directRouting(transcript, Family.IPV4);
    try {
      Topology topology = lab.topology();
      Host second = topology.host("second");
      topology.plug(second, "eth0", topology.find("switch"));
      second.address("eth0", Family.IPV4.edge().onLink(3));
      second.defaultGateway(Family.IPV4.edge().address(FarSide.ROUTER));
      Host router = topology.find("router");
      router.sysctl("net.ipv4.fib_multipath_hash_policy", "1");
      startBird(router, ROUTER);
      startBird(lab.director(), DIRECTOR.formatted("203.0.113.2"));
      startBird(second, DIRECTOR.formatted("203.0.113.3"));
      return new EcmpLab(lab, second);
    } catch (RuntimeException e) {
      lab.close();
      throw e;
    }
  }

  private static void startBird(Host host, String configuration) {
    String file = host.file("bird.conf", configuration).toString();
    String socket = host.directory().resolve("bird.ctl").toString();
    host.start("bird", List.of("bird", "-f", "-c", file, "-s", socket));
  }

  /** How many directors the router sends the VIP's packets to. */
  public long announced() {
    String route = router().probe("ip", "route", "show", Lab.alone(lab.vip())).out();
    return List.of("203.0.113.2 ", "203.0.113.3 ").stream().filter(route::contains).count();
  }

  private Host router() {
    return lab.topology().find("router");
  }

  /** Gives a director the VIP, which BIRD announces, or takes it. */
  public void announce(Host director, boolean isOn) {
    director.ip("address", isOn ? "add" : "delete", Lab.alone(lab.vip()), "dev", "lo");
  }

  @Override
  public void close() {
    lab.close();
  }
}
