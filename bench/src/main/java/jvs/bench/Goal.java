package jvs.bench;

import java.util.Locale;

/**
 * Something to be reached.
 *
 * @param what of ours
 * @param against whose
 * @param limit the ratio that is allowed
 * @param isFloor whether more is better
 * @param ratio the ratio that was measured
 */
public record Goal(String what, String against, double limit, boolean isFloor, Spread ratio) {
  /** Begins a table of goals in Markdown. */
  public static final String HEAD =
      "| what | against | allowed | measured | |\n|---|---|---|---|---|\n";

  /** Whether the measured ratio is allowed. */
  public boolean isReached() {
    return isFloor ? ratio.median() >= limit : ratio.median() <= limit;
  }

  /** The limit in words. */
  public String limitText() {
    return (isFloor ? "at least " : "at most ") + limit;
  }

  /** In capitals, for the eye. */
  public String verdict() {
    return isReached() ? "PASS" : "FALLS SHORT";
  }

  /** A row of {@link #HEAD}'s table. */
  public String row() {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.2f (%.2f to %.2f) | %s |%n",
        what,
        against,
        limitText(),
        ratio.median(),
        ratio.least(),
        ratio.most(),
        verdict());
  }
}
