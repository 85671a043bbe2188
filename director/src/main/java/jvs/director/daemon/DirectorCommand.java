package jvs.director.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import jvs.director.kernel.RtNetlink;
import jvs.linux.LinuxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code jvs director}. */
@Command(
    name = "director",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Balances the virtual services of this network namespace, in the foreground, until SIGTERM.",
      "Services are added with 'jvs ipvsadm'. A service is served while its VIP is an address of"
          + " this host, as in the kernel, or with --own-vips in any case.",
      "SIGHUP: reads --rules anew. SIGUSR1: ends, too, but leaves connections and host to the next"
          + " director, so that a restart loses nobody; for that it needs its rules again: by"
          + " --state, --rules, or restored within ten seconds."
    })
public final class DirectorCommand implements Callable<Integer> {
  private static final int DEFAULT_CONNECTIONS = 1_000_000;
  private static final Set<String> REPEATABLE = Set.of("-i", "--interface", "--plugin-path");

  @Option(
      names = {"-i", "--interface"},
      paramLabel = "NAME",
      description = "Interface to work on; may be repeated. Default: all that are up but loopback.")
  private List<String> interfaces = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "KIND[,SETTING]",
      defaultValue = "auto",
      converter = PortChoice.Converter.class,
      description =
          "How to reach the interfaces: auto, afpacket, afxdp, pcap. afpacket is AF_PACKET with a"
              + " memory-mapped ring; rx=v3 receives blocks, for throughput at the price of 1 ms,"
              + " qdisc=bypass sends past traffic control. afxdp takes frames"
              + " out of the driver (mode=native) or the stack (mode=skb). pcap is libpcap and"
              + " turns offloads off meanwhile. Default: ${DEFAULT-VALUE}, the best that works.")
  private PortChoice port = PortChoice.of(PortChoice.Kind.auto);

  @Option(
      names = "--explain-port",
      description =
          "Says what each kind of port would mean on these interfaces and which one is chosen, and"
              + " starts nothing.")
  private boolean explainsPort;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "1",
      description = "Worker threads, 1 to 64. Default: ${DEFAULT-VALUE}.")
  private int workers = 1;

  @Option(
      names = "--connections",
      paramLabel = "N",
      description =
          "Most connections of each worker; memory is used as they come, 64 bytes and its index"
              + " entries each. Default: "
              + DEFAULT_CONNECTIONS
              + ".")
  private int connections = DEFAULT_CONNECTIONS;

  @Option(
      names = "--own-vips",
      description =
          "The VIPs are not addresses of this host: the director answers ARP and ping for them"
              + " itself and announces them when their service appears.")
  private boolean ownsVips;

  @Option(
      names = "--control",
      paramLabel = "PATH",
      description = "Control socket. Default: the network namespace's own under /run/jvs.")
  private @Nullable Path control;

  @Option(
      names = "--plugin-path",
      paramLabel = "PATH",
      description = "Jar, or folder of jars, with schedulers of your own; may be repeated.")
  private List<Path> plugins = new ArrayList<>();

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      description =
          "Services, marks and settings to start with, as 'jvs check' reads them; read anew on"
              + " SIGHUP and 'jvs reload'. Has the last word on services and marks over --state.")
  private @Nullable Path rules;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Where rules and settings are kept over a restart of the director.")
  private @Nullable Path state;

  @Option(
      names = "--tables",
      paramLabel = "DIRECTORY",
      defaultValue = "/dev/shm",
      description =
          "Memory file system where connections are kept over a restart of the director, however it"
              + " ended; 'none': nowhere. Default: ${DEFAULT-VALUE}.")
  private Path tables = Path.of("/dev/shm");

  @Option(
      names = "--warm-up",
      paramLabel = "MILLIS",
      defaultValue = "1500",
      description =
          "How long compiling the packet path may delay the start, 0 to 60000; less if it is done"
              + " before. Does not delay a director that goes on with connections. Default:"
              + " ${DEFAULT-VALUE}.")
  private int warmUp = 1500;

  /**
   * Loads what every director needs in another thread, while this one does what else there is to do
   * first: the method handles of the C library take as long as that.
   */
  public static void loadAhead() {
    Thread.ofPlatform().daemon().name("jvs-load").start(DirectorCommand::load);
  }

  private static void load() {
    try {
      RtNetlink.read();
    } catch (LinuxException e) {
      // The director itself will say so.
    }
  }

  /**
   * What {@code arguments} say if they are options with values in their usual form, as in a unit;
   * null if they are anything else: then picocli knows what is meant, or what is wrong. Its classes
   * are too old for the AOT cache, and connections would wait a fifth of a second for them.
   */
  public static @Nullable DirectorCommand ofPlain(String... arguments) {
    DirectorCommand command = new DirectorCommand();
    Set<String> given = new HashSet<>();
    try {
      for (int i = 0; i < arguments.length; i++) {
        String[] parts = arguments[i].split("=", 2);
        String name = parts[0];
        if (!given.add(name) && !REPEATABLE.contains(name)) {
          return null;
        }
        if (name.equals("--own-vips") && parts.length == 1) {
          command.ownsVips = true;
          continue;
        }
        if (parts.length == 1 && i + 1 == arguments.length) {
          return null;
        }
        String value = parts.length == 2 ? parts[1] : arguments[++i];
        if (!value.matches("[\\w./][\\w./,=:-]*") || !command.set(name, value)) {
          return null;
        }
      }
      return command;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private boolean set(String name, String value) {
    switch (name) {
      case "-i", "--interface" -> interfaces.add(value);
      case "--port" -> port = PortChoice.parse(value);
      case "--workers" -> workers = number(value);
      case "--connections" -> connections = number(value);
      case "--control" -> control = Path.of(value);
      case "--plugin-path" -> plugins.add(Path.of(value));
      case "--rules" -> rules = Path.of(value);
      case "--state" -> state = Path.of(value);
      case "--tables" -> tables = Path.of(value);
      case "--warm-up" -> warmUp = number(value);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static int number(String value) {
    if (!value.matches("0|[1-9][0-9]{0,8}")) {
      throw new IllegalArgumentException(value);
    }
    return Integer.parseInt(value);
  }

  @Override
  public Integer call() {
    Logging.toStderr();
    try {
      DaemonOptions options = options();
      if (explainsPort) {
        System.out.print(Daemon.explain(options));
        return 0;
      }
      Daemon daemon = new Daemon();
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(daemon), "jvs-stop"));
      daemon.start(options);
      daemon.await();
      return 1;
    } catch (DaemonException e) {
      System.err.println("jvs director: " + e.getMessage());
      return 1;
    }
  }

  /** What the command line says. */
  DaemonOptions options() {
    return new DaemonOptions(
        interfaces,
        port,
        workers,
        connections,
        ownsVips,
        control,
        plugins,
        rules,
        state,
        warmUp,
        tables.equals(Path.of("none")) ? null : tables);
  }

  /** On SIGTERM and SIGINT: a clean stop is a success, which the JVM would not say by itself. */
  private static void stop(Daemon daemon) {
    if (daemon.isRunning()) {
      boolean isClean = daemon.stop();
      Runtime.getRuntime().halt(isClean ? 0 : 1);
    }
  }
}
