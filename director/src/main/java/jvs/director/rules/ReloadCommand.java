package jvs.director.rules;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import jvs.director.control.ControlOption;
import jvs.director.control.DirectorUnavailableException;
import jvs.service.IpvsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code jvs reload}: lets the director read its rules anew. */
@Command(
    name = "reload",
    mixinStandardHelpOptions = true,
    description = {
      "Lets the running director read the file of its option --rules anew, as SIGHUP does.",
      "What has not changed in it is not touched, connections stay, and a file with an error"
          + " changes nothing."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:the director is what the file says",
      "1:the file is wrong, and nothing has changed",
      "255:no director is running"
    })
public final class ReloadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private ControlOption control;

  @Override
  public Integer call() throws IOException {
    try (var client = control.client()) {
      client.request("POST", "/reload");
      return 0;
    } catch (DirectorUnavailableException e) {
      complain(e);
      return 255;
    } catch (IpvsException e) {
      complain(e);
      return 1;
    }
  }

  private void complain(RuntimeException problem) {
    PrintWriter err = spec.commandLine().getErr();
    String.valueOf(problem.getMessage())
        .lines()
        .forEach(line -> err.print("jvs reload: " + line + "\n"));
    err.flush();
  }
}
