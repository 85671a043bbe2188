package jvs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a process holds at a moment.
 *
 * @param heapBytes live objects after a full collection
 * @param descriptors open files
 * @param residentBytes memory that it has in RAM
 */
record Vitals(long heapBytes, long descriptors, long residentBytes) {
  private static final long PAGE_BYTES = 4096;

  /** Those of a JVM, which collects its garbage for that. */
  static Vitals of(long pid) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    List<String> command = List.of(jcmd, Long.toString(pid), "GC.class_histogram");
    String total = Command.run(command, "").orThrow().out().strip().lines().toList().getLast();
    Path process = Path.of("/proc", Long.toString(pid));
    try (Stream<Path> files = Files.list(process.resolve("fd"))) {
      String statm = Files.readString(process.resolve("statm"));
      return new Vitals(
          Long.parseLong(total.split(" +")[2]),
          files.count(),
          Long.parseLong(statm.split(" ")[1]) * PAGE_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
