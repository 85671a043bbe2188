package jvs.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One machine of a topology: a network namespace, and a directory for its files and logs.
 *
 * <p>Namespaces share the file system and the process table of the real machine, but each has its
 * own interfaces, routes, neighbours, nftables and network sysctls. Any thread.
 */
public final class Host {
  private static final Path NAMESPACES = Path.of("/run/netns");

  private final Topology topology;
  private final String role;
  private final String namespace;
  private final Path directory;

  Host(Topology topology, String role, String namespace, Path directory) {
    this.topology = topology;
    this.role = role;
    this.namespace = namespace;
    this.directory = directory;
  }

  /** What the machine is in its topology, such as {@code client}. */
  public String role() {
    return role;
  }

  /** The name that {@code ip netns} knows it by. */
  public String namespace() {
    return namespace;
  }

  /** The inode that identifies the namespace to the kernel. */
  public long inode() {
    try {
      return (Long) Files.getAttribute(NAMESPACES.resolve(namespace), "unix:ino");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean exists() {
    return Files.exists(NAMESPACES.resolve(namespace));
  }

  /** Where its files and logs are. */
  public Path directory() {
    return directory;
  }

  /** Writes a file into the machine's directory. */
  public Path file(String name, String content) {
    try {
      return Files.writeString(directory.resolve(name), content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets programs on this machine find a copy of a folder as {@code /etc/NAME}, until the end. */
  public void etc(String name, Path folder) {
    Path own = Path.of("/etc/netns", namespace);
    topology.endsWith(() -> Command.run(List.of("rm", "-rf", own.toString()), "").orThrow());
    Command.run(List.of("mkdir", "-p", own.toString()), "").orThrow();
    Path copy = own.resolve(name);
    Command.run(List.of("rm", "-rf", copy.toString()), "").orThrow();
    Command.run(List.of("cp", "-r", folder.toString(), copy.toString()), "").orThrow();
  }

  /** Runs a program in the namespace to its end; any exit status but 0 is a failure. */
  public CommandResult run(String... command) {
    return attempt(List.of(command), "").orThrow();
  }

  /** As {@link #run}, but the exit status is for the caller to judge. */
  public CommandResult attempt(String... command) {
    return attempt(List.of(command), "");
  }

  /** As {@link #attempt(String...)}, with text on the program's standard input. */
  public CommandResult attempt(List<String> command, String input) {
    List<String> whole = inside(command);
    topology.transcript().command(whole);
    return Command.run(whole, input);
  }

  /** As {@link #attempt(String...)}, unheard by the transcript: for checks, not for the story. */
  public CommandResult probe(String... command) {
    return Command.run(inside(List.of(command)), "");
  }

  /** Starts a program in the namespace; it is stopped when the topology is closed. */
  public Background start(String name, List<String> command) {
    List<String> whole = inside(command);
    topology.transcript().command(whole);
    return topology.start(this, name, whole);
  }

  /** Sets a kernel variable of the namespace. */
  public void sysctl(String key, String value) {
    run("sysctl", "-q", "-w", key + "=" + value);
  }

  /** Adds an address, such as {@code 10.0.0.1/24}, to an interface. */
  public void address(String device, String address) {
    ip("address", "add", address, "dev", device);
  }

  /** Makes {@code gateway} the router for everything that is not on a network of its own. */
  public void defaultGateway(String gateway) {
    ip("route", "add", "default", "via", gateway);
  }

  /** Runs {@code ip} on the namespace. */
  public void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", namespace));
    command.addAll(List.of(arguments));
    topology.transcript().command(command);
    Command.run(command, "").orThrow();
  }

  /** The names of its interfaces, but loopback. */
  List<String> devices() {
    return probe("ip", "-brief", "link", "show", "type", "veth")
        .orThrow()
        .out()
        .lines()
        .map(line -> line.substring(0, line.indexOf('@')))
        .toList();
  }

  private List<String> inside(List<String> command) {
    List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
    whole.addAll(command);
    return whole;
  }

  @Override
  public String toString() {
    return namespace;
  }
}
