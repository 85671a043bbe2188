package jvs.lab;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the directory that holds the launcher. */
final class Home {
  private Home() {}

  /** The launcher {@code jvs}: beside the parent pom, above the working directory. */
  static Path launcher() {
    String property = System.getProperty("jvs.home");
    if (property != null) {
      return Path.of(property, "jvs");
    }
    Path start = Path.of("").toAbsolutePath();
    for (Path directory = start; directory != null; directory = directory.getParent()) {
      Path launcher = directory.resolve("jvs");
      if (Files.isExecutable(launcher) && Files.exists(directory.resolve("pom.xml"))) {
        return launcher;
      }
    }
    throw new LabException("no launcher `jvs` in " + start + " or above; set -Djvs.home=DIRECTORY");
  }
}
