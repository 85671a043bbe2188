package jvs.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlServer;
import jvs.director.kernel.RtNetlink;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.forwarders.Forwarders;
import jvs.linux.LinuxException;
import jvs.linux.Mapping;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.port.RingGeometry;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.schedulers.Schedulers;
import jvs.service.IpvsException;
import jvs.wire.FrameBuilder;
import jvs.wire.Memory;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Runs what a director runs, so that the JVM's AOT cache can be made from what that loads and from
 * how often it runs: alone in a network namespace a whole one, and another that goes on with its
 * connections; elsewhere all that needs no rights.
 */
public final class Rehearsal {
  private static final int WARM_UP_MILLIS = 2_000;
  private static final String CLIENT = "jvs-client";
  private static final String WIRE = "jvs-wire";
  private static final int FLOWS = 1024;
  private static final int FRAME_ROOM = 256;
  private static final int PATIENCE = 200;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final String RULES =
      """
      sysctl drop_entry=0
      mark add -d 192.0.2.1 -p tcp -m multiport --dports 80,443 --set-mark 1
      -A -t 192.0.2.1:80 -s rr -p
      -a -t 192.0.2.1:80 -r 192.0.2.2 -m
      """;
  private static final List<String> WIRING =
      List.of(
          "link add " + WIRE + " type veth peer name " + CLIENT,
          "link set " + WIRE + " up",
          "link set " + CLIENT + " up",
          "address add 192.0.2.1/24 dev " + WIRE,
          "neighbour add 192.0.2.2 lladdr 02:00:00:00:0b:0d dev " + WIRE,
          "neighbour add 192.0.2.7 lladdr 02:00:00:00:0b:0e dev " + WIRE);

  private Rehearsal() {}

  /** Rehearses; with an argument, in a network namespace that nobody else uses. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory("jvs-rehearsal");
    try {
      Files.writeString(directory.resolve("rules"), RULES);
      if (arguments.length == 0 || !playsAlone(directory)) {
        playInMemory(directory);
      }
    } finally {
      try (Stream<Path> left = Files.walk(directory)) {
        for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  /** Returns whether this host lets it. */
  private static boolean playsAlone(Path directory) throws IOException {
    try {
      for (String command : WIRING) {
        ip(command);
      }
      String state = directory.resolve("state").toString();
      String rules = directory.resolve("rules").toString();
      play(directory, "--warm-up", "" + WARM_UP_MILLIS, "--rules", rules, "--state", state);
      play(directory, "--state", state);
      return true;
    } catch (DaemonException | IllegalStateException | LinuxException e) {
      System.err.println("rehearsing in memory: " + e.getMessage());
      return false;
    }
  }

  private static void ip(String command) throws IOException {
    try {
      int status = new ProcessBuilder(("ip " + command).split(" ")).inheritIO().start().waitFor();
      if (status != 0) {
        throw new DaemonException("ip " + command + ": status " + status);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void play(Path directory, String... more) {
    Path socket = directory.resolve("control.sock");
    DaemonOptions options =
        options(
            Stream.concat(
                    Stream.of("-i", WIRE, "--control", "" + socket, "--tables", "" + directory),
                    Stream.of(more))
                .toArray(String[]::new));
    Logging.toStderr();
    Daemon daemon = new Daemon();
    daemon.start(options);
    try (ControlClient client = new ControlClient(socket)) {
      send();
      for (int i = 0; i < PATIENCE && client.totals().inPackets() < FLOWS; i++) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      ask(client);
    } finally {
      daemon.stop();
    }
  }

  private static DaemonOptions options(String... arguments) {
    return Objects.requireNonNull(DirectorCommand.ofPlain(arguments)).options();
  }

  private static void send() {
    @Nullable Link wire =
        RtNetlink.read().links().stream()
            .filter(link -> link.name().equals(WIRE))
            .findFirst()
            .orElse(null);
    if (wire == null) {
      return;
    }
    FrameBuilder frame = new FrameBuilder().macs(0x0200_0000_0b0eL, wire.mac());
    AfPacketOptions options =
        new AfPacketOptions(new RingGeometry(2048, 64), BpfProgram.NOTHING, false, false, null);
    try (Mapping memory = new Mapping(FLOWS * FRAME_ROOM);
        AfPacketPort client = new AfPacketPort(CLIENT, options)) {
      for (int i = 0; i < FLOWS; i++) {
        byte[] bytes = frame.from("192.0.2.7", 1024 + i).to("192.0.2.1", 80).tcp(TcpHeader.SYN);
        long address = memory.address() + (long) i * FRAME_ROOM + FRAME_ROOM / 2;
        VnetHeader.clear(address);
        Memory.copy(bytes, 0, address, bytes.length);
        client.send(address, bytes.length);
        client.flush();
      }
    }
  }

  private static void playInMemory(Path directory) throws IOException {
    options("--tables", "none", "--port", "auto");
    Daemon.await(WarmUp.start(WARM_UP_MILLIS));
    Path socket = directory.resolve("control.sock");
    try (Director director = director()) {
      director.networkChanged(network());
      LastingRules rules =
          new LastingRules(director, directory.resolve("rules"), directory.resolve("state"));
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
        ask(client);
      }
    } catch (IpvsException e) {
      // An unusual host: then this part starts slower.
    }
  }

  private static void ask(ControlClient client) {
    client.services();
    client.counters();
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
