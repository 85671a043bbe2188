package jvs.forwarders;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.flow.FlowKey;
import jvs.port.MemoryPort;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.spi.Forwarder;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** A director with a client side and a server side in memory and a clock that stands still. */
final class TestDirector implements AutoCloseable {
  static final String VIP = "10.99.0.1";
  static final String CLIENT = "192.0.2.7";
  static final String SERVER = "10.1.0.1";
  static final String VIP_V6 = "fd00:99::1";
  static final String CLIENT_V6 = "fd00:5::7";
  static final String SERVER_V6 = "fd00:1::1";
  static final long ROUTER_MAC = 0x0200_0000_00feL;
  static final long CLIENT_SIDE_MAC = 0x0200_0000_0001L;
  static final long SERVER_SIDE_MAC = 0x0200_0000_0101L;
  static final long UNUSED_SIDE_MAC = 0x0200_0000_0301L;
  static final long HOST_MAC = 0x0200_0000_0401L;
  static final long SERVER_MAC = 0x0200_0000_0201L;
  static final ServiceKey TCP = ServiceKey.of(ServiceKey.TCP, IpAddress.parse(VIP), 80);
  static final ServiceKey UDP = ServiceKey.of(ServiceKey.UDP, IpAddress.parse(VIP), 53);

  final Director director;
  final MemoryPort clientSide;
  final MemoryPort serverSide;
  final MemoryPort hostSide;
  final Worker worker;
  long nowMillis = 1_000_000;

  TestDirector() {
    this(new DirectorOptions(100, false, false, 1, 8, 12));
  }

  TestDirector(DirectorOptions options) {
    this(options, Forwarders.all());
  }

  TestDirector(DirectorOptions options, List<Forwarder> methods) {
    this(options, methods, 256);
  }

  /** Ports of {@code slots} frames, which are used in turn. */
  TestDirector(DirectorOptions options, List<Forwarder> methods, int slots) {
    this(options, methods, slots, false);
  }

  /** With a link into this host's own stack, if that is wanted. */
  TestDirector(DirectorOptions options, List<Forwarder> methods, int slots, boolean reachesHost) {
    clientSide = new MemoryPort("eth0", 1, slots, 1 << 16);
    serverSide = new MemoryPort("eth1", 2, slots, 1 << 16);
    director = new Director(options, List.of(new FirstServer(), new Thrower()), methods, this::now);
    hostSide = new MemoryPort("jvs-in", 3, reachesHost ? slots : 1, 1 << 16);
    if (reachesHost) {
      director.attachHost(3, HOST_MAC);
      worker = director.addWorker(clientSide, serverSide, hostSide);
    } else {
      worker = director.addWorker(clientSide, serverSide);
    }
    boolean vipIsLocal = !options.ownsVips();
    director.networkChanged(network(vipIsLocal));
    director.neighbours().learn(1, IpAddress.parse("10.0.0.254"), ROUTER_MAC, nowMillis, false);
    director.neighbours().learn(2, IpAddress.parse(SERVER), SERVER_MAC, nowMillis, false);
    director.neighbours().learn(2, IpAddress.parse(SERVER_V6), SERVER_MAC, nowMillis, false);
  }

  private long now() {
    return nowMillis;
  }

  static NetworkState network(boolean vipIsLocal, Route... more) {
    InterfaceAddress client = new InterfaceAddress(1, IpAddress.parse("10.0.0.1"), 24, true);
    InterfaceAddress server = new InterfaceAddress(2, IpAddress.parse("10.1.0.254"), 24, true);
    InterfaceAddress vip = new InterfaceAddress(1, IpAddress.parse(VIP), 32, true);
    InterfaceAddress serverV6 = new InterfaceAddress(2, IpAddress.parse("fd00:1::fffe"), 64, true);
    InterfaceAddress vipV6 = new InterfaceAddress(1, IpAddress.parse(VIP_V6), 128, true);
    return new NetworkState(
        List.of(
            new Link(1, "eth0", CLIENT_SIDE_MAC, 1500, true, false),
            new Link(2, "eth1", SERVER_SIDE_MAC, 1500, true, false),
            new Link(3, "eth2", UNUSED_SIDE_MAC, 1500, true, false)),
        vipIsLocal
            ? List.of(client, server, vip, serverV6, vipV6)
            : List.of(client, server, serverV6),
        Stream.concat(
                Stream.of(more),
                Stream.of(
                    route("0.0.0.0", 0, 1, IpAddress.parse("10.0.0.254")),
                    route("10.0.0.0", 24, 1, null),
                    route("fd00:1::", 64, 2, null),
                    route("10.1.0.0", 24, 2, null)))
            .toList(),
        true);
  }

  static Route route(String prefix, int length, int link, @Nullable IpAddress gateway) {
    return new Route(IpAddress.parse(prefix), length, Route.UNICAST, link, gateway, null, 0);
  }

  /** One service on the VIP with one server. */
  TestDirector serve(ServiceKey service, int method, int serverPort) {
    return serve(service, ServerSpec.of(method, 1), serverPort);
  }

  /** One service on the VIP with one server of these settings. */
  TestDirector serve(ServiceKey service, ServerSpec server, int serverPort) {
    int netmask = service.address().isV4() ? -1 : 128;
    director.newService(service, new ServiceSpec("first", 0, 0, netmask, ""));
    director.newServer(service, new ServerKey(IpAddress.parse(SERVER), serverPort), server);
    return this;
  }

  /** A frame comes in on the client's side; what leaves on the server's side. */
  List<byte[]> fromClient(byte[] frame) {
    clientSide.inject(frame);
    worker.doWork();
    return serverSide.drain();
  }

  /** The port where frames of a side come in. */
  MemoryPort port(Vector.Side side) {
    return switch (side) {
      case CLIENT -> clientSide;
      case SERVER -> serverSide;
      case HOST -> hostSide;
    };
  }

  /** A frame comes in on the server's side; what leaves on the client's side. */
  List<byte[]> fromServer(byte[] frame) {
    serverSide.inject(frame);
    worker.doWork();
    return clientSide.drain();
  }

  /** How many frames ended so. */
  long counted(String label) {
    Map<String, Long> counters = director.frameCounters();
    long ended =
        counters.entrySet().stream()
            .filter(counter -> !counter.getKey().equals("received"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    if (ended != counters.getOrDefault("received", 0L)) {
      throw new AssertionError("not every frame has exactly one ending: " + counters);
    }
    return counters.getOrDefault(label, -1L);
  }

  @Override
  public void close() {
    director.close();
    hostSide.close();
  }

  private static final class FirstServer implements SchedulerFactory {
    @Override
    public String name() {
      return "first";
    }

    @Override
    public Scheduler create(SchedulerContext context, ServerList unused) {
      return (ServerList servers, FlowKey flow) -> {
        RealServer server = servers.size() == 0 ? null : servers.get(0);
        return server != null && server.isUsable() ? server : null;
      };
    }
  }

  private static final class Thrower implements SchedulerFactory {
    @Override
    public String name() {
      return "thrower";
    }

    @Override
    public Scheduler create(SchedulerContext context, ServerList unused) {
      return (ServerList servers, FlowKey flow) -> {
        throw new AssertionError("a stranger's mistake");
      };
    }
  }
}
