package jvs.bench;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.service.ServerSpec;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Operations of the connection table one at a time, each on another connection drawn by lot; what
 * bursts make of the cache misses is in {@link PipelineBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TableBenchmark {
  private static final int VIP = 0x0a63_0001;
  private static final int SERVER = 0x0a01_0001;

  /** Connections, all of them NAT's. */
  @Param({"1000", "100000", "1000000", "10000000"})
  public int flows = 1000;

  /** Whose they are: drawn, or chosen by somebody who hopes that they collide. */
  @Param({"DRAWN"})
  public Keys keys = Keys.DRAWN;

  private final FlowKey key = new FlowKey();
  private @Nullable ConnectionTable table;
  private @Nullable Connection connection;
  private long random = 42;

  /** Fills the table but for one place. */
  @Setup(Level.Trial)
  public void fill() {
    ConnectionTable made = new ConnectionTable(flows + 1, 42);
    table = made;
    connection = new Connection(made);
    for (int flow = 0; flow < flows; flow++) {
      add(flow);
    }
  }

  private int add(int flow) {
    ConnectionTable filled = requireNonNull(table);
    request(6, flow);
    int slot = filled.allocate();
    requireNonNull(connection)
        .at(slot)
        .initialise(key, ServerSpec.MASQ, false, 0, SERVER, 8080, 1, 0);
    filled.publish(slot);
    return slot;
  }

  private FlowKey request(int protocol, int flow) {
    return key.setV4(protocol, keys.address(flow), keys.port(flow), VIP, 80);
  }

  private int draw() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (int) ((random >>> 32) * flows >>> 32);
  }

  /** What of the others is the key's. */
  @Benchmark
  public FlowKey key() {
    return request(6, draw());
  }

  /** Finds the connection of a request. */
  @Benchmark
  public int findRequest() {
    return requireNonNull(table).findRequest(request(6, draw()));
  }

  /** Finds the connection of a reply. */
  @Benchmark
  public int findReply() {
    int flow = draw();
    key.setV4(6, keys.address(flow), keys.port(flow), SERVER, 8080);
    return requireNonNull(table).findReply(key);
  }

  /** Finds that there is none. */
  @Benchmark
  public int findNothing() {
    return requireNonNull(table).findRequest(request(17, draw()));
  }

  /** Adds a connection and takes it out again. */
  @Benchmark
  public int addAndFree() {
    int slot = add(draw() | 1 << 30);
    requireNonNull(table).free(slot);
    return slot;
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void close() {
    requireNonNull(table).close();
  }
}
