package jvs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A program that runs until it is told to stop; all it prints goes to a log file. Any thread.
 *
 * <p>{@code ip netns exec} replaces itself by the program, so the process here is the program.
 */
public final class Background {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final Process process;
  private final Path logFile;

  private Background(String name, Process process, Path logFile) {
    this.name = name;
    this.process = process;
    this.logFile = logFile;
  }

  static Background start(String name, List<String> command, Path logFile) {
    // What nohup or a shell's background ignores, JVMs and shells would never hear of.
    List<String> hearing = new ArrayList<>(List.of("env", "--default-signal=HUP,INT,QUIT"));
    hearing.addAll(command);
    try {
      Process process =
          new ProcessBuilder(hearing)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()))
              .start();
      return new Background(name, process, logFile);
    } catch (IOException e) {
      throw new LabException(command + ": " + e.getMessage(), e);
    }
  }

  /** The process identifier of the program. */
  public long pid() {
    return process.pid();
  }

  /** Whether the program has not ended yet. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** The exit status of a program that has ended. */
  int exitValue() {
    return process.exitValue();
  }

  /** Where everything goes that it prints. */
  public Path logFile() {
    return logFile;
  }

  /** Everything that it has printed so far. */
  public String log() {
    try {
      return Files.readString(logFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until a line holds these words; fails at once if the program ends before. */
  public void awaitLine(String text, Duration limit) {
    // Whole words: "already" is not "ready".
    Pattern words = Pattern.compile("\\b" + Pattern.quote(text) + "\\b");
    try {
      Await.until(
          name + " prints \"" + text + "\"",
          limit,
          () -> {
            boolean hasEnded = !isAlive();
            if (words.matcher(log()).find()) {
              return true;
            }
            if (hasEnded) {
              throw new LabException("it ended with status " + process.exitValue());
            }
            return false;
          });
    } catch (LabException e) {
      throw new LabException(name + ": " + e.getMessage() + "\n" + log(), e);
    }
  }

  /** Sends SIGTERM and waits for the end; returns the exit status. */
  public int stop() {
    process.destroy();
    if (!awaitEnd(STOP_LIMIT)) {
      kill();
      throw new LabException(
          "%s: still running %d s after SIGTERM, killed\n%s"
              .formatted(name, STOP_LIMIT.toSeconds(), log()));
    }
    return process.exitValue();
  }

  /** Sends SIGKILL and waits for the end. */
  public void kill() {
    process.destroyForcibly();
    if (!awaitEnd(STOP_LIMIT)) {
      throw new LabException(name + ": still there after SIGKILL");
    }
  }

  /** Sends a signal, named as in {@code USR1}, and waits for the end; returns the exit status. */
  public int endBy(String signal) {
    Command.run(List.of("kill", "-s", signal, "" + pid()), "").orThrow();
    if (!awaitEnd(STOP_LIMIT)) {
      throw new LabException("%s: still there after SIG%s\n%s".formatted(name, signal, log()));
    }
    return process.exitValue();
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException(name + ": interrupted", e);
    }
  }
}
