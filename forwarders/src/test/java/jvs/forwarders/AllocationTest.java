package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.port.MemoryPort;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is allocated for any packet but the first of a connection. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int FLOWS = 256;
  private static final int CYCLES = 5_000;
  private static final long COMPILED_NANOS = 30_000_000_000L;
  private static final int PUSH = TcpHeader.ACK | TcpHeader.PSH;
  private static final String LOCAL_END = "10.2.0.1";
  private static final String ROUTER_V6 = "fd00::fe";
  private static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);

  private final List<byte[]> requests = new ArrayList<>();
  private final List<byte[]> replies = new ArrayList<>();
  private boolean isSynchronised;
  private boolean areAnotherWorkers;
  private DirectorOptions options = DirectorOptions.of(1000, 1);

  @ParameterizedTest
  @ValueSource(ints = {ServerSpec.MASQ, ServerSpec.ROUTE, ServerSpec.TUNNEL, ServerSpec.FULLNAT})
  void anEstablishedPacketCostsNoByte(int method) {
    add(requests, AllocationTest::segment);
    if (method == ServerSpec.MASQ) {
      add(replies, AllocationTest::reply);
    } else if (method == ServerSpec.FULLNAT) {
      replies.addAll(repliesToLocalEnds());
    }

    run(TestDirector.TCP, method, "forwarded");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "1, 1", "1, 2", "2, 0", "2, 1"})
  void aPacketInATunnelCostsNoByte(int type, int flags) {
    add(requests, AllocationTest::segment);

    run(
        TestDirector.TCP,
        new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, type, 6080, flags),
        TestDirector.SERVER,
        "forwarded");
  }

  @ParameterizedTest
  @ValueSource(ints = {ServerSpec.MASQ, ServerSpec.ROUTE, ServerSpec.TUNNEL})
  void anEstablishedPacketOfIpv6CostsNoByte(int method) {
    add(requests, i -> requestV6(i).tcp(TcpHeader.ACK));
    if (method == ServerSpec.MASQ) {
      add(
          replies,
          i ->
              Frames.reply(8080)
                  .from(TestDirector.SERVER_V6, 8080)
                  .to(TestDirector.CLIENT_V6, 2000 + i)
                  .tcp(TcpHeader.ACK));
    }

    run(TCP_V6, ServerSpec.of(method, 1), TestDirector.SERVER_V6, "forwarded");
  }

  @Test
  void aDatagramCostsNoByte() {
    add(requests, i -> request(i).to(TestDirector.VIP, 53).udp());
    add(replies, i -> Frames.reply(8080).to(TestDirector.CLIENT, 2000 + i).udp());

    run(TestDirector.UDP, ServerSpec.MASQ, "forwarded");
  }

  @Test
  void sctpCostsNoByte() {
    int[] data = {0, 3, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4};
    add(requests, i -> Frames.sctp(request(i), data));

    run(
        ServiceKey.of(ServiceKey.SCTP, IpAddress.parse(TestDirector.VIP), 80),
        ServerSpec.MASQ,
        "forwarded");
  }

  @Test
  void whatIsSaidToAnFtpServerCostsNoByte() {
    add(requests, i -> request(i).to(TestDirector.VIP, 21).text("NOOP\r\n").tcp(PUSH));
    add(
        replies,
        i ->
            Frames.reply(8080).to(TestDirector.CLIENT, 2000 + i).text("200 NOOP ok\r\n").tcp(PUSH));

    run(
        ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP), 21),
        ServerSpec.MASQ,
        "forwarded");
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
          byte[] quoted = Frames.packet(translated.tcp(TcpHeader.ACK));
          return Frames.icmp(Frames.reply(1).to(TestDirector.CLIENT, 1), 3, 3, 0, quoted);
        });

    run(TestDirector.TCP, ServerSpec.MASQ, "forwarded");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void fragmentsCostNoByte(boolean areAnothers) {
    areAnotherWorkers = areAnothers;
    for (int i = 0; i < FLOWS; i++) {
      FrameBuilder query = request(i).to(TestDirector.VIP, 53).dontFragment(false).payload(1000);
      byte[] whole = Frames.lying(query.udp(), Frames.IP + 4, i >> 8, i);
      requests.add(Frames.fragment(whole, 0, 512, true));
      requests.add(Frames.fragment(whole, 512, 1008, false));
    }

    run(TestDirector.UDP, ServerSpec.MASQ, null);
  }

  @Test
  void aPacketThatIsCutForItsTunnelCostsNoByte() {
    add(requests, i -> request(i).dontFragment(false).payload(1460).tcp(TcpHeader.ACK));

    run(TestDirector.TCP, ServerSpec.TUNNEL, "forwarded");
  }

  @Test
  void aPacketThatIsTooLongForItsTunnelCostsNoByte() {
    add(requests, i -> request(i).payload(1460).tcp(TcpHeader.ACK));

    run(TestDirector.TCP, ServerSpec.TUNNEL, "fragmentation_needed");
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
    options = DirectorOptions.of(1, 1);
    add(requests, i -> request(i).tcp(i == 0 ? TcpHeader.ACK : TcpHeader.SYN));

    run(TestDirector.TCP, ServerSpec.MASQ, "connection_table_full");
  }

  @Test
  void aPacketThatNoServerTakesCostsNoByte() {
    add(requests, i -> request(i).tcp(TcpHeader.SYN));

    run(TestDirector.TCP, ServerSpec.of(ServerSpec.MASQ, 0), TestDirector.SERVER, "no_server");
  }

  @Test
  void aPacketForTheHostCostsNoByte() {
    add(requests, i -> request(i).to(TestDirector.VIP, 22).tcp(TcpHeader.SYN));

    run(TestDirector.TCP, ServerSpec.MASQ, "passed");
  }

  private static FrameBuilder request(int flow) {
    return Frames.request().from(TestDirector.CLIENT, 2000 + flow);
  }

  private static FrameBuilder requestV6(int flow) {
    return Frames.requestV6().from(TestDirector.CLIENT_V6, 2000 + flow);
  }

  private static byte[] segment(int flow) {
    return request(flow).tcp(TcpHeader.ACK);
  }

  private static byte[] reply(int flow) {
    return Frames.reply(8080).to(TestDirector.CLIENT, 2000 + flow).tcp(TcpHeader.ACK);
  }

  /** A director like that of the test shows which local ends the requests will get. */
  private List<byte[]> repliesToLocalEnds() {
    List<byte[]> made = new ArrayList<>();
    try (TestDirector lab = new TestDirector(options)) {
      MemoryPort clientSide = new MemoryPort("eth0", 1);
      MemoryPort serverSide = new MemoryPort("eth1", 2);
      Worker worker = lab.director.addWorker(clientSide, serverSide);
      serve(lab, TestDirector.TCP, ServerSpec.of(ServerSpec.FULLNAT, 1), TestDirector.SERVER);
      for (byte[] request : requests) {
        clientSide.inject(request);
        worker.doWork();
        byte[] sent = serverSide.drain().getLast();
        int port = ByteBuffer.wrap(sent).getChar(Frames.TRANSPORT);
        made.add(Frames.reply(8080).to(LOCAL_END, port).tcp(TcpHeader.ACK));
      }
    }
    return made;
  }

  private static void serve(
      TestDirector lab, ServiceKey service, ServerSpec server, String serverAddress) {
    boolean isTranslated =
        server.method() == ServerSpec.MASQ || server.method() == ServerSpec.FULLNAT;
    lab.director.setSysctl("sloppy_tcp", "1");
    lab.director.setSysctl("sloppy_sctp", "1");
    int netmask = service.address().isV4() ? -1 : 128;
    lab.director.newService(service, new ServiceSpec("first", 0, 0, netmask, ""));
    int port = isTranslated ? 8080 : service.port();
    ServerKey key = new ServerKey(IpAddress.parse(serverAddress), port);
    lab.director.newServer(service, key, server);
    if (server.method() == ServerSpec.FULLNAT) {
      lab.director.newLocalAddress(service, IpAddress.parse(LOCAL_END));
    }
  }

  private static void add(List<byte[]> frames, IntFunction<byte[]> ofFlow) {
    for (int i = 0; i < FLOWS; i++) {
      frames.add(ofFlow.apply(i));
    }
  }

  private void run(ServiceKey service, int method, @Nullable String ending) {
    run(service, ServerSpec.of(method, 1), TestDirector.SERVER, ending);
  }

  /**
   * Replays the frames until a round of them costs nothing.
   *
   * @param ending what nearly all of them come to, if it is one thing
   */
  private void run(
      ServiceKey service, ServerSpec server, String serverAddress, @Nullable String ending) {
    try (TestDirector lab = new TestDirector(options)) {
      Director director = lab.director;
      director.networkChanged(
          TestDirector.network(
              !options.ownsVips(),
              TestDirector.route("fd00:5::", 64, 1, IpAddress.parse(ROUTER_V6))));
      IpAddress router = IpAddress.parse(ROUTER_V6);
      director.neighbours().learn(1, router, TestDirector.ROUTER_MAC, lab.nowMillis, false);
      ReplayPort clientSide = new ReplayPort("eth0", 1, requests);
      ReplayPort serverSide = new ReplayPort("eth1", 2, replies.isEmpty() ? requests : replies);
      serverSide.pause(replies.isEmpty());
      ReplayPort silent = new ReplayPort("eth0", 1, requests);
      silent.pause(true);
      ReplayPort away = new ReplayPort("eth1", 2, requests);
      away.pause(true);
      List<Worker> workers = new ArrayList<>(List.of(director.addWorker(clientSide, serverSide)));
      if (areAnotherWorkers) {
        workers.add(director.addWorker(silent, away));
      }
      serve(lab, service, server, serverAddress);
      SyncWire wire = new SyncWire();
      int owner = areAnotherWorkers ? 2 : 1;
      director.sync().use(wire, flow -> owner);
      if (isSynchronised) {
        director.setSysctl("sync_threshold", "0 1");
        director.newDaemon(SyncWire.daemon(true));
      }
      // Until the compiler is done some calls may allocate, and it is behind when the machine is
      // busy.
      long start = System.nanoTime();
      long bytes = Long.MAX_VALUE;
      while (bytes > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        run(workers);
        bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
      }

      assertEquals(isSynchronised, isSynchronised && wire.entries(lab.nowMillis) > 0);
      assertEquals(areAnotherWorkers, away.sentFrames() > 0);
      assertEquals(0, bytes, "bytes for " + CYCLES + " bursts");
      assertEnded(ending, director.frameCounters());
    }
  }

  private static void assertEnded(@Nullable String ending, Map<String, Long> counters) {
    long received = counters.getOrDefault("received", 0L);
    long ended =
        ending == null
            ? counters.getOrDefault("forwarded", 0L) + counters.getOrDefault("consumed", 0L)
            : counters.getOrDefault(ending, 0L);
    assertTrue(ended >= 0.99 * received, counters::toString);
  }

  private static void run(List<Worker> workers) {
    for (int i = 0; i < CYCLES; i++) {
      for (int w = 0; w < workers.size(); w++) {
        workers.get(w).doWork();
      }
    }
  }
}
