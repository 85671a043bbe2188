package jvs.bench.wire;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            java.util.stream.IntStream.range(0, count)
                .mapToDouble(i -> (ours.get(i).all() - base) / (theirs.get(i).all() - base))));
  }

  private List<Sample> rounds(Contender contender) {
    return samples.getOrDefault(contender, List.of());
  }
}
