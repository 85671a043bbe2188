package jvs.director.mark;

import java.util.ArrayList;
import java.util.List;
import jvs.service.MarkRule;

/**
 * What of an output of iptables-save can be honoured: the rules that give marks in the PREROUTING
 * chain of the mangle table. Immutable.
 *
 * @param rules in the file's order
 * @param remarks lines that were left out, with their numbers
 * @param isWhole whether no rule of that chain was left out
 */
record MangleTable(List<MarkRule> rules, List<String> remarks, boolean isWhole) {
  /** Reads the text; {@code family} is that of rules without addresses. */
  static MangleTable read(String text, int family) {
    List<MarkRule> rules = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    boolean isWhole = true;
    boolean isMangle = true;
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      String rule = line.strip().replaceFirst("^\\[\\d+:\\d+\\] *", "");
      if (rule.startsWith("*")) {
        isMangle = rule.equals("*mangle");
      }
      if (!isMangle || !rule.startsWith("-")) {
        continue;
      }
      try {
        List<String> words = ShellWords.split(rule);
        if (!isOfPrerouting(words)) {
          remarks.add("line " + number + ": of another chain, left out: " + rule);
          continue;
        }
        MarkRule read = MarkWords.parse(words, family);
        if (read.family() != family) {
          throw new MarkException("of the other address family");
        }
        rules.add(read);
      } catch (MarkException e) {
        isWhole = false;
        remarks.add("line " + number + ": " + e.getMessage() + ": " + rule);
      }
    }
    return new MangleTable(List.copyOf(rules), List.copyOf(remarks), isWhole);
  }

  private static boolean isOfPrerouting(List<String> words) {
    int append = words.indexOf("-A");
    return append < 0 || append + 1 == words.size() || words.get(append + 1).equals("PREROUTING");
  }
}
