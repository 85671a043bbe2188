package jvs.bench.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processor time that processes have used, their kernel part included: schedstat of proc(5), in
 * nanoseconds.
 */
final class ProcessorTime {
  private static final Path PROC = Path.of("/proc");

  private final List<Long> processes;
  private final List<Long> softInterrupts = new ArrayList<>();

  /** Of these processes with all their threads, and of the kernel's threads for softirqs. */
  ProcessorTime(List<Long> processes) {
    this.processes = List.copyOf(processes);
    try (Stream<Path> all = Files.list(PROC)) {
      all.filter(path -> Character.isDigit(path.getFileName().toString().charAt(0)))
          .filter(path -> read(path.resolve("comm")).startsWith("ksoftirqd/"))
          .forEach(path -> softInterrupts.add(Long.valueOf(path.getFileName().toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The processes'. */
  long ofProcesses() {
    return processes.stream().mapToLong(ProcessorTime::ofThreads).sum();
  }

  /** That of the kernel's threads for softirqs. */
  long ofSoftInterrupts() {
    return softInterrupts.stream().mapToLong(ProcessorTime::ofThreads).sum();
  }

  /** That of all processors but idle time, in ticks of 10 ms turned to nanoseconds. */
  static long ofMachine() {
    String[] words = read(PROC.resolve("stat")).lines().findFirst().orElse("").split(" +", -1);
    long ticks = 0;
    for (int i = 1; i < words.length; i++) {
      boolean isIdle = i == 4 || i == 5;
      boolean isGuest = i == 9 || i == 10; // counted in user time, too
      ticks += isIdle || isGuest || words[i].isEmpty() ? 0 : Long.parseLong(words[i]);
    }
    return ticks * 10_000_000L;
  }

  private static long ofThreads(long process) {
    try (Stream<Path> tasks = Files.list(PROC.resolve(process + "/task"))) {
      return tasks
          .map(task -> read(task.resolve("schedstat")))
          .filter(text -> !text.isEmpty())
          .mapToLong(text -> Long.parseLong(text.substring(0, text.indexOf(' '))))
          .sum();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Empty if the process has gone. */
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
