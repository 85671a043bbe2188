package jvs.director.ipvsadm;

import java.io.BufferedReader;
import java.util.ArrayList;
import java.util.List;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;

/** {@code ipvsadm -R --atomic}: all lines as one transaction. One thread, one use. */
final class AtomicRestore {
  private record Line(int number, Command command) {}

  private final IpvsControl control;
  private final Names names;
  private final List<Line> lines = new ArrayList<>();

  AtomicRestore(IpvsControl control, Names names) {
    this.control = control;
    this.names = names;
  }

  /** Makes all changes or none; the refusal names the line. */
  void run(BufferedReader reader) throws Exit {
    List<CommandLine> changes = new ArrayList<>();
    int number = 0;
    for (String line = Ipvsadm.next(reader); line != null; line = Ipvsadm.next(reader)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        CommandLine change = Ipvsadm.parseChange(line, names);
        changes.add(change);
        lines.add(new Line(number, change.command));
      } catch (Exit exit) {
        throw Exit.usage("line " + number + ": " + exit.getMessage());
      }
    }
    try {
      control.atomically(all -> apply(changes, all));
    } catch (IpvsException refusal) {
      Line line = lines.get(Math.max(1, refusal.position()) - 1);
      throw Exit.refused(
          "line "
              + line.number()
              + ": "
              + ErrorText.of(line.command(), refusal.errno())
              + " ("
              + refusal.getMessage()
              + ")");
    }
  }

  private static void apply(List<CommandLine> changes, IpvsControl all) {
    for (int i = 0; i < changes.size(); i++) {
      try {
        Ipvsadm.change(all, changes.get(i));
      } catch (IpvsException refusal) {
        throw refusal.at(i + 1);
      }
    }
  }
}
