package jvs.lab;

import java.nio.file.Path;
import java.util.List;

/** The unmodified keepalived on a host, with the director there for a kernel. */
final class Keepalived {
  private static final String HEAD = "global_defs {\n router_id jvs\n %s\n}\n";

  private Keepalived() {}

  /** Writes its configuration file, to which it turns at the next SIGHUP. */
  static Path configure(Host host, String configuration) {
    return host.file("keepalived.conf", HEAD.formatted("") + configuration);
  }

  /** Starts its checkers in the foreground. */
  static Background start(Host host, String configuration) {
    Path file = configure(host, configuration);
    return host.start(
        "keepalived",
        List.of(
            Home.launcher().toString(),
            "exec",
            "--",
            "keepalived",
            "-n",
            "-l",
            "-D",
            "-C",
            "-f",
            file.toString(),
            "-p",
            host.directory().resolve("keepalived.pid").toString(),
            "-c",
            host.directory().resolve("checkers.pid").toString()));
  }
}
