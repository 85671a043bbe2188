package jvs.director.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jvs.director.conformance.Divergence.Difference;
import jvs.director.proc.ProcFile;

/**
 * Compares the texts of /proc/net/ip_vs*, byte for byte but for what is timing or chance: the order
 * of services and of connections, a second of each timer, the phase of the estimator that makes
 * rates, and which helpers are loaded.
 */
final class ProcComparison {
  private static final int SERVICE_HEADER_LINES = 3;
  private static final int EXPIRES_DIGITS = 7;
  private static final int ADDRESSES = 3;
  private static final int V4_DIGITS = 8;
  private static final int V6_DIGITS = 39;

  private ProcComparison() {}

  static List<Difference> compare(ProcFile file, String kernel, String ours) {
    List<Difference> differences = new ArrayList<>();
    switch (file) {
      case IP_VS -> TextComparison.text("text", services(kernel), services(ours), differences);
      case IP_VS_APP -> TextComparison.text("text", header(kernel), header(ours), differences);
      case IP_VS_CONN, IP_VS_CONN_SYNC -> connections(kernel, ours, differences);
      case IP_VS_STATS, IP_VS_STATS_PERCPU ->
          TextComparison.text("text", withoutRates(kernel), withoutRates(ours), differences);
    }
    return differences;
  }

  /** The services sorted, each with its servers below it. */
  private static String services(String text) {
    List<String> blocks = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (String line : lines.subList(Math.min(SERVICE_HEADER_LINES, lines.size()), lines.size())) {
      if (line.startsWith("  ->") && !blocks.isEmpty()) {
        blocks.add(blocks.removeLast() + line + "\n");
      } else {
        blocks.add(line + "\n");
      }
    }
    blocks.sort(null);
    return text.lines().limit(SERVICE_HEADER_LINES).toList() + "\n" + String.join("", blocks);
  }

  private static String header(String text) {
    return text.substring(0, text.indexOf('\n') + 1);
  }

  private static String withoutRates(String text) {
    int lastLine = text.lastIndexOf('\n', text.length() - 2);
    return text.substring(0, lastLine + 1);
  }

  private static void connections(String kernel, String ours, List<Difference> differences) {
    TextComparison.text("header", header(kernel), header(ours), differences);
    Map<String, Long> left = expiries(ours);
    for (Map.Entry<String, Long> row : expiries(kernel).entrySet()) {
      Long expires = left.remove(row.getKey());
      if (expires == null) {
        differences.add(new Difference("text", "`" + row.getKey() + "'", "no such line"));
      } else if (Math.abs(expires - row.getValue()) > ConnectionRow.TOLERANCE_SECONDS) {
        differences.add(
            new Difference("`" + row.getKey() + "'", row.getValue() + " s", expires + " s"));
      }
    }
    left.keySet().forEach(line -> differences.add(new Difference("text", "no such line", line)));
  }

  /** Seconds left by line without them. */
  private static Map<String, Long> expiries(String text) {
    Map<String, Long> rows = new TreeMap<>();
    int column = header(text).indexOf("Expires");
    for (String line : text.lines().skip(1).toList()) {
      int from = column + excess(line);
      long seconds = Long.parseLong(line.substring(from, from + EXPIRES_DIGITS).strip());
      rows.put(line.substring(0, from) + line.substring(from + EXPIRES_DIGITS), seconds);
    }
    return rows;
  }

  /** By how much IPv6 addresses are longer than their columns. */
  private static int excess(String line) {
    return line.indexOf(':') < 0 ? 0 : ADDRESSES * (V6_DIGITS - V4_DIGITS);
  }
}
