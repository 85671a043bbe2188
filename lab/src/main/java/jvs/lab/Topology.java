package jvs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Machines and cables made of network namespaces and veth pairs.
 *
 * <p>Whatever was made is removed by {@link #close}, which also runs when the JVM is ended by
 * Ctrl-C or SIGTERM. After SIGKILL namespaces remain; docs/lab.md tells how to remove them.
 *
 * <p>Building is for one thread; {@code close} may come from any.
 */
public final class Topology implements AutoCloseable {
  private static final Path IPV6 = Path.of("/proc/sys/net/ipv6");
  private static final int FIRST_NAME = 36 * 36 * 36;

  private final Transcript transcript;
  private final String prefix;
  private final Path directory;
  private final List<Host> hosts = new ArrayList<>();
  private final List<Background> processes = Collections.synchronizedList(new ArrayList<>());
  private final List<AutoCloseable> services = Collections.synchronizedList(new ArrayList<>());
  private final Thread hook = new Thread(this::closeAtExit, "jvs-lab-cleanup");
  private boolean isKept;
  private volatile boolean isClosed;

  private Topology(Transcript transcript, String prefix, Path directory) {
    this.transcript = transcript;
    this.prefix = prefix;
    this.directory = directory;
  }

  /** Starts with nothing but a directory for files and logs. */
  public static Topology create(Transcript transcript) {
    int random = ThreadLocalRandom.current().nextInt(FIRST_NAME, FIRST_NAME * 36);
    String prefix = "jvs-" + Integer.toString(random, 36);
    try {
      Topology topology =
          new Topology(transcript, prefix, Files.createTempDirectory(prefix + "-lab-"));
      Runtime.getRuntime().addShutdownHook(topology.hook);
      return topology;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Builds a lab on a new topology, which goes again if that fails. */
  static Lab make(Transcript transcript, Function<Topology, Lab> build) {
    Topology topology = create(transcript);
    try {
      return build.apply(topology);
    } catch (RuntimeException e) {
      topology.close();
      throw e;
    }
  }

  /** Adds a machine that has nothing but a loopback interface and does not forward. */
  public synchronized Host host(String role) {
    requireOpen();
    String name = prefix + "-" + role;
    try {
      Host host = new Host(this, role, name, Files.createDirectory(directory.resolve(role)));
      hosts.add(host);
      execute("ip", "netns", "add", name);
      host.ip("link", "set", "lo", "up");
      // New namespaces inherit these from the machine, and machines differ.
      host.probe(
              "sysctl",
              "-q",
              "-w",
              "net.ipv4.ip_forward=0",
              "net.ipv4.conf.all.rp_filter=0",
              "net.ipv4.conf.default.rp_filter=0")
          .orThrow();
      if (Files.exists(IPV6)) {
        // Addresses can be used at once: nobody asks whether somebody else has them.
        host.probe(
                "sysctl",
                "-q",
                "-w",
                "net.ipv6.conf.all.forwarding=0",
                "net.ipv6.conf.default.accept_ra=0",
                "net.ipv6.conf.default.accept_dad=0")
            .orThrow();
      }
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds an Ethernet switch: a machine with a bridge that hosts are {@linkplain #plug plugged}. */
  public Host bridge(String role) {
    Host host = host(role);
    host.ip("link", "add", "br0", "type", "bridge", "stp_state", "0", "mcast_snooping", "0");
    host.ip("link", "set", "br0", "up");
    return host;
  }

  /** Connects two machines by a cable: an interface at each end. */
  public void cable(Host one, String oneDevice, Host other, String otherDevice) {
    execute(
        "ip",
        "link",
        "add",
        oneDevice,
        "netns",
        one.namespace(),
        "type",
        "veth",
        "peer",
        "name",
        otherDevice,
        "netns",
        other.namespace());
    one.ip("link", "set", oneDevice, "up");
    other.ip("link", "set", otherDevice, "up");
  }

  /** Connects a machine to a switch. The port of the switch is named after the machine. */
  public void plug(Host host, String device, Host bridge) {
    cable(host, device, bridge, host.role());
    bridge.ip("link", "set", host.role(), "master", "br0");
  }

  /** The machines, in the order they were added. */
  public List<Host> hosts() {
    return Collections.unmodifiableList(hosts);
  }

  /** The machine with this role. */
  Host find(String role) {
    return hosts.stream().filter(host -> host.role().equals(role)).findFirst().orElseThrow();
  }

  /** Lets something end with the topology, before the machines go. */
  void endsWith(AutoCloseable service) {
    services.add(service);
  }

  /** Where the machines' directories are. */
  public Path directory() {
    return directory;
  }

  /** What every namespace's name begins with. */
  public String prefix() {
    return prefix;
  }

  /** Lets files and logs stay when the topology goes: something is to be looked into. */
  public void keepFiles() {
    isKept = true;
  }

  /** Whether the topology has gone, or is going because the JVM ends. */
  public boolean isClosed() {
    return isClosed;
  }

  Transcript transcript() {
    return transcript;
  }

  synchronized Background start(Host host, String name, List<String> command) {
    requireOpen();
    Path logFile = host.directory().resolve("%s-%d.log".formatted(name, processes.size()));
    Background process = Background.start(host.role() + " " + name, command, logFile);
    processes.add(process);
    return process;
  }

  /** Stops every process, then removes namespaces (their interfaces with them) and files. */
  @Override
  public synchronized void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    List<String> problems = new ArrayList<>();
    for (Background process : processes.reversed()) {
      attempt(problems, () -> stop(process));
    }
    for (AutoCloseable service : services.reversed()) {
      attempt(problems, () -> close(service));
    }
    for (Host host : hosts.reversed()) {
      attempt(problems, () -> remove(host));
    }
    if (!isKept) {
      attempt(problems, () -> delete(directory));
    }
    removeHook();
    if (!problems.isEmpty()) {
      throw new LabException("clean-up: " + String.join("; ", problems));
    }
  }

  private void closeAtExit() {
    try {
      close();
    } catch (LabException e) {
      transcript.output(String.valueOf(e.getMessage()));
    }
  }

  private void removeHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, the hook runs or waits for us: nothing will be left for it to do.
    }
  }

  private static void stop(Background process) {
    if (process.isAlive()) {
      process.stop();
    }
  }

  private static void close(AutoCloseable service) {
    try {
      service.close();
    } catch (Exception e) {
      throw new LabException(service + ": " + e, e);
    }
  }

  private static void remove(Host host) {
    if (!host.exists()) {
      return;
    }
    // Children of our processes, such as nginx workers, that outlived them.
    Command.run(List.of("ip", "netns", "pids", host.namespace()), "")
        .out()
        .lines()
        .map(Long::valueOf)
        .flatMap(pid -> ProcessHandle.of(pid).stream())
        .forEach(ProcessHandle::destroyForcibly);
    removeTables(host);
    Command.run(List.of("ip", "netns", "delete", host.namespace()), "").orThrow();
  }

  /** What directors keep for the next one on this host, which there will not be. */
  private static void removeTables(Host host) {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(Path.of("/dev/shm"), "jvs-*-" + host.inode())) {
      left.forEach(Topology::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void attempt(List<String> problems, Runnable step) {
    try {
      step.run();
    } catch (LabException | UncheckedIOException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  private void execute(String... command) {
    requireOpen();
    transcript.command(List.of(command));
    Command.run(List.of(command), "").orThrow();
  }

  private void requireOpen() {
    if (isClosed) {
      throw new LabException("the topology " + prefix + " has been removed");
    }
  }
}
