package jvs.lab;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs programs by argument lists, never through a shell. Any thread. */
final class Command {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration TERM_LIMIT = Duration.ofSeconds(10);

  private Command() {}

  /** Runs a command to its end; {@code input} is all it finds on its standard input. */
  static CommandResult run(List<String> command, String input) {
    try {
      Process process = new ProcessBuilder(command).start();
      CompletableFuture<String> out = readLater(process.getInputStream());
      CompletableFuture<String> err = readLater(process.getErrorStream());
      write(process, input);
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        end(process);
        throw new LabException(
            "%s: still running after %d s".formatted(command, LIMIT.toSeconds()));
      }
      return new CommandResult(command, process.exitValue(), out.join(), err.join());
    } catch (IOException e) {
      throw new LabException(command + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException(command + ": interrupted", e);
    }
  }

  /** By SIGTERM, so that the program can clean up; by SIGKILL if it does not follow. */
  private static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(TERM_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
  }

  /** Where a program is, searching the PATH and the directories of system programs. */
  static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Stream.of(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin", "/sbin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void write(Process process, String input) throws IOException {
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      if (process.isAlive()) {
        throw e;
      }
      // It ended without reading all: its exit status says why.
    }
  }

  private static CompletableFuture<String> readLater(InputStream stream) {
    CompletableFuture<String> text = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
              } catch (IOException e) {
                text.completeExceptionally(new UncheckedIOException(e));
              }
            });
    return text;
  }
}
