package jvs.lab;

import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prints what one wants to see of a lab in which something failed. */
final class Diagnosis {
  private static final int LOG_LINES = 60;

  private static final List<String[]> COMMANDS =
      List.of(
          new String[] {"ip", "-brief", "address"},
          new String[] {"ip", "route"},
          new String[] {"ip", "neighbour"},
          new String[] {"nft", "list", "ruleset"},
          new String[] {"nstat", "-a"});

  private Diagnosis() {}

  static void print(String failed, Lab lab, @Nullable DirectorProcess director) {
    PrintStream out = System.err;
    out.println("---- failed: " + failed);
    for (String[] command : COMMANDS) {
      if (Command.find(command[0]).isPresent()) {
        out.println("-- " + lab.director().probe(command));
      }
    }
    if (director != null) {
      for (String option : List.of("-Ln", "-Lnc")) {
        if (director.daemon().isAlive()) {
          out.println("-- " + director.ipvsadm(option));
        }
      }
      List<String> log = director.daemon().log().lines().toList();
      out.println("-- end of the director's log");
      log.subList(Math.max(0, log.size() - LOG_LINES), log.size()).forEach(out::println);
    }
    out.println("---- logs, and the director's frames if there is a tcpdump, are kept in");
    out.println("     " + lab.topology().directory());
  }
}
