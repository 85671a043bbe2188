package jvs.director.conformance;

import java.util.List;

/**
 * How a case went. Immutable.
 *
 * @param recorded the case
 * @param divergences where we differ; none if it passed
 */
record CaseResult(RecordedCase recorded, List<Divergence> divergences) {
  CaseResult {
    divergences = List.copyOf(divergences);
  }

  boolean hasPassed() {
    return divergences.isEmpty();
  }
}
