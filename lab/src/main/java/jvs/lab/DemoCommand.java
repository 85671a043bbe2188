package jvs.lab;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvs demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Balances real HTTP requests over three real servers, first by NAT, then by direct routing,"
          + " in network namespaces of this machine.",
      "Needs root. Everything it makes is removed at the end, after Ctrl-C too."
    })
public final class DemoCommand implements Callable<Integer> {
  @Option(names = "--nat-only", description = "Only the part with NAT.")
  private boolean isNatOnly;

  @Option(names = "--dr-only", description = "Only the part with direct routing.")
  private boolean isDirectRoutingOnly;

  @Option(
      names = "--keep",
      description = "Wait for Enter before a lab is removed, so that you can look around in it.")
  private boolean isKept;

  /** Runs the demo as a program of its own. */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new DemoCommand()).execute(arguments));
  }

  @Override
  public Integer call() {
    if (isNatOnly && isDirectRoutingOnly) {
      System.err.println("jvs demo: --nat-only and --dr-only exclude each other");
      return 2;
    }
    return Demo.play(System.out, System.err, !isDirectRoutingOnly, !isNatOnly, isKept);
  }
}
