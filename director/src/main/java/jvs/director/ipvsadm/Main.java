package jvs.director.ipvsadm;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlPath;
import jvs.director.control.DirectorUnavailableException;
import org.jspecify.annotations.Nullable;

/**
 * The programs ipvsadm, ipvsadm-save and ipvsadm-restore.
 *
 * <p>Before ipvsadm's own arguments may stand {@code --as=PROGRAM} and {@code --control PATH}; the
 * environment variable JVS_CONTROL, too, names the control socket.
 */
public final class Main {
  private static final String AS = "--as=";
  private static final String CONTROL = "--control";
  private static final int UNAVAILABLE = 255;

  private final String program;
  private final @Nullable String socket;
  private final String[] argv;

  private Main(String program, @Nullable String socket, String[] argv) {
    this.program = program;
    this.socket = socket;
    this.argv = argv;
  }

  /** Runs the program and ends the process with its exit status. */
  public static void main(String[] args) {
    System.exit(parse(args).run());
  }

  private static Main parse(String[] args) {
    int next = 0;
    String program = "ipvsadm";
    if (next < args.length && args[next].startsWith(AS)) {
      program = args[next++].substring(AS.length());
    }
    String socket = System.getenv("JVS_CONTROL");
    if (next + 1 < args.length && args[next].equals(CONTROL)) {
      socket = args[next + 1];
      next += 2;
    } else if (next < args.length && args[next].startsWith(CONTROL + "=")) {
      socket = args[next++].substring(CONTROL.length() + 1);
    }
    return new Main(program, socket, Arrays.copyOfRange(args, next, args.length));
  }

  private int run() {
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    try (ControlClient control = new ControlClient(socketPath())) {
      Ipvsadm ipvsadm = new Ipvsadm(control, Names.system(), System.in, out, err);
      return switch (program) {
        case "ipvsadm-save" -> ipvsadm.save(argv);
        case "ipvsadm-restore" -> ipvsadm.restore();
        default -> ipvsadm.run(argv);
      };
    } catch (DirectorUnavailableException | IOException e) {
      err.print(program + ": " + e.getMessage() + "\n");
      return UNAVAILABLE;
    } finally {
      out.flush();
      err.flush();
    }
  }

  private Path socketPath() throws IOException {
    return socket == null || socket.isEmpty() ? ControlPath.ofThisNamespace() : Path.of(socket);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), 16384),
        false,
        StandardCharsets.UTF_8);
  }
}
