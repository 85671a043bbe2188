package jvs.bench.wire;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HexFormat;
import java.util.concurrent.locks.LockSupport;
import jvs.linux.Mapping;
import jvs.linux.NetworkNamespace;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.port.RingGeometry;
import jvs.wire.Checksum;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * Sends UDP datagrams of many flows through a packet socket, as fast as it can or at a rate: frames
 * made before, valid checksums, 64 a system call, past traffic control.
 */
final class Generator {
  /**
   * What was sent.
   *
   * @param frames how many
   * @param nanos in which time
   * @param cpuNanos for how much processor time of the sending thread; on a veth that is also what
   *     the receiver's kernel spends
   */
  record Sent(long frames, long nanos, long cpuNanos) {}

  private static final int BURST = 64;
  private static final int PACED_BURST = 16;
  private static final int ETHERNET = 14;
  private static final int HEADERS = ETHERNET + 20 + 8;
  private static final int ROOM = 256;
  private static final int FIRST_CLIENT = 0xc612_0000; // 198.18.0.0/15, for benchmarks (RFC 2544)

  private final String namespace;
  private final byte[] destinationMac;
  private final int destination;
  private final int port;

  /** To an address and port behind a hardware address, from the interface eth0 of a namespace. */
  Generator(String namespace, String destinationMac, String destination, int port) {
    this.namespace = namespace;
    this.destinationMac = HexFormat.ofDelimiter(":").parseHex(destinationMac);
    this.destination = IpAddress.parse(destination).v4();
    this.port = port;
  }

  /**
   * Sends.
   *
   * @param flows how many flows take turns
   * @param frameBytes length of a frame without FCS, 60 or more
   * @param framesPerSecond 0 for as fast as possible
   * @param nanos how long
   */
  Sent send(int flows, int frameBytes, int framesPerSecond, long nanos) {
    Sent[] sent = new Sent[1];
    Thread thread =
        Thread.ofPlatform()
            .name("generator")
            .start(() -> sent[0] = run(flows, frameBytes, framesPerSecond, nanos));
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (sent[0] == null) {
      throw new IllegalStateException("the generator failed");
    }
    return sent[0];
  }

  private Sent run(int flows, int frameBytes, int framesPerSecond, long nanos) {
    NetworkNamespace.enter(namespace);
    int stride = ROOM + (frameBytes + 63) / 64 * 64;
    AfPacketOptions options =
        new AfPacketOptions(new RingGeometry(2048, 64), BpfProgram.NOTHING, true, false, null);
    try (Mapping memory = new Mapping((long) flows * stride);
        AfPacketPort eth0 = new AfPacketPort("eth0", options)) {
      for (int i = 0; i < flows; i++) {
        write(memory.address() + (long) i * stride + ROOM, frameBytes, i);
      }
      return pump(eth0, memory.address() + ROOM, stride, flows, frameBytes, framesPerSecond, nanos);
    }
  }

  private static Sent pump(
      AfPacketPort eth0,
      long first,
      int stride,
      int flows,
      int frameBytes,
      int framesPerSecond,
      long nanos) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int burst = framesPerSecond == 0 ? BURST : PACED_BURST;
    long frames = 0;
    int flow = 0;
    long cpu = 0;
    long start = System.nanoTime();
    long now = start;
    while (now - start < nanos) {
      long before = threads.getCurrentThreadCpuTime();
      for (int i = 0; i < burst; i++) {
        eth0.send(first + (long) flow * stride, frameBytes);
        flow = flow + 1 == flows ? 0 : flow + 1;
      }
      eth0.flush();
      frames += burst;
      // Sleeping costs, too, but that is not the frames'.
      cpu += threads.getCurrentThreadCpuTime() - before;
      now = System.nanoTime();
      long due = framesPerSecond == 0 ? 0 : frames * 1_000_000_000L / framesPerSecond;
      if (due > now - start) {
        LockSupport.parkNanos(due - (now - start));
        now = System.nanoTime();
      }
    }
    return new Sent(frames - eth0.sendErrors(), now - start, cpu);
  }

  private void write(long frame, int frameBytes, int flow) {
    VnetHeader.clear(frame);
    Memory.copy(destinationMac, 0, frame, 6);
    Memory.put16(frame + 6, 0x0200);
    Memory.put32(frame + 8, 1);
    Memory.put16(frame + 12, 0x0800);
    long ip = frame + ETHERNET;
    int client = FIRST_CLIENT + flow / 16;
    Memory.put32(ip, 0x4500_0000 | frameBytes - ETHERNET);
    Memory.put32(ip + 4, 0);
    Memory.put32(ip + 8, 64 << 24 | 17 << 16);
    Memory.put32(ip + 12, client);
    Memory.put32(ip + 16, destination);
    Memory.put16(ip + 10, Checksum.finish(Checksum.sum(ip, 20)));
    int udpBytes = frameBytes - ETHERNET - 20;
    long udp = ip + 20;
    Memory.put16(udp, 20_000 + flow % 16 * 7);
    Memory.put16(udp + 2, port);
    Memory.put16(udp + 4, udpBytes);
    Memory.put16(udp + 6, 0);
    Memory.zero(frame + HEADERS, frameBytes - HEADERS);
    long sum = Checksum.pseudoV4(client, destination, 17, udpBytes) + Checksum.sum(udp, udpBytes);
    int checksum = Checksum.finish(sum);
    Memory.put16(udp + 6, checksum == 0 ? 0xffff : checksum);
  }
}
