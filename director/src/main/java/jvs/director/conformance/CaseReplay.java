package jvs.director.conformance;

import java.util.List;
import java.util.Map;
import jvs.director.ipvsadm.Names;

/** Runs one case from empty tables and compares every recorded outcome. One thread. */
final class CaseReplay {
  private static final String CANNOT = "cannot: ";

  private final RecordedCase recorded;
  private final boolean keepsGoing;
  private final ReplayedDirector director;
  private final Findings findings = new Findings();
  private final TableComparison tables = new TableComparison(findings);
  private final FlowReplay flows;

  private CaseReplay(RecordedCase recorded, boolean keepsGoing, ReplayedDirector director) {
    this.recorded = recorded;
    this.keepsGoing = keepsGoing;
    this.director = director;
    flows = new FlowReplay(director, recorded.repliesPass(), findings);
  }

  /**
   * Where we differ, in the order of the steps; empty if the case passed.
   *
   * @param keepsGoing whether the steps after the first divergence are run as well
   */
  static List<Divergence> run(RecordedCase recorded, Names names, boolean keepsGoing) {
    try (ReplayedDirector director = new ReplayedDirector(recorded.environment(), names)) {
      return new CaseReplay(recorded, keepsGoing, director).run();
    }
  }

  private List<Divergence> run() {
    int number = 1;
    for (Step step : recorded.steps()) {
      findings.at(number++, step);
      long bugs = director.internalErrors();
      try {
        run(step);
      } catch (RuntimeException e) {
        findings.add("", "went on", CANNOT + e);
      }
      if (director.internalErrors() != bugs) {
        findings.add("", "went on", "lost a frame by a bug of the pipeline");
      }
      if (!keepsGoing && !findings.isEmpty()) {
        break;
      }
    }
    return findings.toList();
  }

  private void run(Step step) {
    switch (step) {
      case Step.Command command -> run(command);
      case Step.Send send -> run(send);
      case Step.Connections connections -> {
        director.advanceTo(connections.atMillis());
        tables.connections(connections.rows(), director.connections());
      }
      case Step.Servers servers -> tables.servers(servers.rows(), director.servers());
      case Step.Sleep sleep -> run(sleep);
      case Step.Sysctl sysctl -> run(sysctl);
      case Step.Mark mark -> director.mark(mark.rule());
      case Step.Repeat repeat -> run(repeat);
      case Step.Note note -> director.advanceTo(note.atMillis());
      case Step.Flow flow -> flows.run(flow);
      case Step.Sysctls sysctls -> run(sysctls);
      case Step.Proc proc ->
          findings.add(
              proc.path(),
              "has " + proc.text().lines().count() + " lines",
              CANNOT + "the director does not write this file");
      case Step.Unknown unknown ->
          findings.add("", "ran it", CANNOT + "no such operation as '" + unknown.op() + "'");
    }
  }

  private void run(Step.Command command) {
    findings.add(command.line(), TextComparison.compare(command, director.run(command)));
    director.forgetEmitted();
  }

  private void run(Step.Send send) {
    director.advanceTo(send.atMillis());
    director.receive(send.side(), send.frame());
    new FrameComparison(send, findings).compare(send.emitted(), director.takeEmitted());
  }

  private void run(Step.Sleep sleep) {
    director.advanceTo(director.caseMillis() + sleep.millis());
    new FrameComparison(findings).compare(sleep.emitted(), director.takeEmitted());
  }

  private void run(Step.Repeat repeat) {
    for (int i = 0; i < repeat.times(); i++) {
      director.receive(repeat.side(), repeat.frame());
      director.forgetEmitted();
    }
  }

  private void run(Step.Sysctl sysctl) {
    String obstacle =
        SysctlSettings.set(director.director().settings(), sysctl.name(), sysctl.value());
    if (obstacle != null) {
      findings.add("", "set " + sysctl.name() + "=" + sysctl.value(), CANNOT + obstacle);
    }
  }

  private void run(Step.Sysctls sysctls) {
    for (Map.Entry<String, String> setting : sysctls.values().entrySet()) {
      String name = setting.getKey();
      String ours = SysctlSettings.get(director.director().settings(), name);
      if (ours == null) {
        findings.add(name, setting.getValue(), CANNOT + "the director has no such setting");
      } else if (!ours.equals(setting.getValue())) {
        findings.add(name, setting.getValue(), ours);
      }
    }
  }
}
