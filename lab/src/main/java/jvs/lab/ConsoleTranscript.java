package jvs.lab;

import java.io.PrintStream;
import java.util.List;

/**
 * Prints a story as a tutorial would: what for, the command as it could be typed, what it printed.
 */
final class ConsoleTranscript implements Transcript {
  private final PrintStream out;
  private final String home;
  private boolean isMuted;

  ConsoleTranscript(PrintStream out) {
    this.out = out;
    this.home = Home.launcher().getParent() + "/";
  }

  void title(String text) {
    out.println();
    out.println("=== " + text + " " + "=".repeat(Math.max(3, 90 - text.length())));
  }

  @Override
  public synchronized void explain(String text) {
    out.println();
    text.lines().forEach(line -> out.println(line.isEmpty() ? "" : "# " + line));
    out.flush();
  }

  @Override
  public synchronized void command(List<String> command) {
    if (isMuted) {
      return;
    }
    out.println("$ " + String.join(" ", command).replace(home, "./"));
    out.flush();
  }

  @Override
  public synchronized void again(String what, Runnable steps) {
    out.println("  (" + what + ")");
    out.flush();
    isMuted = true;
    try {
      steps.run();
    } finally {
      isMuted = false;
    }
  }

  @Override
  public synchronized void output(String text) {
    text.lines().forEach(line -> out.println("  " + line));
    out.flush();
  }
}
