package jvs.schedulers;

import static java.lang.Math.min;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import jvs.schedulers.NaiveService.Flow;
import jvs.schedulers.NaiveService.Rule;
import jvs.schedulers.NaiveService.Server;
import org.jspecify.annotations.Nullable;

/** Sections 5.1 to 5.9 of the reference, as loops and streams over the list. */
final class NaiveWalks {
  private NaiveWalks() {}

  private static Stream<Server> usable(List<Server> list) {
    return list.stream().filter(Server::isUsable);
  }

  /** 5.1: the list is turned so that the last chosen one comes last. */
  static final class Rr implements Rule {
    private @Nullable Server last;

    @Override
    public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
      List<Server> turned = new ArrayList<>(list);
      if (last != null) {
        Collections.rotate(turned, -(list.indexOf(last) + 1));
      }
      Server chosen = usable(turned).findFirst().orElse(null);
      last = chosen == null ? last : chosen;
      return chosen;
    }

    @Override
    public void deleted(List<Server> before, Server server) {
      if (server == last) {
        int index = before.indexOf(server);
        last = index == 0 ? null : before.get(index - 1);
      }
    }
  }

  /** 5.2: step by step, each weight level walked. */
  static final class Wrr implements Rule {
    private @Nullable Server cl;
    private int cw;
    private int mw;
    private int di = 1;

    @Override
    public void changed(List<Server> list, boolean isEdit) {
      cl = null;
      int[] weights = list.stream().mapToInt(s -> s.weight).filter(w -> w > 0).toArray();
      di = 1;
      int max = 0;
      int least = Integer.MAX_VALUE;
      for (int weight : weights) {
        max = Math.max(max, weight);
        least = min(least, weight);
      }
      for (int d = 1; weights.length > 0 && d <= least; d++) {
        boolean dividesAll = true;
        for (int weight : weights) {
          dividesAll &= weight % d == 0;
        }
        di = dividesAll ? d : di;
      }
      mw = max - (di - 1);
      if (cw > mw || cw == 0) {
        cw = mw;
      } else if (di > 1) {
        cw = cw / di * di + 1;
      }
    }

    @Override
    public @Nullable Server choose(List<Server> list, Flow flow, long nowMillis) {
      if (mw == 0) {
        return null;
      }
      Server last = cl;
      Server stop = null;
      boolean lastPass = false;
      boolean restarted = false;
      for (; ; ) {
        List<Server> rest = list.subList(cl == null ? 0 : list.indexOf(cl) + 1, list.size());
        for (Server server : rest) {
          cl = server;
          if (!server.isOverloaded && server.weight >= cw) {
            return server;
          }
          if (server == stop) {
            return null;
          }
        }
        cl = null;
        cw -= di;
        if (cw <= 0) {
          cw = mw;
          if (lastPass || last == null) {
            return null;
          }
          restarted = true;
        }
        lastPass = cw <= di;
        if (lastPass && restarted) {
          stop = last;
        }
      }
    }
  }

  /** 5.3. */
  static Rule lc() {
    return (list, flow, now) ->
        usable(list)
            .min((a, b) -> Integer.compareUnsigned(a.overhead(), b.overhead()))
            .orElse(null);
  }

  /** 5.4. */
  static Rule wlc() {
    return (list, flow, now) -> wlc(list);
  }

  static @Nullable Server wlc(List<Server> list) {
    return usable(list).min(byLoad(Server::overhead)).orElse(null);
  }

  /** Compares the fractions load/weight; a stream's min keeps the first of equals. */
  static Comparator<Server> byLoad(ToIntFunction<Server> load) {
    return (a, b) ->
        Long.compare(
            Math.multiplyFull(load.applyAsInt(a), b.weight),
            Math.multiplyFull(load.applyAsInt(b), a.weight));
  }

  /** 5.5. */
  static Rule sed() {
    return (list, flow, now) -> usable(list).min(byLoad(s -> s.active + 1)).orElse(null);
  }

  /** 5.6. */
  static Rule nq() {
    return (list, flow, now) ->
        usable(list)
            .filter(s -> s.active == 0)
            .findFirst()
            .or(() -> usable(list).min(byLoad(s -> s.active + 1)))
            .orElse(null);
  }

  /** 5.7. */
  static Rule fo() {
    return (list, flow, now) -> usable(list).min(NaiveService.BY_WEIGHT.reversed()).orElse(null);
  }

  /** 5.8. */
  static Rule ovf() {
    return (list, flow, now) ->
        usable(list)
            .filter(s -> s.active <= s.weight)
            .min(NaiveService.BY_WEIGHT.reversed())
            .orElse(null);
  }

  /** 5.9 with the lots of a generator of the same seed. */
  static Rule twos(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return (list, flow, now) -> {
      List<Server> candidates = usable(list).toList();
      if (candidates.isEmpty()) {
        return null;
      }
      int total = candidates.stream().mapToInt(s -> s.weight).sum();
      Server one = drawn(candidates, lot(random, total));
      Server two = drawn(candidates, lot(random, total));
      return two.weight * one.overhead() > one.weight * two.overhead() ? two : one;
    };
  }

  private static long lot(SplittableRandom random, int total) {
    return Integer.toUnsignedLong(random.nextInt()) * (total + 1L) / (1L << 32);
  }

  /** The server at which the sum of weights first reaches the lot. */
  private static Server drawn(List<Server> candidates, long lot) {
    long sum = 0;
    for (Server server : candidates) {
      sum += server.weight;
      if (sum >= lot) {
        return server;
      }
    }
    throw new AssertionError("lot " + lot + " above " + sum);
  }
}
