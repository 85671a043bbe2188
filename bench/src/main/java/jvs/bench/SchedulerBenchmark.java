package jvs.bench;

import static java.util.Objects.requireNonNull;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import jvs.flow.FlowKey;
import jvs.schedulers.Schedulers;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One choice of each scheduler, by the number of servers.
 *
 * <p>Servers have weights 1 to 10 and at least one active connection; flows come from 4096 clients
 * to 256 virtual addresses. Run with {@code -prof gc}: the allocation rate per choice is 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SchedulerBenchmark {
  private static final int CLIENTS = 4096;
  private static final ServiceKey SERVICE =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.99.0.1"), 80);

  /** Name as in {@code ipvsadm -s}. */
  @Param({
    "rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh", "sh", "sed", "nq", "fo", "ovf", "mh", "twos"
  })
  public String scheduler = "rr";

  /** Servers of the service. */
  @Param({"3", "30", "1000"})
  public int servers = 3;

  private final int[] clients = new int[CLIENTS];
  private final FlowKey flow = new FlowKey();
  private ServerList list = ServerList.EMPTY;
  private @Nullable Scheduler chooser;
  private int next;

  /** Makes the servers and their load. */
  @Setup(Level.Trial)
  public void prepare() {
    SplittableRandom random = new SplittableRandom(42);
    RealServer[] newestFirst = new RealServer[servers];
    for (int i = 0; i < servers; i++) {
      ServerKey key = new ServerKey(IpAddress.v4(0x0a01_0000 + i), 80);
      int weight = random.nextInt(1, 11);
      newestFirst[i] = new RealServer(SERVICE, key, ServerSpec.of(ServerSpec.MASQ, weight), i);
      for (int active = random.nextInt(1, weight + 1); active > 0; active--) {
        newestFirst[i].bindConnection(true);
      }
    }
    list = ServerList.of(newestFirst);
    SchedulerContext context =
        new SchedulerContext(() -> 0, () -> 0, 42, 8, 12, () -> 86_400, () -> 86_400);
    chooser = requireNonNull(Schedulers.find(scheduler)).create(context, list);
    for (int i = 0; i < CLIENTS; i++) {
      clients[i] = random.nextInt();
    }
    for (int i = 0; i < 10 * CLIENTS; i++) {
      if (choose() == null) { // or the figure would be that of a refusal
        throw new IllegalStateException(scheduler + " chose no server");
      }
    }
  }

  /** A new client's server. */
  @Benchmark
  public @Nullable RealServer choose() {
    int client = clients[next++ & (CLIENTS - 1)];
    flow.setV4(6, client, client >>> 16, 0x0a63_0000 + (client & 0xff), 80);
    return requireNonNull(chooser).schedule(list, flow);
  }
}
