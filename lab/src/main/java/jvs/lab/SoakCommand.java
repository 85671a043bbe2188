package jvs.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvs soak}. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description = {
      "Keeps a director under load in network namespaces of this machine, edits its rules ten times"
          + " a second, and floods it at the end.",
      "Prints what it holds meanwhile, and what it lost. Needs root."
    })
public final class SoakCommand implements Callable<Integer> {
  private static final int LARGEST = 30_000;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "How long before the flood. Default: ${DEFAULT-VALUE}.")
  private int minutes = 5;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description = "Connections that must last, 1 to 30000. Default: ${DEFAULT-VALUE}.")
  private int connections = 10_000;

  /** Runs it as a program of its own. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SoakCommand()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (minutes < 1 || connections < 1 || connections > LARGEST) {
      System.err.printf(
          "jvs soak: %d minutes, %d connections: out of range%n", minutes, connections);
      return 2;
    }
    Optional<String> missing = Requirements.missing();
    if (missing.isPresent()) {
      System.err.println("jvs soak: " + missing.get());
      return 1;
    }
    try {
      Duration duration = Duration.ofMinutes(minutes);
      return Soak.play(System.out, duration, connections, 3 * connections) ? 0 : 1;
    } catch (LabException e) {
      System.err.println("jvs soak: " + e.getMessage());
      return 1;
    }
  }
}
