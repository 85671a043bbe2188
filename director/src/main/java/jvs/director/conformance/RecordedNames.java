package jvs.director.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jvs.director.ipvsadm.Names;

/**
 * The names that the recorded kernel's machine knew: /etc/hosts with localhost, Debian's
 * /etc/services, no DNS. Whatever this machine knows does not matter.
 */
final class RecordedNames {
  private RecordedNames() {}

  /** Reads them; the files live as long as this program. */
  static Names read() throws IOException {
    return Names.of(copy("hosts"), copy("services"));
  }

  private static Path copy(String resource) throws IOException {
    Path file = Files.createTempFile("jvs-" + resource, "");
    file.toFile().deleteOnExit();
    try (InputStream in = RecordedNames.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("resource " + resource + " is missing");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }
}
