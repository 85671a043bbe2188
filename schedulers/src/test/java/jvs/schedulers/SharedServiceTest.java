package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import org.junit.jupiter.api.Test;

/** Several workers on one service: one logical scheduler behind the service's gate. */
class SharedServiceTest {
  private static final int WORKERS = 4;
  private static final int CHOICES = 50_000;

  @Test
  void roundRobinOfFourWorkersCountsDifferByOneAtMost() throws InterruptedException {
    AtomicIntegerArray counts = run(SimulatedService.withWeights("rr", 1, 1, 1, 1, 1, 1, 1));

    int[] servers = new int[7];
    Arrays.setAll(servers, i -> counts.get(i + 1));
    Arrays.sort(servers);
    assertEquals(WORKERS * CHOICES, Arrays.stream(servers).sum());
    assertTrue(servers[6] - servers[0] <= 1, () -> Arrays.toString(servers));
  }

  @Test
  void weightedRoundRobinOfFourWorkersIsExact() throws InterruptedException {
    AtomicIntegerArray counts = run(SimulatedService.withWeights("wrr", 5, 2, 1));

    assertEquals(WORKERS * CHOICES * 5 / 8, counts.get(1));
    assertEquals(WORKERS * CHOICES * 2 / 8, counts.get(2));
    assertEquals(WORKERS * CHOICES / 8, counts.get(3));
  }

  /** Every worker has its own flow, as in the engine, and takes the gate for each choice. */
  private static AtomicIntegerArray run(SimulatedService service) throws InterruptedException {
    AtomicIntegerArray counts = new AtomicIntegerArray(service.servers().size() + 1);
    ReentrantLock gate = new ReentrantLock();
    CountDownLatch start = new CountDownLatch(1);
    Thread[] workers = new Thread[WORKERS];
    for (int worker = 0; worker < WORKERS; worker++) {
      FlowKey flow = new FlowKey().setV4(6, worker, 1024, 0x0a63_0001, 80);
      workers[worker] =
          Thread.ofPlatform()
              .start(
                  () -> {
                    await(start);
                    for (int i = 0; i < CHOICES; i++) {
                      counts.incrementAndGet(choose(service, flow, gate));
                    }
                  });
    }
    start.countDown();
    for (Thread worker : workers) {
      worker.join();
    }
    return counts;
  }

  private static int choose(SimulatedService service, FlowKey flow, ReentrantLock gate) {
    gate.lock();
    try {
      RealServer server = service.schedule(flow);
      return server == null ? 0 : (int) server.key().address().low() & 0xffff;
    } finally {
      gate.unlock();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
