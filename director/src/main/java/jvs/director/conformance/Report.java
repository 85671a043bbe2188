package jvs.director.conformance;

/** Tells somebody how the cases went, one after the other. */
interface Report {
  /** A case has ended. */
  void add(CaseResult result);

  /** All have ended. */
  void end(Tally tally);
}
