package jvs.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code ./jvs bench compare BEFORE.json AFTER.json}: prints what two runs with {@code -rf json}
 * have in common side by side, and the second's ratio to the first, each with its 99.9 % error.
 */
public final class Comparison {
  /**
   * A figure.
   *
   * @param score mean
   * @param error half of its 99.9 % confidence interval; not a number for a single iteration
   */
  record Figure(double score, double error, String unit) {
    /** How many times {@code before} this is; relative errors of quotients add up as squares. */
    Figure over(Figure before) {
      double ratio = score / before.score;
      double relative = Math.hypot(error / score, before.error / before.score);
      return new Figure(ratio, ratio * relative, "");
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%.2f ± %.2f %s", score, error, unit).strip();
    }
  }

  private Comparison() {}

  /** Prints the comparison of two files. */
  public static void main(String[] files) throws IOException {
    if (files.length != 2) {
      System.err.println("Usage: jvs bench compare BEFORE.json AFTER.json");
      System.exit(2);
    }
    System.out.print(table(read(Path.of(files[0])), read(Path.of(files[1]))));
  }

  /** The figures of a result file of JMH by benchmark, parameters and metric. */
  static Map<String, Figure> read(Path file) throws IOException {
    Map<String, Figure> figures = new TreeMap<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
        add(figures, element.getAsJsonObject());
      }
    }
    return figures;
  }

  private static void add(Map<String, Figure> figures, JsonObject result) {
    String name = result.get("benchmark").getAsString();
    StringBuilder key = new StringBuilder(name.substring(name.lastIndexOf('.') + 1));
    if (result.has("params")) {
      for (JsonElement value : result.getAsJsonObject("params").asMap().values()) {
        key.append(' ').append(value.getAsString());
      }
    }
    figures.put(key.toString(), figure(result.getAsJsonObject("primaryMetric")));
    if (result.has("secondaryMetrics")) {
      result
          .getAsJsonObject("secondaryMetrics")
          .asMap()
          .forEach(
              (metric, value) -> {
                if (metric.endsWith("alloc.rate.norm") || metric.endsWith("cpu")) {
                  figures.put(key + " " + metric, figure(value.getAsJsonObject()));
                }
              });
    }
  }

  /** JMH writes "NaN" as a string where there is no error, which reads as a number all the same. */
  private static Figure figure(JsonObject metric) {
    return new Figure(
        metric.get("score").getAsDouble(),
        metric.get("scoreError").getAsDouble(),
        metric.get("scoreUnit").getAsString());
  }

  static String table(Map<String, Figure> before, Map<String, Figure> after) {
    StringBuilder table = new StringBuilder("| benchmark | before | after | ratio |\n");
    table.append("|---|---|---|---|\n");
    after.forEach(
        (key, figure) -> {
          Figure old = before.get(key);
          if (old != null) {
            String ratio = old.score() == 0 ? "" : figure.over(old).toString();
            table.append("| %s | %s | %s | %s |%n".formatted(key, old, figure, ratio));
          }
        });
    return table.toString();
  }
}
