package jvs.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The unmodified keepalived on a host, with the director there for a kernel. */
final class Keepalived {
  private static final String HEAD = "global_defs {\n router_id jvs\n}\n";

  private final Host host;
  private final Background exec;

  private Keepalived(Host host, Background exec) {
    this.host = host;
    this.exec = exec;
  }

  /** Starts its checkers in the foreground. */
  static Keepalived start(Host host, String configuration) {
    return start(host, HEAD + configuration, "-n", "-C");
  }

  /** Starts it with a whole configuration and options of its own, and waits for nothing. */
  static Keepalived start(Host host, String configuration, String... options) {
    List<String> all = new ArrayList<>(List.of("-f", configure(host, configuration).toString()));
    all.addAll(List.of(options));
    return launch(host, all);
  }

  /** Starts it with the {@code /etc/keepalived} that the host has. */
  static Keepalived startInstalled(Host host) {
    return launch(host, List.of("-n"));
  }

  private static Keepalived launch(Host host, List<String> options) {
    List<String> command = new ArrayList<>(List.of(Home.launcher().toString(), "exec", "--"));
    command.addAll(List.of("keepalived", "-l", "-D"));
    command.addAll(List.of("-p", host.directory().resolve("keepalived.pid").toString()));
    command.addAll(List.of("-r", host.directory().resolve("vrrp.pid").toString()));
    command.addAll(List.of("-c", host.directory().resolve("checkers.pid").toString()));
    command.addAll(options);
    return new Keepalived(host, host.start("keepalived", command));
  }

  private static Path configure(Host host, String configuration) {
    return host.file("keepalived.conf", configuration);
  }

  /** {@code jvs exec}, which lives as long as the last process of keepalived. */
  Background exec() {
    return exec;
  }

  /** Lets its checkers turn to another configuration, by SIGHUP. */
  void reload(String configuration) {
    configure(host, HEAD + configuration);
    host.run("kill", "-HUP", "" + exec.pid());
  }

  /** Stops it and returns its exit status. */
  int stop() {
    return exec.stop();
  }

  /** Ends all its processes at one blow; what VRRP added to interfaces stays. */
  void kill() {
    ProcessHandle first = ProcessHandle.of(exec.pid()).orElseThrow();
    List<String> command = new ArrayList<>(List.of("kill", "-KILL"));
    Stream.concat(Stream.of(first), first.descendants())
        .forEach(process -> command.add("" + process.pid()));
    host.run(command.toArray(String[]::new));
  }
}
