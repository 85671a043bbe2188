package jvs.bench.wire;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import jvs.bench.Goal;
import jvs.bench.Spread;

/**
 * All contenders under one load.
 *
 * @param load what was sent
 * @param samples a list of rounds for each
 */
record Series(Load load, Map<Contender, List<Sample>> samples) {
  /** Copies the map. */
  Series {
    samples = Map.copyOf(samples);
  }

  /** Who took part, in the order of declaration. */
  List<Contender> contenders() {
    return samples.keySet().stream().sorted(Comparator.naturalOrder()).toList();
  }

  boolean has(Contender contender) {
    return samples.containsKey(contender);
  }

  /** What a frame costs beyond one that ends at the first machine, in nanoseconds. */
  Spread price(Contender contender) {
    return Spread.of(rounds(contender).stream().mapToDouble(Sample::all)).minus(base());
  }

  private double base() {
    return has(Contender.NOBODY)
        ? Spread.of(rounds(Contender.NOBODY).stream().mapToDouble(Sample::all)).median()
        : 0;
  }

  Spread delivered(Contender contender) {
    return Spread.of(rounds(contender).stream().mapToDouble(Sample::deliveredPerSecond));
  }

  Spread lost(Contender contender) {
    return Spread.of(rounds(contender).stream().mapToDouble(Sample::lostPercent));
  }

  Spread balancer(Contender contender) {
    return Spread.of(rounds(contender).stream().mapToDouble(Sample::balancer));
  }

  Spread machine(Contender contender) {
    return Spread.of(rounds(contender).stream().mapToDouble(Sample::machine));
  }

  /** Price against price, if both took part; a median of ratios is none of medians: rounds pair. */
  Optional<Spread> ratio(Contender contender, Contender other) {
    if (!has(contender) || !has(other)) {
      return Optional.empty();
    }
    List<Sample> ours = rounds(contender);
    List<Sample> theirs = rounds(other);
    double base = base();
    int count = Math.min(ours.size(), theirs.size());
    return Optional.of(
        Spread.of(
            IntStream.range(0, count)
                .mapToDouble(i -> (ours.get(i).all() - base) / (theirs.get(i).all() - base))));
  }

  /** The goals that this says something about. */
  List<Goal> goals() {
    List<Goal> goals = new ArrayList<>();
    if (load.framesPerSecond() == 0) {
      addDelivery(goals);
      return goals;
    }
    String what = "price of a packet of %d B, NAT, ".formatted(load.frameBytes());
    add(goals, what + "AF_XDP", Contender.AFXDP, Contender.NFT, 1.4);
    add(goals, what + "AF_PACKET", Contender.AFPACKET, Contender.NFT, 2.0);
    List<Contender> ours = contenders().stream().filter(Contender::isJvs).toList();
    ours.stream()
        .min((a, b) -> Double.compare(price(a).median(), price(b).median()))
        .ifPresent(
            best -> add(goals, what + "best port: " + best.title(), best, Contender.NEXT_RAW, 0.2));
    return goals;
  }

  private void addDelivery(List<Goal> goals) {
    if (has(Contender.NGINX) && has(Contender.AFPACKET)) {
      double theirs = delivered(Contender.NGINX).median();
      Spread ratio = delivered(Contender.AFPACKET).over(theirs);
      goals.add(
          new Goal(
              "packets of %d B delivered, unpaced, AF_PACKET".formatted(load.frameBytes()),
              Contender.NGINX.title(),
              1.2,
              true,
              ratio));
    }
  }

  private void add(List<Goal> goals, String what, Contender ours, Contender theirs, double limit) {
    Optional<Spread> ratio = ratio(ours, theirs);
    ratio.ifPresent(r -> goals.add(new Goal(what, theirs.title(), limit, false, r)));
  }

  private List<Sample> rounds(Contender contender) {
    return samples.getOrDefault(contender, List.of());
  }
}
