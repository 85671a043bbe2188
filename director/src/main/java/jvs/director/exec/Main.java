package jvs.director.exec;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jvs.director.control.ControlPath;
import jvs.linux.Errno;
import jvs.linux.NativeFunction;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/** The program {@code jvs exec}. */
public final class Main {
  static final String USAGE =
      """
      Usage: jvs exec [OPTION]... [--] COMMAND [ARGUMENT]...
      Runs a command for which the director of its network namespace is the kernel's IPVS: ipvsadm,
      keepalived, ldirectord, a shell. Ends with the last process of the command's, with the
      command's exit status. Compatibility, not a sandbox.
        --control PATH   control socket of the director for all network namespaces. Default:
                         $JVS_CONTROL, or that of the namespace of whoever asks
        --no-proc        leaves /proc alone, which makes opening files faster
        -h, --help       prints this
      Exit status: that of the command, or 128 and the number of the signal that ended it;
      125 if it cannot be served, 126 if it cannot be run, 127 if it is not found.
      """;
  private static final int DESCRIPTORS = 64;
  private static final int USUAL_LIMIT = 1024;
  private static final int RLIMIT_NOFILE = 7;

  private @Nullable Path control = named(System.getenv("JVS_CONTROL"));
  private boolean watchesFiles = true;
  private String[] command = {};

  private Main() {}

  /** Runs the command and ends the process with its exit status. */
  public static void main(String[] args) {
    int status;
    try {
      status = new Main().run(args);
    } catch (ExecException e) {
      System.err.println("jvs exec: " + e.getMessage());
      status = e.status();
    }
    System.exit(status);
  }

  private static @Nullable Path named(@Nullable String path) {
    return path == null || path.isEmpty() ? null : Path.of(path);
  }

  private int run(String[] args) {
    if (!parse(args)) {
      System.out.print(USAGE);
      return 0;
    }
    Machine machine = Machine.here();
    int firstFd = firstDescriptor();
    Kernel kernel = new Kernel(machine);
    Launch launch = new Launch(machine, new SeccompFilter(machine, firstFd, watchesFiles), command);
    Path socket = socket();
    int listener = launch.start();
    // Not before, as the child would inherit what Java opens for sockets.
    if (!isListening(socket)) {
      System.err.println("jvs exec: " + whyNobodyListens(socket));
    }
    Supervisor supervisor = new Supervisor(kernel, machine, listener, firstFd, control);
    Child child = new Child(launch.pid());
    child.follow();
    supervisor.run();
    return child.await();
  }

  /** Returns false if only help is wanted. */
  private boolean parse(String[] args) {
    int at = 0;
    for (; at < args.length && args[at].startsWith("-"); at++) {
      String option = args[at];
      if (option.equals("--")) {
        at++;
        break;
      }
      switch (option) {
        case "-h", "--help" -> {
          return false;
        }
        case "--no-proc" -> watchesFiles = false;
        case "--control" -> {
          if (++at == args.length) {
            throw new ExecException("--control wants a path (see jvs exec --help)");
          }
          control = Path.of(args[at]);
        }
        default -> {
          if (!option.startsWith("--control=")) {
            throw new ExecException("unknown option '" + option + "' (see jvs exec --help)");
          }
          control = Path.of(option.substring("--control=".length()));
        }
      }
    }
    command = Arrays.copyOfRange(args, at, args.length);
    if (command.length == 0) {
      throw new ExecException("a command is missing (see jvs exec --help)");
    }
    return true;
  }

  /** Where the numbers of our sockets begin: high, so that few other calls are told of. */
  private static int firstDescriptor() {
    long limits = Arena.global().allocate(16, 8).address();
    NativeFunction.of("getrlimit").call(new Errno(), RLIMIT_NOFILE, limits, 0);
    long soft = Memory.getLong(limits);
    boolean isUsual = soft < 0 || soft > USUAL_LIMIT;
    int limit = isUsual ? USUAL_LIMIT : (int) soft;
    if (limit < 2 * DESCRIPTORS) {
      throw new ExecException(
          "at most " + limit + " open files are too few; raise it: ulimit -n " + USUAL_LIMIT);
    }
    return limit - DESCRIPTORS;
  }

  private Path socket() {
    try {
      return control != null ? control : ControlPath.ofThisNamespace();
    } catch (IOException e) {
      throw new ExecException("needs /proc: " + e.getMessage());
    }
  }

  private static boolean isListening(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException nobody) {
      return false;
    }
  }

  private String whyNobodyListens(Path socket) {
    if (Files.exists(socket) && !Files.isWritable(socket)) {
      return "no permission to use the director's socket " + socket + "; be root or in its group";
    }
    return control != null
        ? "no director listens on " + control + " yet"
        : "no director is running in this network namespace yet (start one with: jvs director)";
  }
}
