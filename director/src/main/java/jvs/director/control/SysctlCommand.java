package jvs.director.control;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.Sysctls;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvs sysctl}: the settings of a running director, as sysctl(8) shows and sets them. */
@Command(
    name = "sysctl",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows or sets the net.ipv4.vs settings of the running director.",
      "All are known by the names that the kernel gives them; those that mean nothing here are"
          + " taken and shown again."
    },
    exitCodeListHeading = "Exit status:%n",
    exitCodeList = {
      "0:all were shown or set",
      "1:one is unknown, or its value is out of range",
      "2:wrong usage",
      "255:no director is running"
    })
public final class SysctlCommand implements Callable<Integer> {
  private static final int REFUSED = 1;
  private static final int UNAVAILABLE = 255;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-a", "--all"},
      description = "Show all.")
  private boolean showsAll;

  @Option(
      names = {"-n", "--values"},
      description = "Show values without names.")
  private boolean showsValuesOnly;

  @Option(
      names = {"-p", "--load"},
      paramLabel = "FILE",
      description = "Set what a file in the manner of sysctl.conf(5) says.")
  private @Nullable Path file;

  @Mixin private ControlOption control;

  @Parameters(
      paramLabel = "NAME[=VALUE]",
      arity = "0..*",
      description = "A setting; net.ipv4.vs. before its name may be left out.")
  private List<String> settings = new ArrayList<>();

  @Override
  public Integer call() throws IOException {
    int asked = (showsAll ? 1 : 0) + (file != null ? 1 : 0) + (settings.isEmpty() ? 0 : 1);
    if (asked != 1) {
      throw new ParameterException(
          spec.commandLine(), "either -a, -p or the names of settings are needed");
    }
    try (ControlClient client = control.client()) {
      return run(client);
    } catch (DirectorUnavailableException e) {
      complain(e.getMessage());
      return UNAVAILABLE;
    }
  }

  private int run(IpvsControl director) {
    if (file != null) {
      return load(director, file);
    }
    if (showsAll) {
      director.sysctls().forEach(this::show);
      return 0;
    }
    int status = 0;
    for (String setting : settings) {
      try {
        apply(director, setting);
      } catch (IpvsException e) {
        complain(e.getMessage());
        status = REFUSED;
      }
    }
    return status;
  }

  /** Line by line as sysctl(8): what is wrong does not keep the others from being set. */
  private int load(IpvsControl director, Path from) {
    List<String> lines;
    try {
      lines = Files.readAllLines(from);
    } catch (IOException e) {
      complain("cannot read " + from + ": " + e);
      return REFUSED;
    }
    int status = 0;
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      // A setting that may be missing or refuse its value.
      boolean isOptional = line.startsWith("-");
      try {
        set(director, isOptional ? line.substring(1) : line);
      } catch (IpvsException e) {
        if (!isOptional) {
          complain(from + ": line " + (i + 1) + ": " + e.getMessage());
          status = REFUSED;
        }
      }
    }
    return status;
  }

  private void set(IpvsControl director, String setting) {
    int equals = setting.indexOf('=');
    if (equals < 0) {
      throw new IpvsException(
          IpvsException.Errno.EINVAL, "'" + setting + "', expected NAME = VALUE");
    }
    apply(director, setting.substring(0, equals).replace('/', '.') + setting.substring(equals));
  }

  private void apply(IpvsControl director, String setting) {
    int equals = setting.indexOf('=');
    String name = (equals < 0 ? setting : setting.substring(0, equals)).strip();
    if (equals >= 0) {
      director.setSysctl(name, setting.substring(equals + 1).strip());
    }
    String full = name.startsWith(Sysctls.PREFIX) ? name : Sysctls.PREFIX + name;
    Map<String, String> present = director.sysctls();
    String value = present.get(full);
    if (value == null) {
      throw new IpvsException(IpvsException.Errno.ENOENT, "there is no setting " + full);
    }
    show(full, value);
  }

  private void show(String name, String value) {
    PrintWriter out = spec.commandLine().getOut();
    out.print((showsValuesOnly ? "" : name + " = ") + value + "\n");
    out.flush();
  }

  private void complain(@Nullable String problem) {
    PrintWriter err = spec.commandLine().getErr();
    err.print("jvs sysctl: " + problem + "\n");
    err.flush();
  }
}
