package jvs.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import jvs.wire.Checksum;
import jvs.wire.FrameBuilder;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Taking a frame apart, and checksums. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HeaderBenchmark {
  private final Packet packet = new Packet();
  private long v4;
  private int v4Length;
  private long v6;
  private int v6Length;
  private long bytes;
  private int checksum = 0x1234;

  /** Makes the frames. */
  @Setup(Level.Trial)
  public void prepare() {
    FrameBuilder frames = new FrameBuilder().payload(10);
    byte[] inV4 = frames.tcp(TcpHeader.ACK);
    byte[] inV6 = frames.from("fd00::1", 1).to("fd00::2", 80).tcp(TcpHeader.ACK);
    v4 = place(inV4);
    v4Length = inV4.length;
    v6 = place(inV6);
    v6Length = inV6.length;
    bytes = place(new byte[1500]);
  }

  private static long place(byte[] octets) {
    long address = Arena.global().allocate(octets.length + 128L, 64).address() + 64;
    Memory.copy(octets, 0, address, octets.length);
    return address;
  }

  /** TCP over IPv4: Ethernet, IP with its checksum, TCP, ports. */
  @Benchmark
  public int dissectV4() {
    return packet.dissect(v4, v4Length, 1);
  }

  /** TCP over IPv6. */
  @Benchmark
  public int dissectV6() {
    return packet.dissect(v6, v6Length, 1);
  }

  /** The checksum of 1500 bytes. */
  @Benchmark
  public int sum1500() {
    return Checksum.finish(Checksum.sum(bytes, 1500));
  }

  /** The checksum of 20 bytes. */
  @Benchmark
  public int sum20() {
    return Checksum.finish(Checksum.sum(bytes, 20));
  }

  /** A checksum after an address has changed. */
  @Benchmark
  public int update() {
    checksum = Checksum.update(checksum, Checksum.delta32(0x0a63_0001, 0x0a01_0001));
    return checksum;
  }
}
