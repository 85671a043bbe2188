package jvs.director.conformance;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import jvs.director.conformance.RecordedCase.Environment;
import jvs.director.conformance.Step.Emitted;
import jvs.director.ipvsadm.Ipvsadm;
import jvs.director.ipvsadm.Names;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.forwarders.Forwarders;
import jvs.port.MemoryPort;
import jvs.schedulers.Schedulers;
import jvs.service.ConnectionEntry;
import jvs.service.MarkRule;
import jvs.service.ServerEntry;
import jvs.service.ServiceEntry;
import jvs.spi.SchedulerFactory;
import jvs.wire.DropReason;

/**
 * The daemon's own director in the {@link TestBed}: one worker over memory ports, and a clock that
 * moves when it is told to. One thread.
 */
final class ReplayedDirector implements AutoCloseable {
  private static final int CONNECTIONS = 1 << 16;
  private static final long SEED = 1;
  private static final int SLOTS = 4;
  private static final int FRAME_BYTES = 1 << 16;
  private static final long START_MILLIS = 1_000_000;

  // The kernel's jiffy at HZ=100: no timer fires between two of these.
  private static final long CLOCK_STEP_MILLIS = 10;
  private static final long TICK_MILLIS = 1_000;

  // The recorded kernel has no such module; what it draws by lot could not be compared anyway.
  private static final String RANDOM_SCHEDULER = "twos";

  private final Names names;
  private final Director director;
  private final Worker worker;
  private final Map<Side, MemoryPort> ports = new EnumMap<>(Side.class);
  private final ReplayedSockets sockets = new ReplayedSockets();
  private long nowMillis = START_MILLIS;

  /**
   * What a command printed, and its exit status.
   *
   * @param stdout output
   * @param stderr errors
   * @param status exit status
   */
  record Result(String stdout, String stderr, int status) {}

  ReplayedDirector(Environment environment, Names names) {
    this.names = names;
    List<SchedulerFactory> schedulers =
        Schedulers.all().stream()
            .filter(scheduler -> !scheduler.name().equals(RANDOM_SCHEDULER))
            .toList();
    DirectorOptions kernel = DirectorOptions.of(CONNECTIONS, SEED);
    DirectorOptions options =
        new DirectorOptions(
            CONNECTIONS,
            false,
            /* standsForHost= */ true,
            SEED,
            kernel.sourceHashBits(),
            kernel.maglevIndex());
    director = new Director(options, schedulers, Forwarders.all(), () -> nowMillis);
    for (Side side : Side.values()) {
      ports.put(side, new MemoryPort(side.interfaceName(), side.linkIndex(), SLOTS, FRAME_BYTES));
    }
    worker = director.addWorker(ports.values().toArray(new MemoryPort[0]));
    director.sync().use(sockets, flow -> 0);
    director.networkChanged(TestBed.network(environment));
    TestBed.introduce(director.neighbours());
  }

  /** The director itself. */
  Director director() {
    return director;
  }

  /** What its sync daemons talk through. */
  ReplayedSockets sockets() {
    return sockets;
  }

  /** Milliseconds since the case began. */
  long caseMillis() {
    return nowMillis - START_MILLIS;
  }

  /** Lets time pass up to {@code caseMillis}, if it is not later already. */
  void advanceTo(long caseMillis) {
    long target = START_MILLIS + caseMillis;
    while (nowMillis < target) {
      long next = Math.min(target, nowMillis - nowMillis % CLOCK_STEP_MILLIS + CLOCK_STEP_MILLIS);
      boolean isTick = next / TICK_MILLIS != nowMillis / TICK_MILLIS;
      nowMillis = next;
      worker.doWork();
      sockets.drain(nowMillis);
      if (isTick) {
        director.tick();
      }
    }
  }

  /** Lets a frame come in; it is worked on at once. */
  void receive(Side side, Frame frame) {
    sockets.receive(side, frame);
    MemoryPort port = ports.get(side);
    if (port == null || !port.inject(frame.octets())) {
      throw new IllegalStateException("no room for a frame at " + side);
    }
    while (worker.doWork() > 0) {
      // until nothing is left to do
    }
  }

  /** Takes out what was sent since the last call, client side first. */
  List<Emitted> takeEmitted() {
    List<Emitted> emitted = new ArrayList<>();
    for (Map.Entry<Side, MemoryPort> port : ports.entrySet()) {
      for (byte[] octets : port.getValue().drain()) {
        emitted.add(new Emitted(port.getKey(), Frame.of(octets)));
      }
    }
    return emitted;
  }

  /** Throws away what was sent since then: recordings do not tell of it. */
  void forgetEmitted() {
    takeEmitted();
  }

  /** Frames lost through bugs so far. */
  long internalErrors() {
    return worker.counters().droppedFrames(DropReason.INTERNAL_ERROR);
  }

  /** Adds a rule for marks. */
  void mark(MarkRule rule) {
    director.newMark(rule);
  }

  /** Runs ipvsadm, ipvsadm-save or ipvsadm-restore. */
  Result run(Step.Command command) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Ipvsadm ipvsadm =
        new Ipvsadm(
            director,
            names,
            new ByteArrayInputStream(command.stdin().getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8));
    String[] arguments = command.arguments().toArray(new String[0]);
    int status =
        switch (command.program()) {
          case "ipvsadm" -> ipvsadm.run(arguments);
          case "ipvsadm-save" -> ipvsadm.save(arguments);
          case "ipvsadm-restore" -> ipvsadm.restore();
          default -> throw new IllegalArgumentException("no program " + command.program());
        };
    worker.doWork();
    return new Result(
        out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), status);
  }

  /** The connections. */
  List<ConnectionRow> connections() {
    List<ConnectionEntry> entries = new ArrayList<>();
    director.connections(entries::add);
    return entries.stream().map(ConnectionRow::of).toList();
  }

  /** The real servers, newest first in each service. */
  List<ServerRow> servers() {
    List<ServerRow> rows = new ArrayList<>();
    for (ServiceEntry service : director.services()) {
      for (ServerEntry server : director.servers(service.key())) {
        rows.add(ServerRow.of(service.key(), server));
      }
    }
    return rows;
  }

  @Override
  public void close() {
    director.close();
  }
}
