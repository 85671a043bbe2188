package jvs.bench.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Something to be reached.
 *
 * @param what of ours
 * @param against whose
 * @param limit the ratio that is allowed
 * @param isFloor whether more is better
 * @param ratio the ratio that was measured
 */
record Goal(String what, String against, double limit, boolean isFloor, Spread ratio) {
  boolean isReached() {
    return isFloor ? ratio.median() >= limit : ratio.median() <= limit;
  }

  /** The limit in words. */
  String limitText() {
    return (isFloor ? "at least " : "at most ") + limit;
  }

  /** In capitals, for the eye. */
  String verdict() {
    return isReached() ? "PASS" : "FALLS SHORT";
  }

  /** Those that this series says something about. */
  static List<Goal> of(Series series) {
    List<Goal> goals = new ArrayList<>();
    if (series.load().framesPerSecond() == 0) {
      addDelivery(goals, series);
      return goals;
    }
    String what = "price of a packet of %d B, NAT, ".formatted(series.load().frameBytes());
    add(goals, series, what + "AF_XDP", Contender.AFXDP, Contender.NFT, 1.4);
    add(goals, series, what + "AF_PACKET", Contender.AFPACKET, Contender.NFT, 2.0);
    List<Contender> ours = series.contenders().stream().filter(Contender::isJvs).toList();
    ours.stream()
        .min((a, b) -> Double.compare(series.price(a).median(), series.price(b).median()))
        .ifPresent(
            best ->
                add(
                    goals,
                    series,
                    what + "best port: " + best.title(),
                    best,
                    Contender.NEXT_RAW,
                    0.2));
    return goals;
  }

  private static void addDelivery(List<Goal> goals, Series series) {
    if (series.has(Contender.NGINX) && series.has(Contender.AFPACKET)) {
      double theirs = series.delivered(Contender.NGINX).median();
      Spread ours = series.delivered(Contender.AFPACKET);
      Spread ratio =
          new Spread(ours.median() / theirs, ours.least() / theirs, ours.most() / theirs);
      goals.add(
          new Goal(
              "packets of %d B delivered, unpaced, AF_PACKET".formatted(series.load().frameBytes()),
              Contender.NGINX.title(),
              1.2,
              true,
              ratio));
    }
  }

  private static void add(
      List<Goal> goals,
      Series series,
      String what,
      Contender ours,
      Contender theirs,
      double limit) {
    Optional<Spread> ratio = series.ratio(ours, theirs);
    ratio.ifPresent(r -> goals.add(new Goal(what, theirs.title(), limit, false, r)));
  }
}
