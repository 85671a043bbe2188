package jvs.director.daemon;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.FrameCounters;
import jvs.engine.Worker;
import jvs.forwarders.Forwarders;
import jvs.port.ReplayPort;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.schedulers.Schedulers;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;

/**
 * Has the packet path compiled before the first real frame, by frames of its own through a director
 * of its own in memory: code that is still interpreted is too slow for 100,000 frames a second.
 *
 * <p>Most of its frames are NAT's, so that the compiler takes that for the usual case and the other
 * methods for possible ones. One thread.
 */
final class WarmUp implements AutoCloseable {
  private static final int CONNECTIONS = 4096;
  private static final int FLOWS = 16;
  private static final int ROUND = 300;
  private static final long A_DAY_MILLIS = 86_400_000;
  private static final long QUIET_NANOS = 150_000_000;
  private static final long CLIENT_MAC = 0x0200_0000_00feL;
  private static final long SERVER_MAC = 0x0200_0000_0201L;
  private static final long CLIENT_LINK = 0x0200_0000_0001L;
  private static final long SERVER_LINK = 0x0200_0000_0101L;
  private static final IpAddress VIP = IpAddress.parse("192.0.2.1");
  private static final IpAddress ROUTER = IpAddress.parse("198.51.100.254");
  private static final IpAddress SERVER = IpAddress.parse("203.0.113.1");

  private final List<byte[]> requests = new ArrayList<>();
  private final List<byte[]> replies = new ArrayList<>();
  private final Director director;
  private final Worker worker;
  private long nowMillis = 1_000_000;

  WarmUp() {
    for (int flow = 0; flow < FLOWS; flow++) {
      addConnections(flow);
    }
    director =
        new Director(
            DirectorOptions.of(CONNECTIONS, 1),
            Schedulers.all(),
            Forwarders.all(),
            () -> nowMillis);
    worker =
        director.addWorker(
            new ReplayPort("clients", 1, requests), new ReplayPort("servers", 2, replies));
    configure();
  }

  /** Runs until the compiler has nothing more to do, for {@code mostMillis} at most. */
  static void run(long mostMillis) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    if (compiler == null || mostMillis == 0) {
      return;
    }
    try (WarmUp warmUp = new WarmUp()) {
      long start = System.nanoTime();
      long lastWork = start;
      long before = -1;
      long now = start;
      while (now - start < mostMillis * 1_000_000 && now - lastWork < QUIET_NANOS) {
        warmUp.round();
        long spent = compiler.getTotalCompilationTime();
        now = System.nanoTime();
        lastWork = spent == before ? lastWork : now;
        before = spent;
      }
    }
  }

  /** What became of its frames. */
  FrameCounters counters() {
    return worker.counters();
  }

  /** Opens connections, uses them, and lets them expire. */
  void round() {
    for (int i = 0; i < ROUND; i++) {
      worker.doWork();
    }
    nowMillis += A_DAY_MILLIS;
  }

  private void addConnections(int flow) {
    FrameBuilder request = new FrameBuilder().macs(CLIENT_MAC, CLIENT_LINK);
    request.from(IpAddress.v4(0xc633_6401 + flow), 1024 + 7 * flow);
    FrameBuilder reply = new FrameBuilder().macs(SERVER_MAC, SERVER_LINK);
    reply.to(IpAddress.v4(0xc633_6401 + flow), 1024 + 7 * flow);
    request.to(VIP, 80);
    reply.from(SERVER, 8080);
    requests.add(request.payload(0).tcp(TcpHeader.SYN));
    replies.add(reply.payload(0).tcp(TcpHeader.SYN | TcpHeader.ACK));
    for (int i = 0; i < 8; i++) {
      requests.add(request.payload(30 * i).tcp(TcpHeader.ACK));
      replies.add(reply.payload(100 * i).tcp(TcpHeader.ACK));
    }
    requests.add(request.to(VIP, 53).payload(20).udp());
    replies.add(reply.from(SERVER, 53).payload(60).udp());
    requests.add(request.to(VIP, 81 + flow % 2).payload(10).tcp(TcpHeader.SYN));
    requests.add(request.to(VIP, 80).payload(0).tcp(TcpHeader.FIN | TcpHeader.ACK));
    replies.add(reply.from(SERVER, 8080).payload(0).tcp(TcpHeader.FIN | TcpHeader.ACK));
    if (flow == 0) { // what is not for us
      requests.add(request.to(VIP, 9).tcp(TcpHeader.SYN));
      replies.add(reply.from(SERVER, 9).udp());
    }
  }

  private void configure() {
    director.networkChanged(
        new NetworkState(
            List.of(
                new Link(1, "clients", CLIENT_LINK, 1500, true, false),
                new Link(2, "servers", SERVER_LINK, 1500, true, false)),
            List.of(
                new InterfaceAddress(1, VIP, 32, true),
                new InterfaceAddress(2, IpAddress.parse("203.0.113.254"), 24, true)),
            List.of(
                new Route(IpAddress.v4(0), 0, Route.UNICAST, 1, ROUTER, null, 0),
                new Route(IpAddress.parse("203.0.113.0"), 24, Route.UNICAST, 2, null, null, 0)),
            true));
    director.neighbours().learn(1, ROUTER, CLIENT_MAC, Long.MAX_VALUE / 2, false);
    director.neighbours().learn(2, SERVER, SERVER_MAC, Long.MAX_VALUE / 2, false);
    serve(ServiceKey.TCP, 80, 8080, ServerSpec.MASQ);
    serve(ServiceKey.UDP, 53, 53, ServerSpec.MASQ);
    serve(ServiceKey.TCP, 81, 81, ServerSpec.ROUTE);
    serve(ServiceKey.TCP, 82, 82, ServerSpec.TUNNEL);
  }

  private void serve(int protocol, int port, int serverPort, int method) {
    ServiceKey service = ServiceKey.of(protocol, VIP, port);
    director.newService(service, ServiceSpec.of("wlc"));
    director.newServer(service, new ServerKey(SERVER, serverPort), ServerSpec.of(method, 1));
  }

  @Override
  public void close() {
    director.close();
  }
}
