package jvs.port.xdp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChunksTest {
  private static final int EACH = 40;
  private static final int STEPS = 200_000;

  /** A kernel that gives any free chunk to any worker and sends when it likes. */
  private static final class Traffic {
    private final Random random;
    private final int keepers;
    private final List<Chunks> shares;
    private final List<Deque<Integer>> filled = new ArrayList<>();
    private final List<Deque<Integer>> held = new ArrayList<>();
    private final List<Deque<Integer>> sending = new ArrayList<>();
    private final Set<Integer> outside = new HashSet<>();
    private int received;

    Traffic(long seed, int workers, int keepers) {
      random = new Random(seed);
      this.keepers = keepers;
      int[] perKeeper = new int[keepers];
      Arrays.fill(perKeeper, EACH);
      shares = Chunks.share(perKeeper, workers, 8);
      shares.forEach(share -> held.add(new ArrayDeque<>()));
      for (int i = 0; i < keepers; i++) {
        filled.add(new ArrayDeque<>());
        sending.add(new ArrayDeque<>());
      }
    }

    void step() {
      int worker = random.nextInt(shares.size());
      int keeper = random.nextInt(keepers);
      switch (random.nextInt(5)) {
        case 0 -> fill(keeper);
        case 1 -> receive(worker, keeper);
        case 2 -> send(worker);
        case 3 -> complete(keeper);
        default -> release(worker);
      }
      shares.get(worker).exchange();
    }

    private void fill(int keeper) {
      Chunks share = shares.get(keeper);
      while (share.freeCount() > 0) {
        int chunk = share.take();
        assertEquals(keeper, chunk / EACH, "a chunk stays with its keeper");
        assertTrue(outside.add(chunk), "a chunk is given out once");
        filled.get(keeper).add(chunk);
      }
    }

    private void receive(int worker, int keeper) {
      Integer chunk = filled.get(keeper).poll();
      if (chunk != null) {
        held.get(worker).add(chunk);
        received++;
      }
    }

    private void send(int worker) {
      Integer chunk = held.get(worker).peek();
      if (chunk == null || !shares.get(worker).send(chunk)) {
        return;
      }
      assertFalse(shares.get(worker).send(chunk), "it is on its way out");
      if (random.nextInt(4) == 0) {
        shares.get(worker).keepBack(chunk);
      } else {
        sending.get(worker % keepers).add(chunk);
      }
    }

    private void complete(int keeper) {
      Integer chunk = sending.get(keeper).poll();
      if (chunk != null) {
        if (held.stream().noneMatch(own -> own.contains(chunk))) {
          outside.remove(chunk);
        }
        shares.get(keeper).completed(chunk);
      }
    }

    private void release(int worker) {
      Integer chunk = held.get(worker).poll();
      if (chunk != null) {
        if (sending.stream().noneMatch(own -> own.contains(chunk))) {
          outside.remove(chunk);
        }
        shares.get(worker).release(chunk);
      }
    }

    /** Lets everything come to rest; returns how many chunks are free. */
    int settle() {
      for (int worker = 0; worker < shares.size(); worker++) {
        while (!held.get(worker).isEmpty()) {
          release(worker);
        }
      }
      for (int keeper = 0; keeper < keepers; keeper++) {
        while (!sending.get(keeper).isEmpty()) {
          complete(keeper);
        }
      }
      for (int round = 0; round < 3; round++) {
        shares.forEach(Chunks::exchange);
      }
      int free = shares.stream().mapToInt(Chunks::freeCount).sum();
      return free + filled.stream().mapToInt(Deque::size).sum();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "2, 2", "3, 2", "4, 4", "5, 3"})
  void bringEveryChunkBackToItsKeeperOnce(int workers, int keepers) {
    long seed = new Random().nextLong();
    Traffic traffic = new Traffic(seed, workers, keepers);

    for (int i = 0; i < STEPS; i++) {
      traffic.step();
    }

    assertTrue(traffic.received > STEPS / 20, "seed " + seed + ": " + traffic.received);
    assertEquals(keepers * EACH, traffic.settle(), "seed " + seed);
  }

  @Test
  void areFreeWhenTheyAreBothSentAndReleased() {
    Chunks chunks = Chunks.share(new int[] {4}, 1, 1).getFirst();
    int early = chunks.take();
    int late = chunks.take();

    assertTrue(chunks.send(early));
    chunks.completed(early); // before the worker has released it
    assertEquals(2, chunks.freeCount());
    chunks.release(early);
    assertEquals(3, chunks.freeCount());

    assertTrue(chunks.send(late));
    assertFalse(chunks.send(late), "on its way already");
    chunks.release(late);
    assertEquals(3, chunks.freeCount());
    chunks.completed(late);
    assertEquals(4, chunks.freeCount());
  }

  @Test
  void tellsAKeeperThatDoesNotLook() {
    List<Chunks> shares = Chunks.share(new int[] {100}, 2, 10);
    int[] told = new int[1];
    shares.get(0).wakeBy(() -> told[0]++);
    int[] chunks = new int[35];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = shares.get(0).take();
    }

    for (int i = 0; i < 9; i++) {
      shares.get(1).release(chunks[i]);
      shares.get(1).exchange();
    }
    assertEquals(0, told[0], "few wait");
    for (int i = 9; i < 20; i++) {
      shares.get(1).release(chunks[i]);
      shares.get(1).exchange();
    }
    assertEquals(2, told[0], "once every 10 as long as it does not look");
    shares.get(0).exchange();
    for (int i = 20; i < 29; i++) {
      shares.get(1).release(chunks[i]);
      shares.get(1).exchange();
    }
    assertEquals(2, told[0], "it has looked");
    shares.get(0).exchange();
    assertEquals(100 - 35 + 29, shares.get(0).freeCount());
  }
}
