package jvs.bench;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
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
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * An established connection's packet through the whole pipeline, from memory port to memory port.
 *
 * <p>One operation is one frame: received, taken apart, its connection found, state, counters,
 * rewritten, routed, sent. The copy that restores the frame before each pass is included. Run with
 * {@code -prof gc}: the allocation rate per operation is 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PipelineBenchmark {
  private static final int BURST = 64;
  private static final IpAddress VIP = IpAddress.parse("10.99.0.1");
  private static final IpAddress ROUTER = IpAddress.parse("10.0.0.254");
  private static final IpAddress SERVER = IpAddress.parse("10.1.0.1");
  private static final long CLIENT_LINK_MAC = 0x0200_0000_0001L;
  private static final long SERVER_LINK_MAC = 0x0200_0000_0101L;
  private static final long ROUTER_MAC = 0x0200_0000_00feL;
  private static final long SERVER_MAC = 0x0200_0000_0201L;

  /** The packet's way. */
  public enum Way {
    /** NAT, client to server. */
    NAT_IN,
    /** NAT, server to client. */
    NAT_OUT,
    /** Direct routing, client to server. */
    DR
  }

  /** The packet's way. */
  @Param public Way way = Way.NAT_IN;

  /** Connections, used in turn. */
  @Param({"1", "10000"})
  public int flows = 1;

  private @Nullable Director director;
  private @Nullable Worker worker;
  private long nowMillis = 1_000_000;

  /** Opens the connections by their first packets, then leaves one direction on. */
  @Setup(Level.Trial)
  public void open() {
    List<byte[]> requests = new ArrayList<>();
    List<byte[]> replies = new ArrayList<>();
    int serverPort = way == Way.DR ? 80 : 8080;
    for (int i = 0; i < Math.max(BURST, flows); i++) {
      int flow = i % flows;
      IpAddress client = IpAddress.v4(0xc0_00_00_00 + flow);
      int port = 1024 + flow % 60000;
      FrameBuilder frames = new FrameBuilder().payload(10);
      frames.macs(ROUTER_MAC, CLIENT_LINK_MAC).from(client, port).to(VIP, 80);
      requests.add(frames.tcp(TcpHeader.ACK));
      frames.macs(SERVER_MAC, SERVER_LINK_MAC).from(SERVER, serverPort).to(client, port);
      replies.add(frames.tcp(TcpHeader.ACK));
    }
    DirectorOptions options = DirectorOptions.of(1 << 20, 42);
    Director made = new Director(options, Schedulers.all(), Forwarders.all(), () -> nowMillis);
    ReplayPort clientSide = new ReplayPort("eth0", 1, requests);
    ReplayPort serverSide = new ReplayPort("eth1", 2, replies);
    Worker ready = made.addWorker(clientSide, serverSide);
    configure(made, serverPort);
    serverSide.pause(true);
    for (int i = 0; i < requests.size() / BURST + 1; i++) {
      ready.doWork();
    }
    serverSide.pause(way != Way.NAT_OUT);
    clientSide.pause(way == Way.NAT_OUT);
    director = made;
    worker = ready;
    check(clientSide, serverSide, ready);
  }

  /** A benchmark of the wrong path would look fast: everything must have been forwarded. */
  private static void check(ReplayPort clientSide, ReplayPort serverSide, Worker worker) {
    long before = clientSide.sentFrames() + serverSide.sentFrames();
    int work = worker.doWork();
    long sent = clientSide.sentFrames() + serverSide.sentFrames() - before;
    if (work != BURST || sent != BURST) {
      throw new IllegalStateException(
          work + " frames processed, " + sent + " sent: " + worker.counters().toMap());
    }
  }

  private void configure(Director made, int serverPort) {
    made.settings().isSloppyTcp = true;
    made.networkChanged(
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
    made.neighbours().learn(1, ROUTER, ROUTER_MAC, nowMillis, false);
    made.neighbours().learn(2, SERVER, SERVER_MAC, nowMillis, false);
    ServiceKey service = ServiceKey.of(ServiceKey.TCP, VIP, 80);
    made.newService(service, ServiceSpec.of("rr"));
    int method = way == Way.DR ? ServerSpec.ROUTE : ServerSpec.MASQ;
    made.newServer(service, new ServerKey(SERVER, serverPort), ServerSpec.of(method, 1));
  }

  /** One burst. */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public int packet() {
    return requireNonNull(worker).doWork();
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void close() {
    requireNonNull(director).close();
  }
}
