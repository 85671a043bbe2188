package jvs.director.control;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option of commands that talk to a running director: which one. */
public final class ControlOption {
  @Option(
      names = "--control",
      paramLabel = "PATH",
      description =
          "Control socket of the director. Default: $JVS_CONTROL, or this network namespace's.")
  private @Nullable Path socket;

  /** A client of that director; does not connect yet. */
  public ControlClient client() throws IOException {
    if (socket != null) {
      return new ControlClient(socket);
    }
    String named = System.getenv("JVS_CONTROL");
    boolean isNamed = named != null && !named.isEmpty();
    return new ControlClient(isNamed ? Path.of(named) : ControlPath.ofThisNamespace());
  }
}
