package jvs.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlServer;
import jvs.director.kernel.RtNetlink;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.forwarders.Forwarders;
import jvs.linux.LinuxException;
import jvs.route.NetworkState;
import jvs.schedulers.Schedulers;
import jvs.service.IpvsException;
import picocli.CommandLine;

/**
 * Starts all of a director that needs no rights, so that the JVM's AOT cache can be made from what
 * that loads and from how often it runs. Prints nothing.
 */
public final class Rehearsal {
  private static final int WARM_UP_MILLIS = 2_000;
  private static final String RULES =
      """
      sysctl drop_entry=0
      mark add -d 192.0.2.1 -p tcp -m multiport --dports 80,443 --set-mark 1
      -A -t 192.0.2.1:80 -s rr -p
      -a -t 192.0.2.1:80 -r 192.0.2.2 -m
      """;

  private Rehearsal() {}

  /** Rehearses. */
  public static void main(String[] arguments) throws IOException {
    new CommandLine(new DirectorCommand()).parseArgs("--tables", "none", "--port", "auto");
    WarmUp.run(WARM_UP_MILLIS);
    Path directory = Files.createTempDirectory("jvs-rehearsal");
    Path socket = directory.resolve("control.sock");
    Path file = directory.resolve("rules");
    try (Director director = director()) {
      Files.writeString(file, RULES);
      director.networkChanged(network());
      LastingRules rules = new LastingRules(director, file, directory.resolve("state"));
      rules.check();
      rules.load();
      rules.save();
      try (ControlServer _ =
              ControlServer.start(
                  socket,
                  null,
                  director,
                  Reports.sources(director),
                  Reports.actions(rules),
                  line -> {});
          ControlClient client = new ControlClient(socket)) {
        client.services();
        client.counters();
      }
    } catch (IpvsException e) {
      // An unusual host: then this part starts slower.
    } finally {
      try (var left = Files.list(directory)) {
        for (Path path : left.toList()) {
          Files.delete(path);
        }
      }
      Files.delete(directory);
    }
  }

  private static Director director() {
    DirectorOptions options = DirectorOptions.of(1024, 1);
    return new Director(
        options, Schedulers.all(), Forwarders.all(), () -> System.nanoTime() / 1_000_000);
  }

  private static NetworkState network() {
    try {
      return RtNetlink.read();
    } catch (LinuxException e) {
      return new NetworkState(List.of(), List.of(), List.of(), true);
    }
  }
}
