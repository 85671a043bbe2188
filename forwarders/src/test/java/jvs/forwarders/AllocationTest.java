package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.port.ReplayPort;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is allocated for any packet but the first of a connection. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int FLOWS = 256;
  private static final int CYCLES = 5_000;
  private static final long COMPILED_NANOS = 30_000_000_000L;
  private static final int ICMP = 34;
  private static final int QUOTED = 42;

  private final List<byte[]> requests = new ArrayList<>();
  private final List<byte[]> replies = new ArrayList<>();
  private boolean isSynchronised;
  private int connections = 1000;

  @ParameterizedTest
  @ValueSource(ints = {ServerSpec.MASQ, ServerSpec.ROUTE, ServerSpec.TUNNEL, ServerSpec.FULLNAT})
  void anEstablishedPacketCostsNoByte(int method) {
    add(requests, AllocationTest::segment);
    if (method == ServerSpec.MASQ) {
      add(replies, AllocationTest::reply);
    }

    run(TestDirector.TCP, method, method == ServerSpec.FULLNAT ? null : "forwarded");
  }

  @Test
  void aPacketThatBackupsAreToldOfCostsNoByte() {
    isSynchronised = true;
    add(requests, AllocationTest::segment);
    add(replies, AllocationTest::reply);

    run(TestDirector.TCP, ServerSpec.MASQ, "forwarded");
  }

  @Test
  void anErrorAboutAConnectionCostsNoByte() {
    add(requests, AllocationTest::segment);
    add(
        replies,
        i -> {
          FrameBuilder translated =
              Frames.routed().from(TestDirector.CLIENT, 2000 + i).to(TestDirector.SERVER, 8080);
          return unreachable(
              Frames.reply(1).to(TestDirector.CLIENT, 1), translated.tcp(TcpHeader.ACK));
        });

    run(TestDirector.TCP, ServerSpec.MASQ, "forwarded");
  }

  @Test
  void fragmentsCostNoByte() {
    for (int i = 0; i < FLOWS; i++) {
      byte[] whole =
          Frames.request()
              .from(TestDirector.CLIENT, 2000 + i)
              .to(TestDirector.VIP, 53)
              .dontFragment(false)
              .payload(1000)
              .udp();
      Frames.lying(whole, Frames.IP + 4, i >> 8, i);
      requests.add(Frames.fragment(whole, 0, 512, true));
      requests.add(Frames.fragment(whole, 512, 1008, false));
    }

    run(TestDirector.UDP, ServerSpec.MASQ, null);
  }

  @Test
  void aDroppedPacketCostsNoByte() {
    add(requests, i -> Frames.with(segment(i), Frames.IP + 10, 1, 1));

    run(TestDirector.TCP, ServerSpec.MASQ, "ipv4_checksum");
  }

  @Test
  void aPacketThatIsAnsweredWithAnErrorCostsNoByte() {
    add(requests, i -> request(i).timeToLive(1).tcp(TcpHeader.ACK));

    run(TestDirector.TCP, ServerSpec.MASQ, "ttl_exceeded");
  }

  @Test
  void aPacketThatFindsNoRoomCostsNoByte() {
    connections = 1;
    add(requests, i -> request(i).tcp(i == 0 ? TcpHeader.ACK : TcpHeader.SYN));

    run(TestDirector.TCP, ServerSpec.MASQ, "connection_table_full");
  }

  private static FrameBuilder request(int flow) {
    return Frames.request().from(TestDirector.CLIENT, 2000 + flow);
  }

  private static byte[] segment(int flow) {
    return request(flow).tcp(TcpHeader.ACK);
  }

  private static byte[] reply(int flow) {
    return Frames.reply(8080).to(TestDirector.CLIENT, 2000 + flow).tcp(TcpHeader.ACK);
  }

  private static void add(List<byte[]> frames, IntFunction<byte[]> ofFlow) {
    for (int i = 0; i < FLOWS; i++) {
      frames.add(ofFlow.apply(i));
    }
  }

  /** "Port unreachable" about a packet, between the ends of {@code header}. */
  private static byte[] unreachable(FrameBuilder header, byte[] about) {
    byte[] frame = header.payload(about.length - Frames.IP).udp();
    byte[] icmp = Frames.with(frame, ICMP, 3, 3, 0, 0, 0, 0, 0, 0);
    System.arraycopy(about, Frames.IP, icmp, QUOTED, about.length - Frames.IP);
    Frames.putChecksum(icmp, ICMP + 2, ICMP, icmp.length);
    return Frames.lying(icmp, Frames.IP + 9, 1);
  }

  /**
   * Replays the frames until a round of them costs nothing.
   *
   * @param ending what nearly all of them come to, if it is one thing
   */
  private void run(ServiceKey service, int method, @Nullable String ending) {
    boolean isTranslated = method == ServerSpec.MASQ || method == ServerSpec.FULLNAT;
    try (TestDirector lab = new TestDirector(DirectorOptions.of(connections, 1))) {
      Director director = lab.director;
      director.setSysctl("sloppy_tcp", "1");
      director.newService(service, ServiceSpec.of("first"));
      ServerKey server =
          new ServerKey(IpAddress.parse(TestDirector.SERVER), isTranslated ? 8080 : service.port());
      director.newServer(service, server, ServerSpec.of(method, 1));
      if (method == ServerSpec.FULLNAT) {
        director.newLocalAddress(service, IpAddress.parse("10.2.0.1"));
      }
      ReplayPort clientSide = new ReplayPort("eth0", 1, requests);
      ReplayPort serverSide = new ReplayPort("eth1", 2, replies.isEmpty() ? requests : replies);
      serverSide.pause(replies.isEmpty());
      Worker worker = director.addWorker(clientSide, serverSide);
      SyncWire wire = new SyncWire();
      if (isSynchronised) {
        director.sync().use(wire, flow -> 0);
        director.setSysctl("sync_threshold", "0 1");
        director.newDaemon(SyncWire.daemon(true));
      }
      // Until the compiler is done some calls may allocate, and it is behind when the machine is
      // busy.
      long start = System.nanoTime();
      long bytes = Long.MAX_VALUE;
      while (bytes > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run(worker, CYCLES);
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }

      assertEquals(isSynchronised, isSynchronised && wire.entries(lab.nowMillis) > 0);
      assertEquals(0, bytes, "bytes for " + CYCLES + " bursts");
      assertEnded(ending, worker);
    }
  }

  private static void assertEnded(@Nullable String ending, Worker worker) {
    Map<String, Long> counters = worker.counters().toMap();
    long received = counters.getOrDefault("received", 0L);
    long ended =
        ending == null
            ? counters.getOrDefault("forwarded", 0L)
                + counters.getOrDefault("consumed", 0L)
                + counters.getOrDefault("forwarded_unintroduced", 0L)
            : counters.getOrDefault(ending, 0L);
    assertTrue(ended >= 0.99 * received, counters::toString);
  }

  private static void run(Worker worker, int cycles) {
    for (int i = 0; i < cycles; i++) {
      worker.doWork();
    }
  }
}
