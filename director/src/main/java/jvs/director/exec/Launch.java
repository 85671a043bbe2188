package jvs.director.exec;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import jvs.linux.Errno;
import jvs.linux.NativeFunction;
import jvs.wire.Memory;

/**
 * Starts the command under the filter: a thread of its own takes the filter, makes the child, which
 * inherits it, and ends.
 *
 * <p>Under the filter that thread makes prepared calls only. Anything else that it did might wait
 * for the supervisor, and the supervisor for it.
 */
final class Launch {
  private static final int SET_MODE_FILTER = 1;
  private static final int GET_ACTION_AVAIL = 2;
  private static final int NEW_LISTENER = 8;
  private static final int WAIT_KILLABLE_RECV = 32;
  private static final int RET_USER_NOTIF = 0x7fc00000;
  private static final int PR_SET_NO_NEW_PRIVS = 38;
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final int SPAWN_SETSIGDEF = 4;
  private static final int SPAWN_SETSIGMASK = 8;
  private static final int SPAWNATTR_BYTES = 512;
  private static final int SIGSET_BYTES = 128;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int F_SETFD = 2;
  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EBUSY = 16;

  /** The C library's own signals, which it keeps from being told of. */
  private static final long LIBRARY_SIGNALS = 1L << 31 | 1L << 32;

  private final Machine machine;
  private final String[] command;
  private final Arena arena = Arena.ofAuto();
  private final Errno errno = new Errno();
  private final NativeFunction syscall = NativeFunction.of("syscall");
  private final NativeFunction prctl = NativeFunction.of("prctl");
  private final NativeFunction spawn = NativeFunction.of("posix_spawnp");
  private final long program;
  private final long argv;
  private final long environment;
  private final long attributes;
  private final long pid = arena.allocate(8, 8).address();
  private final boolean needsNoNewPrivileges;
  private int listener;
  private int failure;
  private volatile boolean isDone;

  Launch(Machine machine, SeccompFilter filter, String[] command) {
    this.machine = machine;
    this.command = command;
    program = filter.assemble(arena).address();
    argv = strings(command);
    environment = Memory.getLong(NativeFunction.of("environ").address());
    attributes = attributes();
    needsNoNewPrivileges = (ownStatus("CapEff:") >> CAP_SYS_ADMIN & 1) == 0;
  }

  private long strings(String[] texts) {
    MemorySegment array = arena.allocate(8L * (texts.length + 1), 8);
    for (int i = 0; i < texts.length; i++) {
      array.set(ValueLayout.JAVA_LONG, 8L * i, arena.allocateFrom(texts[i]).address());
    }
    return array.address();
  }

  /** The child gets the signals as they were before the JVM took some of them. */
  private long attributes() {
    long attributes = arena.allocate(SPAWNATTR_BYTES, 8).address();
    long set = arena.allocate(SIGSET_BYTES, 8).address();
    call("posix_spawnattr_init", attributes, 0);
    call("posix_spawnattr_setflags", attributes, SPAWN_SETSIGDEF | SPAWN_SETSIGMASK);
    call("posix_spawnattr_setsigmask", attributes, set);
    Memory.putLong(set, ~ownStatus("SigIgn:") | LIBRARY_SIGNALS);
    call("posix_spawnattr_setsigdefault", attributes, set);
    return attributes;
  }

  private void call(String function, long a, long b) {
    NativeFunction.of(function).call(errno, a, b, 0);
  }

  private static long ownStatus(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field)) {
          return Long.parseUnsignedLong(line.substring(field.length()).strip(), 16);
        }
      }
    } catch (IOException e) {
      throw new ExecException("needs /proc: " + e.getMessage());
    }
    return 0;
  }

  /**
   * Starts it.
   *
   * @return the listener's descriptor
   * @throws ExecException if that is impossible
   */
  int start() {
    requireNotification();
    keepOwnFiles();
    prctl.call(errno, PR_SET_CHILD_SUBREAPER, 1, 0);
    Thread.ofPlatform().name("jvs-exec-launch").start(this::launch);
    while (!isDone) {
      Thread.onSpinWait();
    }
    if (listener == -EBUSY) {
      replace();
    }
    if (listener < 0) {
      throw new ExecException(reason(-listener));
    }
    if (failure != 0) {
      int status = failure == ENOENT ? 127 : 126;
      throw new ExecException(command[0] + ": " + Errno.text(failure), status);
    }
    return listener;
  }

  /** What the JVM has open of its own is not for the child; it keeps what we were given. */
  private void keepOwnFiles() {
    String home = System.getProperty("java.home");
    List<String> classPath = List.of(System.getProperty("java.class.path").split(":", -1));
    NativeFunction fcntl = NativeFunction.of("fcntl");
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : open.toList()) {
        String target = target(file);
        if (target.startsWith(home) || classPath.contains(target)) {
          fcntl.call(errno, Integer.parseInt(file.getFileName().toString()), F_SETFD, 1);
        }
      }
    } catch (IOException e) {
      throw new ExecException("needs /proc: " + e.getMessage());
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  /** The child's process. */
  int pid() {
    return Memory.getInt(pid);
  }

  private void launch() {
    if (needsNoNewPrivileges) {
      prctl.call(errno, PR_SET_NO_NEW_PRIVS, 1, 0);
    }
    int flags = NEW_LISTENER | WAIT_KILLABLE_RECV;
    listener = syscall.call(errno, machine.seccomp(), SET_MODE_FILTER, flags, program, 0, 0, 0);
    if (listener >= 0) {
      failure = spawn.call(errno, pid, Memory.getLong(argv), 0, attributes, argv, environment, 0);
    }
    isDone = true;
  }

  private void requireNotification() {
    long action = arena.allocate(8, 8).address();
    Memory.putInt(action, RET_USER_NOTIF);
    int result = syscall.call(errno, machine.seccomp(), GET_ACTION_AVAIL, 0, action, 0, 0, 0);
    if (result < 0) {
      throw new ExecException(
          "the kernel has no seccomp user notification or hides it from this container ("
              + Errno.name(-result)
              + "); needs Linux 5.19 with CONFIG_SECCOMP_FILTER, and in a container a runtime"
              + " policy that permits seccomp(2)");
    }
  }

  private String reason(int error) {
    String kernel = System.getProperty("os.version", "unknown");
    return switch (error) {
      case 22 ->
          "needs Linux 5.19 or newer (SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV), this is " + kernel;
      case EPERM, 13 -> "seccomp(2) is not permitted here; the container's policy must allow it";
      default -> "seccomp(2): " + Errno.text(error) + " (" + Errno.name(error) + ")";
    };
  }

  /** Under another supervisor, which serves the command as well, there is nothing to do. */
  private void replace() {
    int result = NativeFunction.of("execvp").call(errno, Memory.getLong(argv), argv, 0);
    throw new ExecException(
        List.of(command).getFirst() + ": " + Errno.text(-result), -result == ENOENT ? 127 : 126);
  }
}
