package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.FrameCounters;
import jvs.engine.Worker;
import jvs.forwarders.Forwarders;
import jvs.linux.LinuxException;
import jvs.port.FilterRules;
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
import jvs.wire.Endpoint;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Has the packet path compiled before the first real frame, by frames of its own through a director
 * of its own: code that is still interpreted is too slow for 100,000 frames a second.
 *
 * <p>Most of its frames are NAT's, so that the compiler takes that for the usual case and the other
 * methods for possible ones. One thread.
 */
final class WarmUp implements AutoCloseable {
  private static final Logger LOG = System.getLogger(WarmUp.class.getName());
  private static final int CONNECTIONS = 4096;
  private static final int FLOWS = 16;
  private static final int ROUND = 1000;
  private static final long A_DAY_MILLIS = 86_400_000;
  private static final long QUIET_NANOS = 150_000_000;
  private static final long CLIENT_MAC = 0x0200_0000_00feL;
  private static final long SERVER_MAC = 0x0200_0000_0201L;
  private static final long LINK_MAC = 0; // the loopback interface's
  private static final IpAddress VIP = IpAddress.parse("192.0.2.1");
  private static final IpAddress ROUTER = IpAddress.parse("198.51.100.254");
  private static final IpAddress SERVER = IpAddress.parse("203.0.113.1");

  private final List<byte[]> frames = new ArrayList<>();
  private final @Nullable WarmUpWire wire;
  private final Director director;
  private final Worker worker;
  private long nowMillis = 1_000_000;

  /**
   * With frames that come over a wire.
   *
   * @param isReal whether that may be one of the kernel's, and the calling thread's network
   *     namespace another one from now on; in memory else, or if this process may not do that
   */
  WarmUp(boolean isReal) {
    for (int flow = 0; flow < FLOWS; flow++) {
      addConnections(flow);
    }
    director =
        new Director(
            DirectorOptions.of(CONNECTIONS, 1),
            Schedulers.all(),
            Forwarders.all(),
            () -> nowMillis);
    wire = isReal ? wire(frames) : null;
    worker = director.addWorker(wire == null ? new ReplayPort("wire", 1, frames) : wire.port());
    configure();
  }

  private static @Nullable WarmUpWire wire(List<byte[]> frames) {
    Set<Endpoint> services = new HashSet<>();
    Set<Endpoint> servers = new HashSet<>();
    for (int protocol : TakenFrames.PROTOCOLS) {
      services.add(new Endpoint(VIP, protocol, 0));
      servers.add(new Endpoint(SERVER, protocol, 0));
    }
    try {
      return new WarmUpWire(frames, new FilterRules(services, servers, true, false));
    } catch (LinuxException e) {
      return null;
    }
  }

  /**
   * Starts a thread that runs until the compiler has nothing more to do, for {@code mostMillis} at
   * most.
   */
  static Thread start(long mostMillis) {
    return Thread.ofPlatform().daemon().name("jvs-warm-up").start(() -> run(mostMillis));
  }

  private static void run(long mostMillis) {
    CompilationMXBean compiler = mostMillis == 0 ? null : ManagementFactory.getCompilationMXBean();
    if (compiler == null) {
      return;
    }
    try (WarmUp warmUp = new WarmUp(true)) {
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
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "the first frames will be slow", e);
    }
  }

  /** Whether its frames come from packet sockets. */
  boolean isReal() {
    return wire != null;
  }

  /** What became of its frames. */
  FrameCounters counters() {
    return worker.counters();
  }

  /** Opens connections, uses them, and lets them expire. */
  void round() {
    for (int i = 0; i < ROUND; i++) {
      if (wire != null) {
        wire.offer();
      }
      worker.doWork();
    }
    nowMillis += A_DAY_MILLIS;
  }

  private void addConnections(int flow) {
    FrameBuilder request = new FrameBuilder().macs(CLIENT_MAC, LINK_MAC);
    request.from(IpAddress.v4(0xc633_6401 + flow), 1024 + 7 * flow);
    FrameBuilder reply = new FrameBuilder().macs(SERVER_MAC, LINK_MAC);
    reply.to(IpAddress.v4(0xc633_6401 + flow), 1024 + 7 * flow);
    request.to(VIP, 80);
    reply.from(SERVER, 8080);
    frames.add(request.payload(0).tcp(TcpHeader.SYN));
    frames.add(reply.payload(0).tcp(TcpHeader.SYN | TcpHeader.ACK));
    for (int i = 0; i < 8; i++) {
      frames.add(request.payload(30 * i).tcp(TcpHeader.ACK));
      frames.add(reply.payload(100 * i).tcp(TcpHeader.ACK));
    }
    frames.add(request.to(VIP, 53).payload(20).udp());
    frames.add(reply.from(SERVER, 53).payload(60).udp());
    frames.add(request.to(VIP, 81 + flow % 2).payload(10).tcp(TcpHeader.SYN));
    frames.add(request.to(VIP, 80).payload(0).tcp(TcpHeader.FIN | TcpHeader.ACK));
    frames.add(reply.from(SERVER, 8080).payload(0).tcp(TcpHeader.FIN | TcpHeader.ACK));
    if (flow == 0) { // what is not for us
      frames.add(request.to(VIP, 9).tcp(TcpHeader.SYN));
      frames.add(reply.from(SERVER, 9).udp());
    }
  }

  private void configure() {
    director.networkChanged(
        new NetworkState(
            List.of(new Link(1, "wire", LINK_MAC, 1500, true, false)),
            List.of(
                new InterfaceAddress(1, VIP, 32, true),
                new InterfaceAddress(1, IpAddress.parse("203.0.113.254"), 24, true)),
            List.of(
                new Route(IpAddress.v4(0), 0, Route.UNICAST, 1, ROUTER, null, 0),
                new Route(IpAddress.parse("203.0.113.0"), 24, Route.UNICAST, 1, null, null, 0)),
            true));
    director.neighbours().learn(1, ROUTER, CLIENT_MAC, Long.MAX_VALUE / 2, false);
    director.neighbours().learn(1, SERVER, SERVER_MAC, Long.MAX_VALUE / 2, false);
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
    if (wire != null) {
      wire.close();
    }
  }
}
