package jvs.service;

import java.util.List;
import jvs.wire.IpAddress;
import jvs.wire.Packet;

/**
 * Gives packets their firewall marks, as {@code iptables -t mangle ... -j MARK} does on a director
 * in the kernel. Immutable, any thread; classifying allocates nothing. The last match wins.
 */
public final class MarkRules {
  /**
   * One rule.
   *
   * @param destination network
   * @param prefixLength bits of it that count
   * @param protocol IP protocol number, 0 for any
   * @param port destination port, 0 for any
   * @param mark the mark, 1..2^32-1
   */
  public record Rule(IpAddress destination, int prefixLength, int protocol, int port, long mark) {}

  private final Rule[] rules;
  private final long[] maskHigh;
  private final long[] maskLow;

  /** Rules in the order in which they are tried. */
  public MarkRules(List<Rule> rules) {
    this.rules = rules.toArray(new Rule[0]);
    maskHigh = new long[this.rules.length];
    maskLow = new long[this.rules.length];
    for (int i = 0; i < this.rules.length; i++) {
      boolean isV4 = this.rules[i].destination().isV4();
      int bits = this.rules[i].prefixLength();
      maskHigh[i] = isV4 ? -1L : mask(Math.min(bits, 64));
      maskLow[i] = isV4 ? mask(bits + 32) | -1L << 32 : mask(Math.max(0, bits - 64));
    }
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : -1L << 64 - Math.min(bits, 64);
  }

  /** The packet's mark, 0 if no rule matches. */
  public long classify(Packet packet) {
    long mark = 0;
    for (int i = 0; i < rules.length; i++) {
      Rule rule = rules[i];
      IpAddress network = rule.destination();
      if (network.isV4() == packet.isV4()
          && ((packet.destinationLow() ^ network.low()) & maskLow[i]) == 0
          && ((packet.destinationHigh() ^ network.high()) & maskHigh[i]) == 0
          && (rule.protocol() == 0 || rule.protocol() == packet.protocol())
          && (rule.port() == 0 || packet.hasPorts() && rule.port() == packet.destinationPort())) {
        mark = rule.mark();
      }
    }
    return mark;
  }
}
