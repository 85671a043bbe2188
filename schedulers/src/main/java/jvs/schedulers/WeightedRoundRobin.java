package jvs.schedulers;

import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerList;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import org.jspecify.annotations.Nullable;

/**
 * {@code wrr}: turns in proportion to the weights, interleaved.
 *
 * <p>Mirrors ip_vs_wrr.c. The list is walked again and again; each walk has a level and serves the
 * servers of at least that weight, and each next walk is one step lower, until the level starts at
 * the top again. An edit sends the walk back to the head of the list but keeps its level.
 *
 * <p>Unlike the kernel, levels that no server reaches are passed over in one step, so a choice
 * takes at most four walks; the choices are the same.
 */
final class WeightedRoundRobin implements Scheduler {
  /** Index of the last chosen server, -1 for the list's head. */
  private int position = -1;

  /** Weight that a server needs in the present walk (the kernel's cw). */
  private int level;

  /** Level of the first walk of a round (mw). */
  private int topLevel;

  /** What the level loses from walk to walk: the weights' greatest common divisor (di). */
  private int step;

  WeightedRoundRobin(SchedulerContext context, ServerList servers) {
    measure(servers);
    level = topLevel;
  }

  @Override
  public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
    if (topLevel == 0) {
      return null;
    }
    int start = position;
    int stop = -1;
    boolean isLastWalk = false;
    boolean isRestarted = false;
    while (true) {
      boolean isFullWalk = position < 0;
      int heaviest = step;
      while (++position < servers.size()) {
        RealServer server = servers.get(position);
        if (!server.isOverloaded()) {
          int weight = server.weight();
          if (weight >= level) {
            return server;
          }
          heaviest = Math.max(heaviest, weight);
        }
        if (position == stop) {
          return null;
        }
      }
      position = -1;
      level = isFullWalk ? nextLevel(heaviest) : level - step;
      if (level <= 0) {
        level = topLevel;
        if (isLastWalk || start < 0) {
          return null;
        }
        isRestarted = true;
      }
      isLastWalk = level <= step;
      if (isLastWalk && isRestarted) {
        stop = start;
      }
    }
  }

  /** The next level, or the first one below it that {@code heaviest} reaches. */
  private int nextLevel(int heaviest) {
    int next = level - step;
    return next <= heaviest ? next : next - Math.ceilDiv(next - heaviest, step) * step;
  }

  @Override
  public void serverAdded(ServerList servers) {
    restart(servers);
  }

  @Override
  public void serverRemoved(ServerList servers, RealServer removed, int formerIndex) {
    restart(servers);
  }

  @Override
  public void serverEdited(ServerList servers, RealServer edited) {
    restart(servers);
  }

  private void restart(ServerList servers) {
    position = -1;
    measure(servers);
    if (level > topLevel || level == 0) {
      level = topLevel;
    } else if (step > 1) {
      level = level / step * step + 1;
    }
  }

  private void measure(ServerList servers) {
    int divisor = 0;
    int heaviest = 0;
    for (int i = 0; i < servers.size(); i++) {
      int weight = servers.get(i).weight();
      divisor = GreatestDivisor.of(divisor, weight);
      heaviest = Math.max(heaviest, weight);
    }
    step = Math.max(divisor, 1);
    topLevel = heaviest - (step - 1);
  }
}
