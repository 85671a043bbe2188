package jvs.director.rules;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import jvs.director.daemon.DaemonException;
import jvs.director.daemon.Plugins;
import jvs.director.ipvsadm.Names;
import jvs.engine.Draft;
import jvs.wire.IpAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvs check}: whether a director would take a file of rules. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a file of rules as jvs director --rules and jvs reload do, and names every line that"
          + " is wrong. Needs no director and changes nothing.",
      "Lines are options of ipvsadm, 'mark WORDS...', 'sysctl NAME=VALUE', or comments."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:the file is good", "1:it is not, or cannot be read", "2:wrong usage"})
public final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "The rules.")
  private Path file = Path.of("");

  @Option(
      names = "--plugin-path",
      paramLabel = "PATH",
      description = "Jar, or folder of jars, with schedulers of your own; may be repeated.")
  private List<Path> plugins = new ArrayList<>();

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    List<String> problems;
    try {
      Draft draft = new Draft(Plugins.schedulers(plugins), IpAddress::isUnicast);
      problems = RulesText.read(file, draft, Names.system());
    } catch (DaemonException e) {
      problems = List.of(String.valueOf(e.getMessage()));
    }
    problems.forEach(problem -> err.print(problem + "\n"));
    err.flush();
    return problems.isEmpty() ? 0 : 1;
  }
}
