package jvs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A director's daemon on a host, and {@code ipvsadm} beside it. */
public final class DirectorProcess {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Path SOCKETS = Path.of("/run/jvs");

  private final Host host;
  private final Background daemon;

  private DirectorProcess(Host host, Background daemon) {
    this.host = host;
    this.daemon = daemon;
  }

  /** Starts {@code jvs director} and does not wait for anything; not for the compiler, either. */
  static Background launch(Host host, String... options) {
    List<String> command = command("director", options);
    if (command.stream().noneMatch(option -> option.startsWith("--warm-up"))) {
      command.add("--warm-up=0");
    }
    return host.start("director", command);
  }

  /** Starts {@code jvs director} and waits until it is ready. */
  public static DirectorProcess start(Host host, String... options) {
    Background daemon = launch(host, options);
    try {
      daemon.awaitLine("ready", START_LIMIT);
    } catch (LabException e) {
      daemon.kill();
      throw e;
    }
    return new DirectorProcess(host, daemon);
  }

  /** Runs {@code jvs director} to its end, which comes soon if it cannot start. */
  public static CommandResult attempt(Host host, String... options) {
    return host.attempt(command("director", options), "");
  }

  /** Runs {@code jvs ipvsadm}; the exit status is for the caller to judge. */
  public CommandResult ipvsadm(String... options) {
    return host.attempt(command("ipvsadm", options), "");
  }

  /** Runs {@code jvs} with a sub-command; the exit status is for the caller to judge. */
  public CommandResult jvs(String first, String... options) {
    return host.attempt(command(first, options), "");
  }

  /** As {@link #jvs}, with text on standard input. */
  public CommandResult jvsWithInput(String input, String first, String... options) {
    return host.attempt(command(first, options), input);
  }

  /** Sets settings of the director, {@code name=value}, by {@code jvs sysctl}. */
  public void sysctl(String... assignments) {
    host.attempt(command("sysctl", assignments), "").orThrow();
  }

  /** Runs several lines of ipvsadm options by one {@code jvs ipvsadm -R}. */
  public void restore(String... lines) {
    host.attempt(command("ipvsadm", "-R"), String.join("\n", lines) + "\n").orThrow();
  }

  /** What its control socket answers to a path such as {@code /counters}. */
  String read(String path) {
    String socket =
        leftovers(host).stream().filter(left -> left.endsWith(".sock")).findFirst().orElseThrow();
    return host.run("curl", "-sS", "--unix-socket", socket, "http://jvs" + path).out();
  }

  /** The daemon itself. */
  public Background daemon() {
    return daemon;
  }

  /** Sends SIGTERM, waits for the end and returns the exit status. */
  public int stop() {
    return daemon.stop();
  }

  /** What a director has left on a host where none runs: nothing, unless it was killed. */
  public static List<String> leftovers(Host host) {
    List<String> left = new ArrayList<>();
    host.probe("nft", "list", "tables")
        .orThrow()
        .out()
        .lines()
        .filter(line -> line.endsWith(" jvs"))
        .forEach(left::add);
    for (String family : List.of("-4", "-6")) {
      host.probe("ip", family, "rule", "show", "table", "7629").out().lines().forEach(left::add);
    }
    host.probe("ip", "-brief", "link", "show", "type", "veth")
        .orThrow()
        .out()
        .lines()
        .filter(line -> line.startsWith("jvs"))
        .forEach(left::add);
    if (Files.isDirectory(SOCKETS)) {
      try (Stream<Path> sockets = Files.list(SOCKETS)) {
        sockets
            .filter(socket -> socket.getFileName().toString().contains("" + host.inode()))
            .forEach(socket -> left.add(socket.toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return left;
  }

  private static List<String> command(String first, String... rest) {
    List<String> command = new ArrayList<>(List.of(Home.launcher().toString(), first));
    command.addAll(List.of(rest));
    return command;
  }
}
