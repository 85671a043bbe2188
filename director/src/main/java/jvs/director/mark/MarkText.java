package jvs.director.mark;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import jvs.service.MarkRule;
import jvs.service.MarkRule.Network;
import jvs.service.MarkRule.PortRange;
import jvs.service.MarkRule.Test;
import jvs.service.ServiceKey;
import jvs.wire.EthernetHeader;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A rule for marks as the words that iptables and {@link MarkWords} read, in iptables' order. */
public final class MarkText {
  private final StringJoiner words = new StringJoiner(" ");

  private MarkText() {}

  /** The words, from addresses to target. */
  public static String of(MarkRule rule) {
    MarkText text = new MarkText();
    if (rule.family() == IpAddress.IPV6 && rule.source() == null && rule.destination() == null) {
      text.words.add("-6");
    }
    text.add("-s", network(rule.source()), rule.source());
    text.add("-d", network(rule.destination()), rule.destination());
    text.add("-i", rule.input() == null ? "" : rule.input().value(), rule.input());
    text.add("-p", protocol(rule.protocol()), rule.protocol());
    text.addPorts("--sport", rule.sourcePorts());
    text.addPorts("--dport", rule.destinationPorts());
    Test<Long> mac = rule.mac();
    if (mac != null) {
      text.words.add("-m mac");
      text.add("--mac-source", EthernetHeader.format(mac.value()).toUpperCase(Locale.ROOT), mac);
    }
    text.words.add("-j MARK --set-xmark");
    text.words.add(String.format("0x%x/0x%x", rule.value(), rule.mask()));
    return text.words.toString();
  }

  private void add(String option, String value, @Nullable Test<?> test) {
    if (test != null) {
      words.add((test.isNegated() ? "! " : "") + option + " " + value);
    }
  }

  private void addPorts(String option, @Nullable Test<List<PortRange>> test) {
    if (test == null) {
      return;
    }
    String ports = test.value().stream().map(MarkText::range).collect(Collectors.joining(","));
    if (test.value().size() == 1) {
      add(option, ports, test);
    } else {
      words.add("-m multiport");
      add(option + "s", ports, test);
    }
  }

  private static String range(PortRange range) {
    return range.first() == range.last()
        ? Integer.toString(range.first())
        : range.first() + ":" + range.last();
  }

  private static String network(@Nullable Test<Network> test) {
    return test == null ? "" : test.value().address() + "/" + test.value().prefixLength();
  }

  private static String protocol(@Nullable Test<Integer> test) {
    if (test == null) {
      return "";
    }
    return switch (test.value()) {
      case ServiceKey.TCP -> "tcp";
      case ServiceKey.UDP -> "udp";
      case ServiceKey.SCTP -> "sctp";
      default -> test.value().toString();
    };
  }
}
