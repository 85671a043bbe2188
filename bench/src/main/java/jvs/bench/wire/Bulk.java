package jvs.bench.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import jvs.bench.Goal;
import jvs.bench.Spread;

/**
 * TCP throughput of all contenders.
 *
 * @param streams how many at once
 * @param gigabits a second
 */
record Bulk(int streams, Map<Contender, Spread> gigabits) {
  /** Copies the map. */
  Bulk {
    gigabits = Map.copyOf(gigabits);
  }

  /** Who took part, in the order of declaration. */
  List<Contender> contenders() {
    return gigabits.keySet().stream().sorted(Comparator.naturalOrder()).toList();
  }

  /** The goals that this says something about. */
  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    if (streams == 1) {
      add(goals, Contender.NFT, 0.85);
    } else if (streams == 8) {
      add(goals, Contender.HAPROXY, 1.5);
    }
    return goals;
  }

  private void add(List<Goal> goals, Contender other, double limit) {
    Spread ours = gigabits.get(Contender.AFPACKET);
    Spread theirs = gigabits.get(other);
    if (ours != null && theirs != null) {
      Spread ratio = ours.over(theirs.median());
      String what = "TCP bulk through NAT, AF_PACKET, streams: " + streams;
      goals.add(new Goal(what, other.title(), limit, true, ratio));
    }
  }
}
