package jvs.bench;

import java.util.ArrayList;
import java.util.List;
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

  private static final IpAddress VIP = IpAddress.parse("10.99.0.1");
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");
  private static final IpAddress SERVER = IpAddress.parse("10.1.0.1");
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
  private final Director director;
  private final List<Lane> lanes = new ArrayList<>();
  private final long nanosPerBurst;
  private long nowNanos = 1_000_000_000_000L;

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
    frames.macs(ROUTER_MAC, CLIENT_LINK_MAC).from(ROUTER, 1).to(VIP, 80);
    byte[] request = frames.tcp(TcpHeader.ACK);
    byte[] first = frames.tcp(TcpHeader.SYN);
    frames.macs(SERVER_MAC, SERVER_LINK_MAC).from(SERVER, serverPort).to(ROUTER, 1);
    byte[] reply = frames.tcp(TcpHeader.ACK);
    FlowPort opening = new FlowPort("eth0", 1, request, Fields.SOURCE, Order.IN_TURN, 0, flows);
    FlowPort clientSide =
        switch (way) {
          case NEW -> new FlowPort("eth0", 1, first, Fields.SOURCE, Order.IN_TURN, 0, CLIENTS);
          case DROP -> new FlowPort("eth0", 1, first, Fields.SOURCE, Order.RANDOM, flows, CLIENTS);
          default -> new FlowPort("eth0", 1, request, Fields.SOURCE, Order.RANDOM, 0, flows);
        };
    FlowPort serverSide =
        new FlowPort("eth1", 2, reply, Fields.DESTINATION, Order.RANDOM, 0, flows);
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
                new InterfaceAddress(1, IpAddress.parse("10.0.0.1"), 24, true),
                new InterfaceAddress(1, VIP, 32, true),
                new InterfaceAddress(2, IpAddress.parse("10.1.0.254"), 24, true)),
            List.of(
                new Route(IpAddress.v4(0), 0, Route.UNICAST, 1, ROUTER, null, 0),
                new Route(IpAddress.parse("10.1.0.0"), 24, Route.UNICAST, 2, null, null, 0)),
            true));
    director.neighbours().learn(1, ROUTER, ROUTER_MAC, NEVER, false);
    director.neighbours().learn(2, SERVER, SERVER_MAC, NEVER, false);
    ServiceKey service = ServiceKey.of(ServiceKey.TCP, VIP, 80);
    director.newService(service, ServiceSpec.of("rr"));
    director.newServer(service, new ServerKey(SERVER, serverPort), ServerSpec.of(way.method, 1));
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
