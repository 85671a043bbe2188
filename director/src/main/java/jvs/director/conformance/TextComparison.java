package jvs.director.conformance;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import jvs.director.conformance.Divergence.Difference;
import jvs.director.conformance.ReplayedDirector.Result;

/** Compares what a command printed, byte for byte. */
final class TextComparison {
  private static final String CONNECTIONS = "IPVS connection entries\n";
  private static final int EXPIRES_FROM = 4;
  private static final int EXPIRES_TO = 10;

  private TextComparison() {}

  /** Where we answer a command otherwise. */
  static List<Difference> compare(Step.Command kernel, Result ours) {
    List<Difference> differences = new ArrayList<>();
    if (kernel.status() != ours.status()) {
      differences.add(new Difference("status", "" + kernel.status(), "" + ours.status()));
    }
    if (kernel.stdout().startsWith(CONNECTIONS) && ours.stdout().startsWith(CONNECTIONS)) {
      connections(kernel.stdout(), ours.stdout(), differences);
    } else {
      text("stdout", kernel.stdout(), ours.stdout(), differences);
    }
    text("stderr", kernel.stderr(), ours.stderr(), differences);
    return differences;
  }

  /** The first line that differs, and how many do. */
  static void text(String stream, String kernel, String ours, List<Difference> differences) {
    if (kernel.equals(ours)) {
      return;
    }
    List<String> kernelLines = lines(kernel);
    List<String> ourLines = lines(ours);
    int first = 0;
    while (line(kernelLines, first).equals(line(ourLines, first))) {
      first++;
    }
    differences.add(
        new Difference(
            stream + " line " + (first + 1),
            line(kernelLines, first) + " of " + kernelLines.size(),
            line(ourLines, first) + " of " + ourLines.size()));
  }

  private static String line(List<String> lines, int i) {
    return i < lines.size() ? "`" + lines.get(i) + "'" : "nothing";
  }

  /** Lines with what ends them made visible; the last one may have no end. */
  private static List<String> lines(String text) {
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < text.length(); ) {
      int end = text.indexOf('\n', from);
      int to = end < 0 ? text.length() : end + 1;
      lines.add(end < 0 ? text.substring(from) + "[no newline]" : text.substring(from, end));
      from = to;
    }
    return lines;
  }

  /** {@code -Lc} prints in the order of a random hash, and timers run. */
  private static void connections(String kernel, String ours, List<Difference> differences) {
    Map<String, Long> left = expiries(ours);
    Map<String, Long> wanted = expiries(kernel);
    for (Map.Entry<String, Long> row : wanted.entrySet()) {
      Long expires = left.remove(row.getKey());
      if (expires == null) {
        differences.add(new Difference("stdout", "`" + row.getKey() + "'", "no such line"));
      } else if (Math.abs(expires - row.getValue()) > ConnectionRow.TOLERANCE_SECONDS) {
        differences.add(
            new Difference("stdout `" + row.getKey() + "'", row.getValue() + " s", expires + " s"));
      }
    }
    for (String line : left.keySet()) {
      differences.add(new Difference("stdout", "no such line", "`" + line + "'"));
    }
  }

  /** Seconds left by line without them; lines that have none are 0. */
  private static Map<String, Long> expiries(String text) {
    Map<String, Long> rows = new LinkedHashMap<>();
    for (String line : lines(text)) {
      long seconds =
          line.length() < EXPIRES_TO ? -1 : seconds(line.substring(EXPIRES_FROM, EXPIRES_TO));
      String rest =
          seconds < 0
              ? line
              : line.substring(0, EXPIRES_FROM) + "MM:SS " + line.substring(EXPIRES_TO);
      rows.merge(rest, Math.max(0, seconds), (before, now) -> before);
    }
    return rows;
  }

  private static long seconds(String minutesAndSeconds) {
    String text = minutesAndSeconds.strip();
    int colon = text.indexOf(':');
    try {
      return Long.parseLong(text.substring(0, colon)) * 60
          + Long.parseLong(text.substring(colon + 1));
    } catch (NumberFormatException | IndexOutOfBoundsException noTimer) {
      return -1;
    }
  }
}
