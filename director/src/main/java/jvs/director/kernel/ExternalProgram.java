package jvs.director.kernel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs the administrator's programs, nft and ip, on a script. Any thread. */
final class ExternalProgram {
  private static final int PATIENCE_SECONDS = 20;

  private ExternalProgram() {}

  /**
   * Runs a program to its end in the calling thread's network namespace.
   *
   * @param what for people: what the script is about
   * @param script its standard input
   * @throws IllegalStateException with its output if it cannot be run or its status is not 0
   */
  static void run(String what, String script, String... command) {
    String name = command[0];
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be run, is it installed?", e);
    }
    CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    try {
      send(script, process);
      // Ends when the program does.
      byte[] output = process.getInputStream().readAllBytes();
      int status = process.waitFor();
      if (status != 0) {
        String text = new String(output, StandardCharsets.UTF_8).strip();
        throw new IllegalStateException(
            name + " refused " + what + ": " + (text.isEmpty() ? "status " + status : text));
      }
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read from", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + name + " ran", e);
    }
  }

  private static void send(String script, Process process) {
    try (OutputStream input = process.getOutputStream()) {
      input.write(script.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // It ended before it read all; its status and its own words say why.
      process.destroy();
    }
  }
}
