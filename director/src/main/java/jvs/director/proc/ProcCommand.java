package jvs.director.proc;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlOption;
import jvs.director.control.DirectorUnavailableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvs proc}: what /proc/net/ip_vs* would read if the kernel did the director's work. */
@Command(
    name = "proc",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Prints what the kernel's file of this name in /proc/net would read.",
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {"0:printed", "2:wrong usage", "255:no director is running"})
public final class ProcCommand implements Callable<Integer> {
  private static final int UNAVAILABLE = 255;

  @Spec private CommandSpec spec;

  @Mixin private ControlOption control;

  @Parameters(
      paramLabel = "FILE",
      description =
          "ip_vs, ip_vs_app, ip_vs_conn, ip_vs_conn_sync, ip_vs_stats or ip_vs_stats_percpu.")
  private String name = "";

  @Override
  public Integer call() throws IOException {
    ProcFile file = ProcFile.of(name);
    if (file == null) {
      String names =
          Arrays.stream(ProcFile.values())
              .map(ProcFile::fileName)
              .collect(Collectors.joining(", "));
      throw new ParameterException(
          spec.commandLine(), "'" + name + "' is no file, expected one of " + names);
    }
    try (ControlClient client = control.client()) {
      PrintWriter out = spec.commandLine().getOut();
      out.print(file.text(client));
      out.flush();
      return 0;
    } catch (DirectorUnavailableException e) {
      PrintWriter err = spec.commandLine().getErr();
      err.print("jvs proc: " + e.getMessage() + "\n");
      err.flush();
      return UNAVAILABLE;
    }
  }
}
