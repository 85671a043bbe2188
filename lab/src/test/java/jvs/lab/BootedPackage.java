package jvs.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A machine with the Debian package on it, under a systemd of its own: namespaces, a control group
 * and an overlay of this machine's files, all of which vanish with {@link #close()}.
 */
final class BootedPackage implements AutoCloseable {
  private static final Duration BOOT_LIMIT = Duration.ofMinutes(2);

  private final Path directory;
  private final Path group;
  private final Background machine;
  private final long init;

  private BootedPackage(Path directory, Path group, Background machine, long init) {
    this.directory = directory;
    this.group = group;
    this.machine = machine;
    this.init = init;
  }

  /** Installs {@code debianPackage} and boots. */
  static BootedPackage boot(Path debianPackage) {
    try {
      Path directory = Files.createTempDirectory("jvst-");
      Path script = directory.resolve("boot.sh");
      try (InputStream text = BootedPackage.class.getResourceAsStream("boot.sh")) {
        Files.copy(Objects.requireNonNull(text), script);
      }
      Path base = Files.createDirectory(directory.resolve("machine"));
      Path group = Files.createDirectory(groups().resolve(directory.getFileName()));
      String enter =
          "echo $$ >\"$0/cgroup.procs\" && exec unshare -m -p -f -n -u -i -C --mount-proc";
      String run = enter + " --propagation private sh \"$1\" \"$2\" \"$3\"";
      List<String> command =
          List.of("sh", "-c", run, "" + group, "" + script, "" + base, "" + debianPackage);
      Background machine = Background.start("systemd", command, directory.resolve("boot.log"));
      return new BootedPackage(directory, group, machine, init(machine)).ready();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where this machine has its control groups of version 2. */
  private static Path groups() {
    String mounts =
        Command.run(List.of("findmnt", "-n", "-t", "cgroup2", "-o", "TARGET"), "").orThrow().out();
    return Path.of(mounts.lines().findFirst().orElseThrow());
  }

  /** The first process of the new namespaces. */
  private static long init(Background machine) {
    Await.until("unshare has a child", BOOT_LIMIT, () -> !children(machine.pid()).isEmpty());
    return Long.parseLong(children(machine.pid()));
  }

  private static String children(long pid) {
    try {
      return Files.readString(Path.of("/proc/%d/task/%d/children".formatted(pid, pid))).strip();
    } catch (IOException gone) {
      return "";
    }
  }

  private BootedPackage ready() {
    try {
      Await.until(
          "systemd is up",
          BOOT_LIMIT,
          () -> {
            if (!machine.isAlive()) {
              throw new LabException("it ended");
            }
            String state = attempt("systemctl", "is-system-running").out();
            return state.startsWith("running") || state.startsWith("degraded");
          });
      return this;
    } catch (LabException e) {
      String log = machine.log();
      close();
      throw new LabException(e.getMessage() + "\n" + log, e);
    }
  }

  /** Runs a program on the machine; the exit status is for the caller to judge. */
  CommandResult attempt(String... command) {
    List<String> whole = new ArrayList<>(List.of("nsenter", "-t", "" + init, "-a", "-r", "-w"));
    whole.addAll(List.of("env", "-i", "HOME=/root", "MANPAGER=cat"));
    whole.add("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    whole.addAll(List.of(command));
    return Command.run(whole, "");
  }

  /** Runs a program on the machine and returns what it prints; any status but 0 is a failure. */
  String run(String... command) {
    return attempt(command).orThrow().out().strip();
  }

  /** A property that {@code systemctl show} prints of a unit. */
  String property(String unit, String name) {
    return run("systemctl", "show", "--property=" + name, "--value", unit);
  }

  @Override
  public void close() {
    ProcessHandle.of(init).ifPresent(ProcessHandle::destroyForcibly);
    machine.kill();
    try {
      Await.until("its control groups are empty", Duration.ofSeconds(10), this::removeGroups);
      delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kernel directories hold files that only go with their directory. */
  private boolean removeGroups() {
    try (Stream<Path> all = Files.walk(group)) {
      for (Path each : all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
      return true;
    } catch (IOException busy) {
      return false;
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
