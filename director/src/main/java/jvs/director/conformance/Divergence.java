package jvs.director.conformance;

import java.util.List;

/**
 * Where we do not do as the kernel did. Immutable.
 *
 * @param step number of the step in its case, from 1
 * @param op the step's operation
 * @param subject what differs: a frame, a row, a command
 * @param differences in what, one or more
 */
record Divergence(int step, String op, String subject, List<Difference> differences) {
  Divergence {
    differences = List.copyOf(differences);
  }

  /**
   * One difference.
   *
   * @param what the field; empty if the subject says it all
   * @param kernel what the recording says
   * @param ours what we did
   */
  record Difference(String what, String kernel, String ours) {
    @Override
    public String toString() {
      return (what.isEmpty() ? "" : what + " ") + "kernel " + kernel + ", we " + ours;
    }
  }

  /** As one line without the name of the case. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append("step ").append(step).append(' ').append(op).append(": ").append(subject);
    String separator = subject.isEmpty() ? "" : ": ";
    for (Difference difference : differences) {
      text.append(separator).append(difference);
      separator = "; ";
    }
    return text.toString();
  }
}
