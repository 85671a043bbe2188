package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.engine.DirectorOptions;
import jvs.port.MemoryPort;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.spi.Forwarder;
import jvs.wire.IpAddress;
import jvs.wire.VnetHeader;

/**
 * Built frames in; verdicts, counters and built frames out, octet by octet.
 *
 * <p>Every step says how its frame ends ({@link #ends}) and all that leaves because of it ({@link
 * #toServer}, {@link #toClient}); what is not said must not happen.
 */
final class Vector {
  private static final byte[] COMPLETE = new byte[VnetHeader.LENGTH];

  private static final ServerSpec NAT = ServerSpec.of(ServerSpec.MASQ, 1);

  private final String name;
  private final List<Consumer<TestDirector>> settings = new ArrayList<>();
  private final List<Arrival> arrivals = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private DirectorOptions options = DirectorOptions.of(100, 1);
  private List<Forwarder> methods = Forwarders.all();

  private Vector(String name) {
    this.name = name;
  }

  static Vector of(String name) {
    return new Vector(name);
  }

  /** One frame to NAT services of every protocol. */
  static Vector nat(String name, byte[] frame, String verdict) {
    return of(name).servesAll().fromClient(frame).ends(verdict);
  }

  /** The same where the VIP is the director's own. */
  static Vector ownVip(String name, byte[] frame, String verdict) {
    DirectorOptions options = new DirectorOptions(100, true, false, 1, 8, 12);
    return of(name).made(options).servesAll().fromClient(frame).ends(verdict);
  }

  private Vector servesAll() {
    for (String vip : List.of(TestDirector.VIP, TestDirector.VIP_V6)) {
      IpAddress address = IpAddress.parse(vip);
      serves(ServiceKey.of(ServiceKey.TCP, address, 80), NAT, 8080);
      serves(ServiceKey.of(ServiceKey.SCTP, address, 80), NAT, 8080);
      serves(ServiceKey.of(ServiceKey.UDP, address, 53), NAT, 5353);
    }
    return this;
  }

  /** The director is made so. */
  Vector made(DirectorOptions with) {
    options = with;
    return this;
  }

  /** The director has these methods. */
  Vector methods(Forwarder... only) {
    methods = List.of(only);
    return this;
  }

  /** Done before the first frame. */
  Vector given(Consumer<TestDirector> setting) {
    settings.add(setting);
    return this;
  }

  /** One service, one server of the same address family. */
  Vector serves(ServiceKey service, ServerSpec settings, int port) {
    boolean isV4 = service.address().isV4();
    return serves(service, isV4 ? TestDirector.SERVER : TestDirector.SERVER_V6, port, settings);
  }

  /** One service, one server. */
  Vector serves(ServiceKey service, String server, int port, ServerSpec settings) {
    int netmask = service.address().isV4() ? -1 : 128;
    ServerKey key = new ServerKey(IpAddress.parse(server), port);
    return given(
        lab -> {
          lab.director.newService(service, new ServiceSpec("first", 0, 0, netmask, ""));
          lab.director.newServer(service, key, settings);
        });
  }

  /** Done between two frames. */
  Vector then(Consumer<TestDirector> change) {
    steps.add(new Step(change));
    return this;
  }

  /** The next frame comes in on the client's side. */
  Vector fromClient(byte[] frame) {
    return fromClient(frame, COMPLETE);
  }

  /** The next frame comes in on the client's side with this virtio-net header. */
  Vector fromClient(byte[] frame, byte[] vnetHeader) {
    arrivals.add(new Arrival(Side.CLIENT, frame, vnetHeader));
    steps.add(new Step(lab -> put(lab.clientSide, frame, vnetHeader)));
    return counts("received");
  }

  /** The next frame comes in on the server's side. */
  Vector fromServer(byte[] frame) {
    arrivals.add(new Arrival(Side.SERVER, frame, COMPLETE));
    steps.add(new Step(lab -> put(lab.serverSide, frame, COMPLETE)));
    return counts("received");
  }

  private static void put(MemoryPort port, byte[] frame, byte[] vnetHeader) {
    if (!port.inject(frame, vnetHeader)) {
      throw new AssertionError("the port is full");
    }
  }

  /** The last frame ends so, by the counter's label. */
  Vector ends(String verdict) {
    return counts(verdict);
  }

  private Vector counts(String label) {
    steps.getLast().counters.merge(label, 1L, Long::sum);
    return this;
  }

  /** Leaves on the server's side. */
  Vector toServer(byte[]... frames) {
    steps.getLast().toServer.addAll(List.of(frames));
    return this;
  }

  /** Leaves on the client's side. */
  Vector toClient(byte[]... frames) {
    steps.getLast().toClient.addAll(List.of(frames));
    return this;
  }

  /** The counters that it moves. */
  List<String> labels() {
    return steps.stream().flatMap(step -> step.counters.keySet().stream()).distinct().toList();
  }

  /** The frames that come in. */
  List<Arrival> arrivals() {
    return List.copyOf(arrivals);
  }

  /** Runs it on a director of its own. */
  void run() {
    try (TestDirector lab = new TestDirector(options, methods)) {
      settings.forEach(setting -> setting.accept(lab));
      lab.worker.doWork();
      lab.clientSide.drain();
      lab.serverSide.drain();
      for (int i = 0; i < steps.size(); i++) {
        run(lab, steps.get(i), "%s, step %d: ".formatted(name, i + 1));
      }
    }
  }

  private static void run(TestDirector lab, Step step, String where) {
    Map<String, Long> before = lab.director.frameCounters();
    step.action.accept(lab);
    lab.worker.doWork();
    Map<String, Long> moved = new LinkedHashMap<>(lab.director.frameCounters());
    moved.replaceAll((label, count) -> count - before.getOrDefault(label, 0L));
    moved.values().removeIf(count -> count == 0);

    assertEquals(step.counters, moved, where + "counters");
    assertEquals(hex(step.toServer), hex(lab.serverSide.drain()), where + "to the server");
    assertEquals(hex(step.toClient), hex(lab.clientSide.drain()), where + "to the client");
  }

  private static String hex(List<byte[]> frames) {
    return String.join("\n", frames.stream().map(HexFormat.of()::formatHex).toList());
  }

  @Override
  public String toString() {
    return name;
  }

  /** Where a frame comes in; this host's own stack is one of three. */
  enum Side {
    CLIENT,
    SERVER,
    HOST
  }

  /** A frame that comes in, where, and what the card left unfinished. */
  @SuppressWarnings("ArrayRecordComponent")
  record Arrival(Side side, byte[] frame, byte[] vnetHeader) {
    /** A complete frame. */
    static Arrival complete(Side side, byte[] frame) {
      return new Arrival(side, frame, COMPLETE);
    }
  }

  /** A frame or another event, and what it leads to. */
  private static final class Step {
    final Consumer<TestDirector> action;
    final Map<String, Long> counters = new LinkedHashMap<>();
    final List<byte[]> toServer = new ArrayList<>();
    final List<byte[]> toClient = new ArrayList<>();

    Step(Consumer<TestDirector> action) {
      this.action = action;
    }
  }
}
