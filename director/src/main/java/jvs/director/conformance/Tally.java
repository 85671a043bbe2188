package jvs.director.conformance;

import java.util.LinkedHashMap;
import java.util.Map;

/** Counts cases by group. One thread. */
final class Tally {
  private final Map<String, int[]> groups = new LinkedHashMap<>();
  private int passed;
  private int failed;

  void add(CaseResult result) {
    int[] counts = groups.computeIfAbsent(result.recorded().group(), group -> new int[2]);
    if (result.hasPassed()) {
      passed++;
      counts[0]++;
    } else {
      failed++;
      counts[1]++;
    }
  }

  int passed() {
    return passed;
  }

  int failed() {
    return failed;
  }

  /** Names of the groups, in the order in which they were met. */
  Iterable<String> groups() {
    return groups.keySet();
  }

  int passed(String group) {
    return counts(group)[0];
  }

  int failed(String group) {
    return counts(group)[1];
  }

  private int[] counts(String group) {
    return groups.getOrDefault(group, new int[2]);
  }
}
