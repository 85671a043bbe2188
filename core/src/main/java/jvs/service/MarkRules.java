package jvs.service;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import jvs.wire.Packet;

/**
 * Gives packets their firewall marks, as the mangle table's PREROUTING chain does: every rule in
 * turn, and what a later one says of the mark counts. Immutable, any thread; allocates nothing.
 *
 * <p>Also says which packets the host's stack does not see because they are for a mark's service.
 */
public final class MarkRules {
  /** No rules. */
  public static final MarkRules EMPTY = new MarkRules(List.of(), List.of(), Set.of(), Map.of());

  /**
   * A rule and its number in {@link MarkHits}.
   *
   * @param rule the rule
   * @param id 0..{@link MarkHits#MAX_RULES}-1
   */
  public record Numbered(MarkRule rule, int id) {}

  private final List<Numbered> rules;
  private final List<MarkRule> retired;
  private final Set<ServiceKey> served;
  private final MarkMatch[] matches;
  private final MarkMatch[] retiredMatches;
  private final long[] servedV4;
  private final long[] servedV6;

  /**
   * Rules in the order in which they are tried.
   *
   * @param retired deleted ones whose service still has connections
   * @param served services of marks, deleted ones with connections included
   * @param links indexes of interfaces by name
   */
  public MarkRules(
      List<Numbered> rules,
      List<MarkRule> retired,
      Set<ServiceKey> served,
      Map<String, Integer> links) {
    this.rules = List.copyOf(rules);
    this.retired = List.copyOf(retired);
    this.served = Set.copyOf(served);
    matches =
        rules.stream()
            .map(numbered -> new MarkMatch(numbered.rule(), numbered.id(), links))
            .toArray(MarkMatch[]::new);
    retiredMatches =
        retired.stream().map(rule -> new MarkMatch(rule, 0, links)).toArray(MarkMatch[]::new);
    servedV4 = marks(served, true);
    servedV6 = marks(served, false);
  }

  private static long[] marks(Set<ServiceKey> served, boolean isV4) {
    return served.stream()
        .filter(key -> key.address().isV4() == isV4)
        .mapToLong(ServiceKey::mark)
        .sorted()
        .toArray();
  }

  /** Whether no packet gets a mark. */
  public boolean isEmpty() {
    return matches.length == 0;
  }

  /** The rules, in order. */
  public List<MarkRule> rules() {
    return rules.stream().map(Numbered::rule).toList();
  }

  /** Deleted rules whose service still has connections. */
  public List<MarkRule> retired() {
    return retired;
  }

  /** Services of marks. */
  public Set<ServiceKey> served() {
    return served;
  }

  /** The packet's mark, 0 if no rule matches; counts which match. */
  public long classify(Packet packet, MarkHits hits) {
    long mark = 0;
    for (MarkMatch match : matches) {
      if (match.accepts(packet)) {
        mark = match.rule().markAfter(mark);
        hits.count(match.id(), packet.ipLength());
      }
    }
    return mark;
  }

  /** Whether a packet, whose mark is known, is kept from the host's stack because of it. */
  public boolean hides(Packet packet) {
    if (!packet.hasPorts()) {
      return false;
    }
    long[] marks = packet.isV4() ? servedV4 : servedV6;
    if (packet.mark() != 0 && Arrays.binarySearch(marks, packet.mark()) >= 0) {
      return true;
    }
    for (MarkMatch match : retiredMatches) {
      if (match.accepts(packet)) {
        return true;
      }
    }
    return false;
  }
}
