package jvs.director.conformance;

import java.util.ArrayList;
import java.util.List;
import jvs.director.conformance.Divergence.Difference;

/** Collects the divergences of one case. One thread. */
final class Findings {
  private final List<Divergence> divergences = new ArrayList<>();
  private int step;
  private String op = "";

  /** What is found from here on belongs to this step, counted from 1. */
  void at(int number, Step now) {
    step = number;
    op = now.op();
  }

  void add(String subject, List<Difference> differences) {
    if (!differences.isEmpty()) {
      divergences.add(new Divergence(step, op, subject, differences));
    }
  }

  void add(String subject, String kernel, String ours) {
    add(subject, List.of(new Difference("", kernel, ours)));
  }

  boolean isEmpty() {
    return divergences.isEmpty();
  }

  List<Divergence> toList() {
    return List.copyOf(divergences);
  }
}
