package jvs.port.xdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a worker does with the chunks of {@link Umem}: those that it received, and, if it keeps the
 * fill and completion rings of some queues, those that are free for them.
 *
 * <pre>
 *             keeper's fill ring ─► the kernel ─► any worker's receive ring
 *                 ▲                                   │
 *   free at the keeper that it is of ◄── not sent ────┤
 *                 ▲                                   ▼
 *                 └──── sent, and released ◄── the worker's send ring
 * </pre>
 *
 * <p>A chunk is free when the worker is done with it and, if it was sent, the kernel is, too; of
 * the latter the keeper of the completion ring hears. What must go to another worker for that goes
 * by a {@link ChunkRing}, so nobody waits and nothing is written by two. Each chunk goes back to
 * the same keeper, whoever sent it: no keeper runs dry because another one hoards. One thread, its
 * worker's.
 */
final class Chunks {
  private final int worker;
  private final int keeper;
  private final byte[] keepers;

  /** By chunk, whether this worker sends it; from its receiving to its release. */
  private final boolean[] isSending;

  /** By chunk, whether one of release and completion has come; the other makes it free. */
  private final boolean[] isHalfFree;

  private final int[] free;
  private int freeCount;
  private ChunkRing[] to = {};
  private ChunkRing[] from = {};

  private Chunks(int worker, int keeper, byte[] keepers, int own) {
    this.worker = worker;
    this.keeper = keeper;
    this.keepers = keepers;
    isSending = new boolean[keepers.length];
    isHalfFree = new boolean[keepers.length];
    free = new int[own];
    for (int chunk = keepers.length - 1; chunk >= 0; chunk--) {
      if (keepers[chunk] == worker) {
        free[freeCount++] = chunk;
      }
    }
  }

  /**
   * Shares chunks out to the keepers, which are the first workers; all are free.
   *
   * @param perKeeper how many each keeper gets
   * @param workers number of workers, of which each sends by rings of keeper {@code worker %
   *     keepers}
   * @param many how many may wait on their way to a keeper before it is told
   */
  static List<Chunks> share(int[] perKeeper, int workers, int many) {
    int all = 0;
    for (int count : perKeeper) {
      all += count;
    }
    byte[] keepers = new byte[all];
    int chunk = 0;
    for (int keeper = 0; keeper < perKeeper.length; keeper++) {
      for (int i = 0; i < perKeeper[keeper]; i++) {
        keepers[chunk++] = (byte) keeper;
      }
    }
    List<Chunks> shares = new ArrayList<>();
    for (int worker = 0; worker < workers; worker++) {
      int own = worker < perKeeper.length ? perKeeper[worker] : 0;
      shares.add(new Chunks(worker, worker % perKeeper.length, keepers, own));
    }
    if (workers > 1) {
      shares.forEach(share -> share.connect(perKeeper, shares, many));
    }
    return shares;
  }

  /** Makes the rings to all keepers; that to itself stays empty. */
  private void connect(int[] perKeeper, List<Chunks> shares, int many) {
    to = new ChunkRing[perKeeper.length];
    for (int other = 0; other < to.length; other++) {
      // Of a worker that keeps nothing its keeper gets others' chunks, too.
      int most = worker == keeper ? perKeeper[other] : keepers.length;
      to[other] = new ChunkRing(other == worker ? 0 : most, many);
      shares.get(other).addSource(to[other]);
    }
  }

  private void addSource(ChunkRing ring) {
    ChunkRing[] more = Arrays.copyOf(from, from.length + 1);
    more[from.length] = ring;
    from = more;
  }

  /** How this worker is told that many chunks wait for it. Before the workers run. */
  void wakeBy(Runnable signal) {
    for (ChunkRing ring : from) {
      ring.wakeBy(signal);
    }
  }

  /** The worker sends a chunk that it received; false if it does already. */
  boolean send(int chunk) {
    boolean isFirst = !isSending[chunk];
    isSending[chunk] = true;
    return isFirst;
  }

  /** The worker does not send it after all. */
  void keepBack(int chunk) {
    isSending[chunk] = false;
  }

  /** The worker is done with a chunk that it received. */
  void release(int chunk) {
    if (!isSending[chunk]) {
      goHome(chunk);
      return;
    }
    isSending[chunk] = false;
    if (keeper == worker) {
      halfFree(chunk);
    } else {
      put(keeper, chunk << 1 | 1);
    }
  }

  /** The kernel has sent a chunk. Keeper. */
  void completed(int chunk) {
    halfFree(chunk);
  }

  private void halfFree(int chunk) {
    boolean isFree = isHalfFree[chunk];
    isHalfFree[chunk] = !isFree;
    if (isFree) {
      goHome(chunk);
    }
  }

  private void goHome(int chunk) {
    int home = keepers[chunk];
    if (home == worker) {
      free[freeCount++] = chunk;
    } else {
      put(home, chunk << 1);
    }
  }

  private void put(int other, int entry) {
    to[other].put(entry);
  }

  /** Number of free chunks that the worker keeps. */
  int freeCount() {
    return freeCount;
  }

  /** Takes a free chunk; the caller looked at {@link #freeCount}. The latest, so it is warm. */
  int take() {
    return free[--freeCount];
  }

  /** Takes in what others have for this keeper, and gives others what is theirs. */
  void exchange() {
    for (ChunkRing ring : from) {
      for (int entry = ring.take(); entry >= 0; entry = ring.take()) {
        if ((entry & 1) == 0) {
          goHome(entry >>> 1);
        } else {
          halfFree(entry >>> 1);
        }
      }
      ring.handBack();
    }
    for (ChunkRing ring : to) {
      ring.publish();
    }
  }
}
