package jvs.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** What a run of a benchmark was made on, as a figure in docs has to say. */
public final class Machine {
  private Machine() {}

  /** Date, processors, kernel, JDK, load: a line of text each. */
  public static List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(LocalDate.now(ZoneOffset.UTC).toString());
    lines.add(Runtime.getRuntime().availableProcessors() + " processors, " + processor());
    lines.add("Linux " + System.getProperty("os.version"));
    lines.add(System.getProperty("java.vendor.version") + " JDK " + Runtime.version());
    lines.add("load of the machine before the run: " + line(Path.of("/proc/loadavg")));
    return lines;
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String line(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
