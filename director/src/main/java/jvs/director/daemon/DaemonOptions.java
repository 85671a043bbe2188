package jvs.director.daemon;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's command line. Immutable.
 *
 * @param interfaces names of the interfaces to work on; empty for all that are up but loopback
 * @param port how to reach them
 * @param workers worker threads, 1..64
 * @param connections most connections of each worker, 1..2^26
 * @param ownsVips whether the VIPs are the director's alone
 * @param control path of the control socket, or null for the network namespace's own
 * @param plugins jars and folders of jars with schedulers
 * @param rules the administrator's rules, or null
 * @param state where rules survive the director, or null
 * @param warmUpMillis how long the compiler may take for the packet path before the start
 * @param tables directory of a memory file system where connections survive the director, or null
 */
record DaemonOptions(
    List<String> interfaces,
    PortChoice port,
    int workers,
    int connections,
    boolean ownsVips,
    @Nullable Path control,
    List<Path> plugins,
    @Nullable Path rules,
    @Nullable Path state,
    int warmUpMillis,
    @Nullable Path tables) {
  /** Checks the ranges. */
  public DaemonOptions {
    interfaces = List.copyOf(interfaces);
    plugins = List.copyOf(plugins);
    if (workers < 1 || workers > 64) {
      throw new DaemonException("--workers " + workers + ": expected 1 to 64");
    }
    if (warmUpMillis < 0 || warmUpMillis > 60_000) {
      throw new DaemonException("--warm-up " + warmUpMillis + ": expected 0 to 60000");
    }
    if (connections < 1 || connections > 1 << 26) {
      throw new DaemonException("--connections " + connections + ": expected 1 to " + (1 << 26));
    }
  }
}
