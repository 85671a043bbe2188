package jvs.director.conformance;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import jvs.director.ipvsadm.Names;
import jvs.director.proc.ProcFile;
import jvs.service.IpvsException;

/** Runs one case from empty tables and compares every recorded outcome. One thread. */
final class CaseReplay {
  private static final String CANNOT = "cannot: ";

  // How long things took that have no time in recordings. Repeated frames are sent to be counted,
  // and the kernel's statistics are up to two seconds old.
  private static final long COMMAND_MILLIS = 100;
  private static final long REPEAT_MILLIS = 2_500;

  // A 32nd of the recorded machine's memory.
  private static final String MEMORY_SIZED = "net.ipv4.vs.sync_qlen_max";

  private final RecordedCase recorded;
  private final boolean keepsGoing;
  private final ReplayedDirector director;
  private final Findings findings = new Findings();
  private final TableComparison tables = new TableComparison(findings);
  private final SyncComparison sync = new SyncComparison();
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
      findings.at(number, step);
      takeTime(recorded.steps().listIterator(number - 1));
      number++;
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
    sync.sent(director.sockets().takeSent());
    sync.compare(findings);
    return findings.toList();
  }

  /**
   * Commands have no time of their own: the time until the next step that has one is theirs, in
   * equal parts; a tenth of a second if there is none.
   */
  private void takeTime(Iterator<Step> rest) {
    if (!(rest.next() instanceof Step.Command)) {
      return;
    }
    int commands = 1;
    long until = 0;
    while (until == 0 && rest.hasNext()) {
      switch (rest.next()) {
        case Step.Command command -> commands++;
        case Step.Send send -> until = send.atMillis();
        case Step.Connections connections -> until = connections.atMillis();
        case Step.Note note -> until = note.atMillis();
        case Step.Servers servers -> {}
        case Step.Sysctl sysctl -> {}
        case Step.Mark mark -> {}
        case Step.Flow flow -> {
          return;
        }
        default -> {
          director.advanceTo(director.caseMillis() + COMMAND_MILLIS);
          return;
        }
      }
    }
    long now = director.caseMillis();
    director.advanceTo(now + Math.max(0, until - now) / commands);
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
      case Step.Proc proc -> run(proc);
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
    new FrameComparison(send, findings)
        .compare(sync.others(send.emitted()), director.takeEmitted());
  }

  private void run(Step.Sleep sleep) {
    director.advanceTo(director.caseMillis() + sleep.millis());
    new FrameComparison(findings).compare(sync.others(sleep.emitted()), director.takeEmitted());
  }

  private void run(Step.Repeat repeat) {
    for (int i = 0; i < repeat.times(); i++) {
      director.receive(repeat.side(), repeat.frame());
      director.forgetEmitted();
    }
    director.advanceTo(director.caseMillis() + REPEAT_MILLIS);
  }

  private void run(Step.Sysctl sysctl) {
    try {
      director.director().setSysctl(sysctl.name(), sysctl.value());
    } catch (IpvsException e) {
      findings.add("", "set " + sysctl.name() + "=" + sysctl.value(), CANNOT + e.getMessage());
    }
  }

  private void run(Step.Proc proc) {
    ProcFile file = ProcFile.of(proc.path().substring(proc.path().lastIndexOf('/') + 1));
    if (file == null) {
      findings.add(proc.path(), "has this file", CANNOT + "the director does not");
    } else {
      String ours = file.text(director.director());
      findings.add(proc.path(), ProcComparison.compare(file, proc.text(), ours));
    }
  }

  private void run(Step.Sysctls sysctls) {
    Map<String, String> present = director.director().sysctls();
    for (Map.Entry<String, String> setting : sysctls.values().entrySet()) {
      String name = setting.getKey();
      String ours = present.get(name);
      if (ours == null) {
        findings.add(name, setting.getValue(), CANNOT + "the director has no such setting");
      } else if (!ours.equals(setting.getValue()) && !name.equals(MEMORY_SIZED)) {
        findings.add(name, setting.getValue(), ours);
      }
    }
  }
}
