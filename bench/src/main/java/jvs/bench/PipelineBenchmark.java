package jvs.bench;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.TimeUnit;
import jvs.port.FrameBatch;
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
 * A packet through the whole pipeline, from memory port to memory port, each of another flow drawn
 * by lot.
 *
 * <p>One operation is one frame of a burst of 64: received, taken apart, its connection found,
 * state, counters, rewritten, routed, sent. The port writes the frame as it is received; {@link
 * #generation} is the share of that. Run with {@code -prof gc}: the allocation rate per operation
 * is 0.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class PipelineBenchmark {
  /** The packets. */
  @Param public Way way = Way.NAT_IN;

  /** Connections. */
  @Param({"1", "1000", "10000", "100000", "1000000", "10000000"})
  public int flows = 1;

  private final FrameBatch batch = new FrameBatch(DirectorInMemory.BURST);
  private @Nullable DirectorInMemory director;

  /** Opens the connections. */
  @Setup(Level.Trial)
  public void open() {
    director = new DirectorInMemory(way, flows);
  }

  /** A burst through the pipeline. */
  @Benchmark
  @OperationsPerInvocation(DirectorInMemory.BURST)
  public int packet() {
    return requireNonNull(director).burst();
  }

  /** What of {@link #packet} is the port's: a burst is written and forgotten. */
  @Benchmark
  @OperationsPerInvocation(DirectorInMemory.BURST)
  public int generation() {
    batch.clear();
    FlowPort source = requireNonNull(director).source();
    int received = source.receive(batch);
    source.release();
    return received;
  }

  /** Frees the memory. */
  @TearDown(Level.Trial)
  public void close() {
    requireNonNull(director).close();
  }
}
