package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.port.ReplayPort;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is allocated for a packet of an established connection. */
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int FLOWS = 256;
  private static final int CYCLES = 20_000;
  private static final long COMPILED_NANOS = 30_000_000_000L;

  @ParameterizedTest
  @ValueSource(ints = {ServerSpec.MASQ, ServerSpec.ROUTE})
  void anEstablishedPacketCostsNoByte(int method) {
    run(method, false);
  }

  @Test
  void aPacketThatBackupsAreToldOfCostsNoByte() {
    run(ServerSpec.MASQ, true);
  }

  private static void run(int method, boolean isSynchronised) {
    List<byte[]> requests = new ArrayList<>();
    List<byte[]> replies = new ArrayList<>();
    int serverPort = method == ServerSpec.MASQ ? 8080 : 80;
    for (int i = 0; i < FLOWS; i++) {
      FrameBuilder frames = new FrameBuilder();
      frames.macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC);
      frames.from(TestDirector.CLIENT, 2000 + i).to(TestDirector.VIP, 80);
      requests.add(frames.tcp(TcpHeader.ACK));
      frames.macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC);
      frames.from(TestDirector.SERVER, serverPort).to(TestDirector.CLIENT, 2000 + i);
      replies.add(frames.tcp(TcpHeader.ACK));
    }
    try (TestDirector lab = new TestDirector(DirectorOptions.of(1000, 1))) {
      Director director = lab.director;
      director.setSysctl("sloppy_tcp", "1");
      director.newService(TestDirector.TCP, ServiceSpec.of("first"));
      ServerKey server = new ServerKey(IpAddress.parse(TestDirector.SERVER), serverPort);
      director.newServer(TestDirector.TCP, server, ServerSpec.of(method, 1));
      ReplayPort clientSide = new ReplayPort("eth0", 1, requests);
      ReplayPort serverSide = new ReplayPort("eth1", 2, replies);
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
      long received = worker.counters().receivedFrames();
      assertEquals(0, bytes, "bytes for " + CYCLES + " bursts");
      long forwarded = clientSide.sentFrames() + serverSide.sentFrames();
      assertTrue(forwarded >= (method == ServerSpec.MASQ ? received - 64 : received / 2 - 64));
    }
  }

  private static void run(Worker worker, int cycles) {
    for (int i = 0; i < cycles; i++) {
      worker.doWork();
    }
  }
}
