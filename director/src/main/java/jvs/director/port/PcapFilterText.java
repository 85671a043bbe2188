package jvs.director.port;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import jvs.port.FilterRules;
import jvs.wire.Endpoint;

/**
 * Says {@link FilterRules} in the words of pcap-filter(7), for {@link PcapPort#setFilter}.
 *
 * <p>Lets more through than {@link jvs.port.PacketFilter} (all ICMP, all fragments): the worker
 * looks at everything again. Tagged frames match, for the kernel took their tags out by then. Any
 * thread.
 */
public final class PcapFilterText {
  // libpcap's optimizer takes seconds over thousands of terms.
  private static final int MANY = 500;

  private PcapFilterText() {}

  /** The expression for these rules. */
  public static String of(FilterRules rules) {
    List<String> terms = new ArrayList<>();
    if (rules.takesNeighbours()) {
      terms.add("arp");
    }
    int count = rules.services().size() + rules.servers().size();
    if (rules.takesAllIp() || count > MANY) {
      terms.add("ip");
      terms.add("ip6");
      return String.join(" or ", terms);
    }
    terms.add("icmp");
    terms.add("icmp6");
    // Following fragments; and IPv6 extension headers: hop-by-hop, routing, fragment, destination.
    terms.add("ip[6:2] & 0x1fff != 0");
    terms.add("ip6[6] = 0 or ip6[6] = 43 or ip6[6] = 44 or ip6[6] = 60");
    append(terms, "dst", rules.services());
    append(terms, "src", rules.servers());
    return String.join(" or ", terms);
  }

  private static void append(List<String> terms, String end, Set<Endpoint> endpoints) {
    endpoints.stream()
        .sorted(
            Comparator.comparing(Endpoint::address)
                .thenComparingInt(Endpoint::protocol)
                .thenComparingInt(Endpoint::port))
        .map(endpoint -> term(end, endpoint))
        .forEach(terms::add);
  }

  private static String term(String end, Endpoint endpoint) {
    String family = endpoint.address().isV4() ? "ip" : "ip6";
    String host = "(" + end + " host " + endpoint.address() + " and ";
    String protocol =
        switch (endpoint.protocol()) {
          case 6 -> "tcp";
          case 17 -> "udp";
          case 132 -> "sctp";
          default -> "";
        };
    return endpoint.port() == 0 || protocol.isEmpty()
        ? host + family + " proto " + endpoint.protocol() + ")"
        : host + protocol + " " + end + " port " + endpoint.port() + ")";
  }
}
