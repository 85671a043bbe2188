package jvs.director.conformance;

import java.io.PrintWriter;
import java.util.List;

/** For people: a line for each divergence, a table of the groups, the sums as the last line. */
final class TextReport implements Report {
  private final PrintWriter out;
  private final int limit;

  /** Prints at most {@code limit} divergences of each case. */
  TextReport(PrintWriter out, int limit) {
    this.out = out;
    this.limit = limit;
  }

  @Override
  public void add(CaseResult result) {
    List<Divergence> divergences = result.divergences();
    String name = result.recorded().file() + ": " + result.recorded().name() + ": ";
    for (Divergence divergence : divergences.subList(0, Math.min(limit, divergences.size()))) {
      out.println(name + divergence);
    }
    if (limit > 0 && divergences.size() > limit) {
      out.println(name + "and " + (divergences.size() - limit) + " more");
    }
  }

  @Override
  public void end(Tally tally) {
    out.printf("%-20s %8s %8s%n", "group", "passed", "failed");
    for (String group : tally.groups()) {
      out.printf("%-20s %8d %8d%n", group, tally.passed(group), tally.failed(group));
    }
    out.println(tally.passed() + " passed, " + tally.failed() + " failed");
    out.flush();
  }
}
