package jvs.director.conformance;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;

/** For machines: an object a case, one a line, then one with the sums. */
final class JsonReport implements Report {
  private final Gson gson = new Gson();
  private final PrintWriter out;
  private final int limit;

  /** Lists at most {@code limit} divergences of each case. */
  JsonReport(PrintWriter out, int limit) {
    this.out = out;
    this.limit = limit;
  }

  @Override
  public void add(CaseResult result) {
    List<Divergence> divergences = result.divergences();
    JsonObject line = new JsonObject();
    line.addProperty("file", result.recorded().file());
    line.addProperty("line", result.recorded().line());
    line.addProperty("group", result.recorded().group());
    line.addProperty("case", result.recorded().name());
    line.addProperty("passed", result.hasPassed());
    line.addProperty("count", divergences.size());
    line.add(
        "divergences",
        gson.toJsonTree(divergences.subList(0, Math.min(limit, divergences.size()))));
    out.println(line);
  }

  @Override
  public void end(Tally tally) {
    JsonObject groups = new JsonObject();
    for (String group : tally.groups()) {
      groups.add(
          group,
          gson.toJsonTree(Map.of("passed", tally.passed(group), "failed", tally.failed(group))));
    }
    JsonObject line = new JsonObject();
    line.addProperty("passed", tally.passed());
    line.addProperty("failed", tally.failed());
    line.add("groups", groups);
    out.println(line);
    out.flush();
  }
}
