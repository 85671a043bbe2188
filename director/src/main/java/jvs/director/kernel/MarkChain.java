package jvs.director.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import jvs.service.MarkRule;
import jvs.service.MarkRule.Network;
import jvs.service.MarkRule.PortRange;
import jvs.service.MarkRule.Test;
import jvs.service.MarkRules;
import jvs.service.ServiceKey;
import jvs.wire.EthernetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Says {@link MarkRules} in the words of nft(8): each packet gets the mark that the director gives
 * it, and those whose mark has a service are dropped. Any thread.
 */
final class MarkChain {
  private static final String DROP = " counter drop";

  private MarkChain() {}

  /** The rules of a chain, one an element; none if no mark has a service. */
  static List<String> rules(MarkRules marks) {
    List<String> rules = new ArrayList<>();
    if (marks.served().isEmpty() || (marks.isEmpty() && marks.retired().isEmpty())) {
      return rules;
    }
    marks.retired().forEach(rule -> rules.add(withPorts(match(rule)) + DROP));
    rules.add("meta mark set 0");
    marks.rules().forEach(rule -> rules.add(match(rule) + " " + statement(rule)));
    drop(rules, "ip", marks.served(), true);
    drop(rules, "ip6", marks.served(), false);
    // Nobody further up has given it one yet.
    rules.add("meta mark set 0");
    return rules;
  }

  private static void drop(
      List<String> rules, String protocol, Set<ServiceKey> served, boolean isV4) {
    String marks =
        served.stream()
            .filter(key -> key.address().isV4() == isV4)
            .map(key -> Long.toString(key.mark()))
            .sorted()
            .collect(Collectors.joining(", "));
    if (!marks.isEmpty()) {
      rules.add(withPorts("meta protocol " + protocol) + " meta mark { " + marks + " }" + DROP);
    }
  }

  /** Pings and the like remain the host's. */
  private static String withPorts(String match) {
    return match + " meta l4proto { tcp, udp, sctp }";
  }

  private static String statement(MarkRule rule) {
    if (rule.mask() == MarkRule.ALL_BITS) {
      return "meta mark set " + rule.value();
    }
    long kept = ~rule.mask() & MarkRule.ALL_BITS;
    return "meta mark set (meta mark & " + kept + ") ^ " + rule.value();
  }

  private static String match(MarkRule rule) {
    String ip = rule.isV4() ? "ip" : "ip6";
    StringBuilder match = new StringBuilder("meta protocol " + ip);
    Test<Network> source = rule.source();
    Test<Network> destination = rule.destination();
    Test<Long> mac = rule.mac();
    Test<String> input = rule.input();
    add(match, ip + " saddr", source, source == null ? "" : text(source.value()));
    add(match, ip + " daddr", destination, destination == null ? "" : text(destination.value()));
    add(match, "meta l4proto", rule.protocol(), String.valueOf(protocol(rule.protocol())));
    add(match, "th sport", rule.sourcePorts(), ports(rule.sourcePorts()));
    add(match, "th dport", rule.destinationPorts(), ports(rule.destinationPorts()));
    add(match, "ether saddr", mac, mac == null ? "" : EthernetHeader.format(mac.value()));
    add(match, "iifname", input, input == null ? "" : pattern(input.value()));
    return match.toString();
  }

  private static void add(StringBuilder match, String field, @Nullable Test<?> test, String value) {
    if (test != null) {
      match.append(' ').append(field).append(test.isNegated() ? " != " : " ").append(value);
    }
  }

  private static String text(Network network) {
    return network.address() + "/" + network.prefixLength();
  }

  private static int protocol(@Nullable Test<Integer> protocol) {
    return protocol == null ? 0 : protocol.value();
  }

  private static String ports(@Nullable Test<List<PortRange>> ports) {
    return ports == null
        ? ""
        : ports.value().stream()
            .map(range -> range.first() + "-" + range.last())
            .collect(Collectors.joining(", ", "{ ", " }"));
  }

  private static String pattern(String name) {
    return '"' + (name.endsWith("+") ? name.substring(0, name.length() - 1) + "*" : name) + '"';
  }
}
