package jvs.service;

import java.util.List;
import java.util.Map;
import jvs.service.MarkRule.Network;
import jvs.service.MarkRule.PortRange;
import jvs.service.MarkRule.Test;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/** A {@link MarkRule} made ready for packets. Immutable; matching allocates nothing. */
final class MarkMatch {
  private static final int ANY = -1;

  private final MarkRule rule;
  private final int id;
  private final boolean isV4;
  private final @Nullable Prefix source;
  private final @Nullable Prefix destination;
  private final int protocol;
  private final boolean isProtocolNegated;
  private final @Nullable Ports sourcePorts;
  private final @Nullable Ports destinationPorts;
  private final long mac;
  private final boolean isMacNegated;
  private final int @Nullable [] links;
  private final boolean isInputNegated;

  /** {@code links} knows the indexes of the interfaces there are. */
  MarkMatch(MarkRule rule, int id, Map<String, Integer> links) {
    this.rule = rule;
    this.id = id;
    isV4 = rule.isV4();
    source = prefix(rule.source());
    destination = prefix(rule.destination());
    Test<Integer> ofProtocol = rule.protocol();
    protocol = ofProtocol == null ? ANY : ofProtocol.value();
    isProtocolNegated = ofProtocol != null && ofProtocol.isNegated();
    sourcePorts = ports(rule.sourcePorts());
    destinationPorts = ports(rule.destinationPorts());
    Test<Long> ofMac = rule.mac();
    mac = ofMac == null ? ANY : ofMac.value();
    isMacNegated = ofMac != null && ofMac.isNegated();
    Test<String> input = rule.input();
    this.links = input == null ? null : indexes(input.value(), links);
    isInputNegated = input != null && input.isNegated();
  }

  private static @Nullable Prefix prefix(@Nullable Test<Network> test) {
    if (test == null) {
      return null;
    }
    Network network = test.value();
    int bits = network.prefixLength();
    long high = network.address().isV4() ? 0 : leading(Math.min(bits, 64));
    long low = network.address().isV4() ? leading(bits) >>> 32 : leading(Math.max(0, bits - 64));
    return new Prefix(
        network.address().high(), network.address().low(), high, low, test.isNegated());
  }

  private static long leading(int bits) {
    return bits == 0 ? 0 : -1L << 64 - bits;
  }

  private static @Nullable Ports ports(@Nullable Test<List<PortRange>> test) {
    if (test == null) {
      return null;
    }
    int[] bounds = new int[2 * test.value().size()];
    for (int i = 0; i < bounds.length; i += 2) {
      bounds[i] = test.value().get(i / 2).first();
      bounds[i + 1] = test.value().get(i / 2).last();
    }
    return new Ports(bounds, test.isNegated());
  }

  private static int[] indexes(String name, Map<String, Integer> links) {
    String start = name.endsWith("+") ? name.substring(0, name.length() - 1) : null;
    return links.entrySet().stream()
        .filter(
            link -> start == null ? link.getKey().equals(name) : link.getKey().startsWith(start))
        .mapToInt(Map.Entry::getValue)
        .toArray();
  }

  MarkRule rule() {
    return rule;
  }

  int id() {
    return id;
  }

  boolean accepts(Packet packet) {
    return packet.isV4() == isV4
        && (destination == null
            || destination.accepts(packet.destinationHigh(), packet.destinationLow()))
        && (protocol == ANY || (packet.protocol() == protocol) != isProtocolNegated)
        && (destinationPorts == null
            || packet.hasPorts() && destinationPorts.accepts(packet.destinationPort()))
        && (source == null || source.accepts(packet.sourceHigh(), packet.sourceLow()))
        && (sourcePorts == null || packet.hasPorts() && sourcePorts.accepts(packet.sourcePort()))
        && (mac == ANY || (packet.ethernet().source() == mac) != isMacNegated)
        && (links == null || contains(links, packet.linkIndex()) != isInputNegated);
  }

  private static boolean contains(int[] numbers, int wanted) {
    for (int number : numbers) {
      if (number == wanted) {
        return true;
      }
    }
    return false;
  }

  private record Prefix(long high, long low, long maskHigh, long maskLow, boolean isNegated) {
    boolean accepts(long otherHigh, long otherLow) {
      boolean isInside = ((high ^ otherHigh) & maskHigh) == 0 && ((low ^ otherLow) & maskLow) == 0;
      return isInside != isNegated;
    }
  }

  private static final class Ports {
    private final int[] bounds;
    private final boolean isNegated;

    Ports(int[] bounds, boolean isNegated) {
      this.bounds = bounds;
      this.isNegated = isNegated;
    }

    boolean accepts(int port) {
      for (int i = 0; i < bounds.length; i += 2) {
        if (port >= bounds[i] && port <= bounds[i + 1]) {
          return !isNegated;
        }
      }
      return isNegated;
    }
  }
}
