package jvs.table;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.MarkEntry;
import jvs.service.MarkHits;
import jvs.service.MarkRule;
import jvs.service.MarkRules;
import org.jspecify.annotations.Nullable;

/**
 * The rules for firewall marks with their counters, and the deleted ones for as long as somebody
 * wants to know of them. Guarded by its owner's lock.
 */
public final class MarkTable {
  private record Row(MarkRule rule, int id, long packetsBefore, long bytesBefore) {}

  private final CounterReader counters;
  private final BitSet ids = new BitSet();
  private final List<MarkRule> retired = new ArrayList<>();
  private List<Row> rows = new ArrayList<>();

  /** An empty table whose rules are counted by {@code counters}. */
  public MarkTable(CounterReader counters) {
    this.counters = counters;
  }

  /**
   * Replaces all rules; those that were there before keep their counters.
   *
   * @throws IpvsException ENOMEM if they are too many
   */
  public void set(List<MarkRule> rules) {
    if (rules.size() > MarkHits.MAX_RULES) {
      throw new IpvsException(
          Errno.ENOMEM, rules.size() + " rules for marks, expected at most " + MarkHits.MAX_RULES);
    }
    List<Row> left = new ArrayList<>(rows);
    List<Row> next = new ArrayList<>();
    for (MarkRule rule : rules) {
      Row kept = take(left, rule);
      next.add(kept != null ? kept : new Row(rule, -1, 0, 0));
    }
    for (Row row : left) {
      ids.clear(row.id());
      retired.add(row.rule());
    }
    next.replaceAll(row -> row.id() >= 0 ? row : create(row.rule()));
    retired.removeAll(rules);
    rows = next;
  }

  private static @Nullable Row take(List<Row> left, MarkRule rule) {
    for (int i = 0; i < left.size(); i++) {
      if (left.get(i).rule().equals(rule)) {
        return left.remove(i);
      }
    }
    return null;
  }

  private Row create(MarkRule rule) {
    int id = ids.nextClearBit(0);
    ids.set(id);
    long[] base = new long[2];
    counters.readMark(id, base);
    return new Row(rule, id, base[0], base[1]);
  }

  /** The rules, in order. */
  public List<MarkRule> rules() {
    return rows.stream().map(Row::rule).toList();
  }

  /** The rules with their numbers. */
  public List<MarkRules.Numbered> numbered() {
    return rows.stream().map(row -> new MarkRules.Numbered(row.rule(), row.id())).toList();
  }

  /** Deleted rules; the caller removes those that nobody needs to know of. */
  public List<MarkRule> retired() {
    return retired;
  }

  /** The rules with their counters. */
  public List<MarkEntry> entries() {
    List<MarkEntry> entries = new ArrayList<>();
    for (Row row : rows) {
      long[] sum = new long[2];
      counters.readMark(row.id(), sum);
      entries.add(
          new MarkEntry(row.rule(), sum[0] - row.packetsBefore(), sum[1] - row.bytesBefore()));
    }
    return entries;
  }
}
