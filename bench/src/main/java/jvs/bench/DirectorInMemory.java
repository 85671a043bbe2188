package jvs.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jvs.bench.FlowPort.Fields;
import jvs.bench.FlowPort.Order;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.forwarders.Forwarders;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.schedulers.Schedulers;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.DropReason;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;

/**
 * A director with one service, one server and {@code flows} connections a worker, between memory
 * ports that offer the packets of one {@link Way}. A thread for each worker.
 */
final class DirectorInMemory implements AutoCloseable {
  /** Frames of a duty cycle. */
  static final int BURST = 64;

  private static final long CLIENT_LINK_MAC = 0x0200_0000_0001L;
  private static final long SERVER_LINK_MAC = 0x0200_0000_0101L;
  private static final long ROUTER_MAC = 0x0200_0000_00feL;
  private static final long SERVER_MAC = 0x0200_0000_0201L;
  private static final int PORTS_OF_A_LOCAL_ADDRESS = 31_000;
  private static final long CLIENTS = 1 << 28;
  private static final long SYN_RECV_NANOS = 60_000_000_000L;
  private static final long NEVER = 1_000_000_000_000_000L;

  private final Way way;
  private final int flows;
  private final Addresses addresses;
  private final Director director;
  private final List<Lane> lanes = new ArrayList<>();
  private final long nanosPerBurst;
  private long nowNanos = 1_000_000_000_000L;

  /** Who is who; a client's last four octets are replaced by {@link FlowPort}'s. */
  private record Addresses(
      int length,
      IpAddress any,
      IpAddress vip,
      IpAddress client,
      IpAddress router,
      IpAddress server,
      IpAddress towardsRouter,
      IpAddress towardsServer) {
    static final Addresses V4 =
        parse(
            24,
            "0.0.0.0",
            "10.99.0.1",
            "192.0.0.0",
            "10.0.0.254",
            "10.1.0.1",
            "10.0.0.1",
            "10.1.0.254");
    static final Addresses V6 =
        parse(64, "::", "fd99::1", "fd77::", "fd00::fe", "fd01::1", "fd00::1", "fd01::fe");

    private static Addresses parse(int length, String... texts) {
      List<IpAddress> all = Stream.of(texts).map(IpAddress::parse).toList();
      return new Addresses(
          length,
          all.get(0),
          all.get(1),
          all.get(2),
          all.get(3),
          all.get(4),
          all.get(5),
          all.get(6));
    }
  }

  /** A worker and its ports. */
  private record Lane(Worker worker, FlowPort opening, FlowPort clientSide, FlowPort serverSide) {
    long sentFrames() {
      return clientSide.sentFrames() + serverSide.sentFrames();
    }

    long refusedFrames() {
      return worker.counters().droppedFrames(DropReason.CONNECTION_TABLE_FULL);
    }
  }

  /** One worker: opens the connections, then leaves the way's packets on. */
  DirectorInMemory(Way way, int flows) {
    this(way, flows, 1);
  }

  /** Several workers with as many connections each. */
  DirectorInMemory(Way way, int flows, int workers) {
    this.way = way;
    this.flows = flows;
    addresses = way.isV6() ? Addresses.V6 : Addresses.V4;
    int live = way == Way.NEW ? Math.max(flows, 1000) : flows;
    int room = way == Way.DROP ? live : live + live / 8 + 1000;
    director =
        new Director(
            DirectorOptions.of(room, 42), Schedulers.all(), Forwarders.all(), this::nowMillis);
    int serverPort = way.method == ServerSpec.MASQ || way.method == ServerSpec.FULLNAT ? 8080 : 80;
    for (int i = 0; i < workers; i++) {
      lanes.add(lane(serverPort));
    }
    configure(serverPort);
    lanes.forEach(this::open);
    nanosPerBurst = way == Way.NEW ? SYN_RECV_NANOS * BURST / live : 0;
    lanes.forEach(this::check);
  }

  private Lane lane(int serverPort) {
    FrameBuilder frames = new FrameBuilder().payload(10);
    frames.macs(ROUTER_MAC, CLIENT_LINK_MAC).from(addresses.client, 1).to(addresses.vip, 80);
    byte[] request = frames.tcp(TcpHeader.ACK);
    byte[] first = frames.tcp(TcpHeader.SYN);
    frames
        .macs(SERVER_MAC, SERVER_LINK_MAC)
        .from(addresses.server, serverPort)
        .to(addresses.client, 1);
    byte[] reply = frames.tcp(TcpHeader.ACK);
    Fields source = way.isV6() ? Fields.SOURCE_V6 : Fields.SOURCE;
    Fields destination = way.isV6() ? Fields.DESTINATION_V6 : Fields.DESTINATION;
    FlowPort opening = new FlowPort("eth0", 1, request, source, Order.IN_TURN, 0, flows);
    FlowPort clientSide =
        switch (way) {
          case NEW -> new FlowPort("eth0", 1, first, source, Order.IN_TURN, 0, CLIENTS);
          case DROP -> new FlowPort("eth0", 1, first, source, Order.RANDOM, flows, CLIENTS);
          default -> new FlowPort("eth0", 1, request, source, Order.RANDOM, 0, flows);
        };
    FlowPort serverSide = new FlowPort("eth1", 2, reply, destination, Order.RANDOM, 0, flows);
    clientSide.pause(true);
    serverSide.pause(true);
    Worker worker = director.addWorker(opening, clientSide, serverSide);
    return new Lane(worker, opening, clientSide, serverSide);
  }

  private long nowMillis() {
    return nowNanos / 1_000_000;
  }

  private void configure(int serverPort) {
    director.setSysctl("sloppy_tcp", "1");
    director.networkChanged(
        new NetworkState(
            List.of(
                new Link(1, "eth0", CLIENT_LINK_MAC, 1500, true, false),
                new Link(2, "eth1", SERVER_LINK_MAC, 1500, true, false)),
            List.of(
                new InterfaceAddress(1, addresses.towardsRouter, addresses.length, true),
                new InterfaceAddress(1, addresses.vip, way.isV6() ? 128 : 32, true),
                new InterfaceAddress(2, addresses.towardsServer, addresses.length, true)),
            List.of(
                new Route(addresses.any, 0, Route.UNICAST, 1, addresses.router, null, 0),
                new Route(addresses.server, addresses.length, Route.UNICAST, 2, null, null, 0)),
            true));
    director.neighbours().learn(1, addresses.router, ROUTER_MAC, NEVER, false);
    director.neighbours().learn(2, addresses.server, SERVER_MAC, NEVER, false);
    ServiceKey service = ServiceKey.of(ServiceKey.TCP, addresses.vip, 80);
    director.newService(service, new ServiceSpec("rr", 0, 0, way.isV6() ? 128 : -1, ""));
    director.newServer(
        service, new ServerKey(addresses.server, serverPort), ServerSpec.of(way.method, 1));
    if (way == Way.FULLNAT) {
      for (int i = 0; i <= flows / PORTS_OF_A_LOCAL_ADDRESS; i++) {
        director.newLocalAddress(service, IpAddress.v4(0x0a02_0001 + i));
      }
    }
  }

  private void open(Lane lane) {
    Worker worker = lane.worker();
    if (way != Way.NEW) {
      for (int opened = 0; opened < flows; opened += BURST) {
        worker.doWork();
      }
      if (worker.table().size() != flows) {
        throw new IllegalStateException(
            worker.table().size() + " connections: " + worker.counters().toMap());
      }
    }
    lane.opening().pause(true);
    (way.isReply() ? lane.serverSide() : lane.clientSide()).pause(false);
  }

  /** A benchmark of the wrong path would look fast: everything must have gone its way. */
  private void check(Lane lane) {
    long sentBefore = lane.sentFrames();
    long refusedBefore = lane.refusedFrames();
    int work = lane.worker().doWork();
    long sent = lane.sentFrames() - sentBefore;
    long refused = lane.refusedFrames() - refusedBefore;
    if (work < BURST || (way == Way.DROP ? refused : sent) != BURST) {
      throw new IllegalStateException(
          work + " frames processed, " + sent + " sent: " + lane.worker().counters().toMap());
    }
  }

  /** Takes a burst to its end. */
  int burst() {
    nowNanos += nanosPerBurst;
    return lanes.getFirst().worker().doWork();
  }

  /** A worker; each is for one thread. */
  Worker worker(int number) {
    return lanes.get(number).worker();
  }

  /** The port that the first worker's packets come from. */
  FlowPort source() {
    Lane first = lanes.getFirst();
    return way.isReply() ? first.serverSide() : first.clientSide();
  }

  @Override
  public void close() {
    director.close();
  }
}
