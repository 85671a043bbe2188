package jvs.director;

import java.util.Arrays;
import jvs.director.conformance.ConformanceCommand;
import jvs.director.control.CountersCommand;
import jvs.director.control.DumpCommand;
import jvs.director.control.SysctlCommand;
import jvs.director.daemon.DirectorCommand;
import jvs.director.mark.MarkCommand;
import jvs.director.proc.ProcCommand;
import jvs.director.rules.CheckCommand;
import jvs.director.rules.ReloadCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jvs}: the sub-commands that are not programs of their own. */
@Command(
    name = "jvs",
    mixinStandardHelpOptions = true,
    version = "jvs 0.1",
    description = "Java Virtual Server: what LVS does, in user space.",
    footer = {
      "",
      "Run by the launcher itself, each with --help:",
      "  ipvsadm, ipvsadm-save, ipvsadm-restore   drive a running director as LVS is driven",
      "  exec                                     lets keepalived, the stock ipvsadm and others"
          + " drive it",
      "  demo                                     a tour in network namespaces of this machine",
      "  test                                     builds and runs the whole test suite",
      "  bench                                    JMH benchmarks; bench wire: what a packet costs"
    },
    subcommands = {
      DirectorCommand.class,
      CheckCommand.class,
      ReloadCommand.class,
      MarkCommand.class,
      SysctlCommand.class,
      CountersCommand.class,
      DumpCommand.class,
      ProcCommand.class,
      ConformanceCommand.class
    })
public final class Jvs implements Runnable {
  @Spec private CommandSpec spec;

  /** Runs a sub-command. */
  public static void main(String[] arguments) {
    if (arguments.length > 0 && arguments[0].equals("director")) {
      // Alone: the other commands would take longer to build than the gap after a crash allows.
      DirectorCommand.loadAhead();
      String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
      DirectorCommand plain = DirectorCommand.ofPlain(options);
      if (plain != null) {
        System.exit(status(plain));
      }
      run(new CommandLine(new DirectorCommand()).setCommandName("jvs director"), options);
    }
    run(new CommandLine(new Jvs()), arguments);
  }

  private static int status(DirectorCommand director) {
    try {
      return director.call();
    } catch (RuntimeException e) {
      e.printStackTrace();
      return 1;
    }
  }

  private static void run(CommandLine commands, String[] arguments) {
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setParameterExceptionHandler(Jvs::refuse);
    System.exit(commands.execute(arguments));
  }

  /** One line about a command line that makes no sense, and where to read more. */
  private static int refuse(ParameterException e, String[] arguments) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName(" ");
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    System.err.println(command + ": " + message + " (see " + command + " --help)");
    return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a sub-command is missing");
  }
}
