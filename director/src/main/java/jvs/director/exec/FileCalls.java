package jvs.director.exec;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import jvs.director.dropin.KernelAnswer;
import jvs.director.dropin.KernelCall;
import jvs.director.dropin.KernelFiles;
import jvs.wire.Memory;
import org.jspecify.annotations.Nullable;

/**
 * Opening and asking about the files below /proc that the kernel's IPVS has, and /proc/modules. One
 * thread.
 *
 * <p>Only absolute paths, and those to /proc/self and the like; whatever else is looked up the
 * kernel looks up.
 */
final class FileCalls {
  private static final int EACCES = 13;
  private static final int EFAULT = 14;
  private static final int EINVAL = 22;
  private static final int EMFILE = 24;
  private static final int ENODATA = 61;
  private static final int ACCESS_MODE = 3;
  private static final int AT_FDCWD = -100;
  private static final int W_OK = 2;
  private static final int STATUS_BYTES = 512;
  private static final String PROC = "/proc/";
  private static final String MODULES = "modules";
  private static final String OUR_MODULE = "ip_vs 196608 0 - Live 0x0000000000000000\n";

  private final Kernel kernel;
  private final Listener listener;
  private final CallerMemory memory;
  private final Callers callers;
  private final Directors directors;
  private final SettingPipes pipes;
  private final Machine machine;
  private final long status = Arena.global().allocate(STATUS_BYTES, 8).address();

  FileCalls(
      Kernel kernel,
      Machine machine,
      Listener listener,
      CallerMemory memory,
      Callers callers,
      Directors directors) {
    this.kernel = kernel;
    this.machine = machine;
    this.listener = listener;
    this.memory = memory;
    this.callers = callers;
    this.directors = directors;
    this.pipes = new SettingPipes(kernel, directors);
  }

  SettingPipes pipes() {
    return pipes;
  }

  /** Any call that looks a file up. */
  void lookUp(Notification call) {
    int number = call.number();
    int at = takesDirectory(number) ? 1 : 0;
    String path = below(memory.text(call.tid(), call.argument(at)));
    if (path == null) {
      listener.proceed(call.id());
    } else if (number == machine.open() || number == machine.openat()) {
      open(call, path, call.word(at + 1));
    } else if (number == machine.openat2()) {
      open(call, path, (int) memory.number(call.tid(), call.argument(2), Integer.BYTES));
    } else {
      tell(call, path, at);
    }
  }

  /** Whether a call's path is relative to a directory that comes before it. */
  private boolean takesDirectory(int number) {
    return number == machine.openat()
        || number == machine.openat2()
        || number == machine.newfstatat()
        || number == machine.statx()
        || number == machine.faccessat()
        || number == machine.faccessat2()
        || number == machine.readlinkat();
  }

  /** The path below /proc if it is one that may be ours, else null. */
  private static @Nullable String below(@Nullable String path) {
    if (path == null || !path.startsWith(PROC)) {
      return null;
    }
    String[] parts =
        Arrays.stream(path.substring(PROC.length()).split("/"))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .toArray(String[]::new);
    boolean isOfProcess =
        parts.length > 1 && parts[1].equals("net") && parts[0].matches("self|thread-self|[0-9]+");
    String rest =
        String.join("/", isOfProcess ? Arrays.copyOfRange(parts, 1, parts.length) : parts);
    boolean isFolder = (rest + "/").equals(KernelFiles.SETTINGS);
    return isFolder || rest.equals(MODULES) || KernelFiles.mayBe(rest) ? rest : null;
  }

  private void open(Notification call, String path, int flags) {
    boolean isWritten = (flags & ACCESS_MODE) != 0;
    int fd = isWritten ? openToWrite(call, path) : openToRead(call, path);
    if (fd == -EACCES) {
      listener.refuse(call.id(), EACCES);
    } else if (fd < 0) {
      listener.proceed(call.id());
    } else {
      if (listener.give(call.id(), fd, -1, flags & Kernel.O_CLOEXEC) < 0) {
        listener.refuse(call.id(), EMFILE);
      }
      kernel.close(fd);
    }
  }

  private int openToRead(Notification call, String path) {
    String text = path.equals(MODULES) ? modules(call.tid()) : content(call.tid(), path);
    return text == null ? -1 : kernel.textFile(path.substring(path.lastIndexOf('/') + 1), text);
  }

  private int openToWrite(Notification call, String path) {
    if (!path.startsWith(KernelFiles.SETTINGS) || !isThere(call.tid(), path)) {
      return -1;
    }
    return callers.isAdmin(call.tid())
        ? pipes.open(Callers.networkNamespace(call.tid()), path)
        : -EACCES;
  }

  private @Nullable String content(int tid, String path) {
    KernelAnswer answer = ask(tid, KernelCall.Kind.READ, path);
    return answer == null || answer.errno() != 0
        ? null
        : new String(answer.data(), StandardCharsets.UTF_8);
  }

  /** The kernel's modules and ours, null if there is no director to make it one. */
  private @Nullable String modules(int tid) {
    if (ask(tid, KernelCall.Kind.LOOK, "") == null) {
      return null;
    }
    try {
      String real = Files.readString(Path.of(PROC + MODULES));
      return real.contains("ip_vs ") ? null : OUR_MODULE + real;
    } catch (IOException builtWithoutModules) {
      return OUR_MODULE;
    }
  }

  private boolean isThere(int tid, String path) {
    boolean isFolder = (path + "/").equals(KernelFiles.SETTINGS) || path.equals(MODULES);
    KernelAnswer answer = ask(tid, KernelCall.Kind.LOOK, isFolder ? "" : path);
    return answer != null && answer.errno() == 0;
  }

  private @Nullable KernelAnswer ask(int tid, KernelCall.Kind kind, String name) {
    try {
      return directors.call(
          Callers.networkNamespace(tid), KernelCall.file(kind, callers.isAdmin(tid), name));
    } catch (IOException none) {
      return null;
    }
  }

  /** Answers stat(2), access(2) and their kin with what the kernel says of a file of the kind. */
  private void tell(Notification call, String path, int at) {
    if (path.equals(MODULES) || !isThere(call.tid(), path)) {
      listener.proceed(call.id());
      return;
    }
    boolean isSetting = path.startsWith(KernelFiles.SETTINGS);
    int number = call.number();
    if (number == machine.readlink() || number == machine.readlinkat()) {
      listener.refuse(call.id(), EINVAL);
      return;
    }
    if (number == machine.getxattr() || number == machine.lgetxattr()) {
      listener.refuse(call.id(), ENODATA);
      return;
    }
    if (number == machine.listxattr() || number == machine.llistxattr()) {
      listener.answer(call.id(), 0);
      return;
    }
    if (number == machine.access()
        || number == machine.faccessat()
        || number == machine.faccessat2()) {
      boolean writes = (call.word(at + 1) & W_OK) != 0;
      boolean isAllowed = !writes || isSetting && callers.isAdmin(call.tid());
      finish(call, isAllowed ? 0 : -EACCES);
      return;
    }
    boolean isFolder = (path + "/").equals(KernelFiles.SETTINGS);
    String like = isFolder ? "sys/net/ipv4" : isSetting ? "sys/net/ipv4/ip_forward" : "net/dev";
    try (Arena arena = Arena.ofConfined()) {
      finish(call, status(call, arena.allocateFrom(PROC + like).address(), at));
    }
  }

  private long status(Notification call, long path, int at) {
    int number = call.number();
    if (number == machine.statx()) {
      long result =
          kernel.syscall(number, AT_FDCWD, path, call.argument(2), call.argument(3), status);
      return copied(call, result, call.argument(4), 256);
    }
    boolean hasDirectory = at == 1;
    long result =
        hasDirectory
            ? kernel.syscall(number, AT_FDCWD, path, status, call.argument(3), 0)
            : kernel.syscall(number, path, status, 0, 0, 0);
    return copied(call, result, call.argument(at + 1), machine.statBytes());
  }

  private long copied(Notification call, long result, long address, int length) {
    byte[] octets = new byte[length];
    Memory.copy(status, octets, 0, length);
    boolean isCopied = result < 0 || memory.write(call.tid(), address, octets, 0, length);
    return isCopied ? result : -EFAULT;
  }

  private void finish(Notification call, long result) {
    if (result < 0) {
      listener.refuse(call.id(), (int) -result);
    } else {
      listener.answer(call.id(), result);
    }
  }
}
