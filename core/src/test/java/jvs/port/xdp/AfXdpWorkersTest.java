package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import jvs.port.FanoutProgram;
import jvs.port.FrameBatch;
import jvs.port.MemoryPort;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AF_XDP for several workers: more queues than workers, as many, and fewer. */
@Timeout(120)
final class AfXdpWorkersTest {
  private static final int SEED = 0x2545_f491;
  private static final int BURST = 64;
  private static final long COMPILED_NANOS = 30_000_000_000L;

  private static int workerOf(int clientPort, int workers) {
    return new FanoutProgram(Set.of(), Set.of(), Set.of(), true, SEED)
        .member(IpAddress.parse(XdpCable.CLIENT).folded(), clientPort, workers);
  }

  /** A client's port whose datagrams are this worker's, beyond some others. */
  private static int portOf(int worker, int workers, int beyond) {
    int port = beyond + 1;
    while (workerOf(port, workers) != worker) {
      port++;
    }
    return port;
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, SKB",
    "2, 2, SKB",
    "4, 2, SKB",
    "2, 3, SKB",
    "1, 2, NATIVE",
    "4, 3, NATIVE",
  })
  void bringsEveryFlowToItsWorkerFromEveryQueue(int queues, int workers, XdpMode mode) {
    int count = 240;
    try (XdpCable ends = XdpCable.make(queues);
        AfXdpInterfaces right = ends.open(mode, new Steering(workers, SEED), false)) {
      int[] expected = new int[workers];
      for (int i = 0; i < count; i++) {
        int port = 20_000 + 17 * i;
        ends.send(ends.datagram(port, 53, i));
        expected[workerOf(port, workers)]++;
      }

      for (int worker = 0; worker < workers; worker++) {
        List<AfXdpPort> ports = right.ports(worker);
        assertEquals(queues, ports.size());
        List<byte[]> frames = XdpCable.receive(ports, expected[worker]);
        assertEquals(expected[worker], frames.size(), "worker " + worker);
        for (byte[] frame : frames) {
          int port = (frame[34] & 0xff) << 8 | frame[35] & 0xff;
          assertEquals(worker, workerOf(port, workers));
        }
      }
    }
  }

  @Test
  void bringsAllOfAClientToOneWorkerIfTold() {
    try (XdpCable ends = XdpCable.make(2);
        AfXdpInterfaces right = ends.open(XdpMode.SKB, new Steering(2, SEED), false)) {
      XdpCable.follow(right, false);
      int address = IpAddress.parse(XdpCable.CLIENT).folded();
      int worker =
          new FanoutProgram(Set.of(), Set.of(), Set.of(), false, SEED).member(address, 0, 2);

      for (int i = 0; i < 60; i++) {
        ends.send(ends.datagram(20_000 + 17 * i, 53, i));
      }

      assertEquals(60, XdpCable.receive(right.ports(worker), 60).size());
    }
  }

  /**
   * Worker 1 alone has frames; worker 0, which keeps rings for it, does nothing until it is told.
   */
  @ParameterizedTest
  @CsvSource({"1, true", "1, false", "2, true", "2, false", "4, true"})
  void wakesTheKeeperBeforeAnythingRunsOut(int queues, boolean isForwarding) {
    int frames = 20_000; // more than there are chunks
    try (XdpCable ends = XdpCable.make(queues);
        AfXdpInterfaces right = ends.open(XdpMode.SKB, new Steering(2, SEED), false)) {
      AtomicBoolean isAwake = new AtomicBoolean();
      long[] wakeUps = new long[1];
      right.wakeBy(
          0,
          () -> {
            isAwake.set(true);
            wakeUps[0]++;
          });
      List<byte[]> datagrams = new ArrayList<>();
      for (int i = 0, port = 20_000; i < 16; i++) {
        port = portOf(1, 2, port);
        datagrams.add(ends.datagram(port, 53, 1));
      }
      FrameBatch batch = new FrameBatch(BURST);
      int returned = 0;
      for (int i = 0; i < frames; i++) {
        ends.send(datagrams.get(i % datagrams.size()));
        forwardOne(right.ports(1), batch, isForwarding);
        if (isAwake.getAndSet(false)) {
          XdpCable.receive(right.ports(0), 0);
          for (AfXdpPort port : right.ports(0)) {
            batch.clear();
            assertEquals(0, port.receive(batch), "nothing is worker 0's");
          }
        }
        batch.clear();
        returned += ends.left().receive(batch);
        ends.left().release();
      }

      if (isForwarding) {
        assertTrue(returned >= frames, returned + " came back");
      }
      for (int worker = 0; worker < 2; worker++) {
        for (AfXdpPort port : right.ports(worker)) {
          assertEquals(0, port.sendErrors());
          assertEquals(0, port.receiveOverruns());
        }
      }
      assertTrue(wakeUps[0] > 0, "worker 0 is needed");
      assertTrue(wakeUps[0] <= frames / 400, wakeUps[0] + " times for " + frames + " frames");
    }
  }

  /** Receives a frame by whichever queue it comes, and sends it by the worker's queue. */
  private static void forwardOne(List<AfXdpPort> ports, FrameBatch batch, boolean isForwarding) {
    long deadline = System.nanoTime() + XdpCable.PATIENCE_NANOS;
    while (System.nanoTime() < deadline) {
      for (AfXdpPort port : ports) {
        batch.clear();
        if (port.receive(batch) > 0) {
          if (isForwarding) {
            Memory.put8(batch.address(0), 2); // to somebody else, or right would see it, too
            ports.getLast().send(batch.address(0), batch.length(0));
            ports.getLast().flush();
          }
          port.release();
          return;
        }
      }
    }
  }

  /** A worker on its own thread that sends back all that it receives. */
  private static final class Mirror implements AutoCloseable {
    private final AtomicBoolean isStopped = new AtomicBoolean();
    private final AtomicLong count = new AtomicLong();
    private final List<AfXdpPort> ports;
    private final Thread thread = Thread.ofPlatform().unstarted(this::run);

    Mirror(List<AfXdpPort> ports) {
      this.ports = ports;
      thread.start();
    }

    private void run() {
      FrameBatch batch = new FrameBatch(BURST);
      AfXdpPort out = ports.getLast();
      while (!isStopped.get()) {
        int work = 0;
        for (AfXdpPort port : ports) {
          batch.clear();
          int received = port.receive(batch);
          for (int i = 0; i < received; i++) {
            Memory.put8(batch.address(i), 2);
            if (i % 5 == 4) {
              out.flush();
            }
            out.send(batch.address(i), batch.length(i));
          }
          if (received > 0) {
            out.flush();
            port.release();
          }
          work += received;
        }
        count.addAndGet(work);
        if (work == 0) {
          LockSupport.parkNanos(10_000);
        }
      }
    }

    @Override
    public void close() {
      isStopped.set(true);
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 2, SKB", "2, 2, SKB", "4, 2, SKB", "2, 3, SKB", "2, 2, NATIVE"})
  void sendsAllFramesBackWholeAndOnceFromSeveralThreads(int queues, int workers, XdpMode mode) {
    int frames = 30_000;
    int[] seen = new int[frames];
    List<Mirror> mirrors = new ArrayList<>();
    try (XdpCable ends = XdpCable.make(queues);
        AfXdpInterfaces right = ends.open(mode, new Steering(workers, SEED), false)) {
      for (int worker = 0; worker < workers; worker++) {
        mirrors.add(new Mirror(right.ports(worker)));
      }
      FrameBatch batch = new FrameBatch(BURST);
      int returned = 0;
      for (int sent = 0; sent < frames; sent += BURST) {
        for (int i = sent; i < Math.min(frames, sent + BURST); i++) {
          ends.send(ends.datagram(20_000 + i % 997, 53, i));
        }
        int due = Math.min(frames, sent + BURST);
        long deadline = System.nanoTime() + XdpCable.PATIENCE_NANOS;
        while (returned < due && System.nanoTime() < deadline) {
          batch.clear();
          ends.left().receive(batch);
          for (int i = 0; i < batch.size(); i++) {
            if (Memory.u8(batch.address(i)) == 2) {
              seen[Memory.u16(batch.address(i) + batch.length(i) - 2)]++;
              returned++;
            }
          }
          ends.left().release();
        }
        assertEquals(due, returned);
      }
      mirrors.forEach(Mirror::close);
      for (int i = 0; i < frames; i++) {
        assertEquals(1, seen[i], "frame " + i);
      }
      for (Mirror mirror : mirrors) {
        assertTrue(mirror.count.get() > frames / workers / 2, "all have worked");
      }
    } finally {
      mirrors.forEach(Mirror::close);
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2"})
  void receivesAndSendsWithoutAllocating(int queues) {
    try (XdpCable ends = XdpCable.make(queues);
        AfXdpInterfaces right = ends.open(XdpMode.SKB, new Steering(2, SEED), false);
        MemoryPort memory = new MemoryPort("memory", 0, 2, 2000)) {
      FrameBatch source = new FrameBatch(2);
      memory.inject(ends.datagram(portOf(0, 2, 20_000), 53, 1));
      memory.inject(ends.datagram(portOf(1, 2, 20_000), 53, 1));
      memory.receive(source);
      AfXdpPort[][] ports = new AfXdpPort[2][];
      for (int worker = 0; worker < 2; worker++) {
        ports[worker] = right.ports(worker).toArray(new AfXdpPort[0]);
      }
      FrameBatch batch = new FrameBatch(BURST);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

      // Until the compiler is done some calls allocate.
      long start = System.nanoTime();
      long allocated = Long.MAX_VALUE;
      int received = 0;
      while (allocated > 0 && System.nanoTime() - start < COMPILED_NANOS) {
        allocated = threads.getCurrentThreadAllocatedBytes();
        for (int round = 0; round < 10_000; round++) {
          ends.left().send(source.address(round & 1), source.length(round & 1));
          ends.left().flush();
          for (AfXdpPort[] own : ports) {
            for (AfXdpPort port : own) {
              received += port.receive(batch);
              for (int i = 0; i < batch.size(); i++) {
                Memory.put8(batch.address(i), 2);
                own[own.length - 1].send(batch.address(i), batch.length(i));
              }
              own[own.length - 1].flush();
              port.release();
              batch.clear();
            }
          }
          ends.left().receive(batch);
          batch.clear();
          ends.left().release();
        }
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
      }

      assertTrue(received >= 9_000, received + " received");
      assertEquals(0, allocated, "bytes in 10000 rounds");
    }
  }
}
