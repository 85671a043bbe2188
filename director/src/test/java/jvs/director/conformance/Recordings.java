package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import jvs.director.ipvsadm.Names;

/** The project's own copy of the recordings. */
final class Recordings {
  private Recordings() {}

  /** A recording, or a folder of them. */
  static Path path(String name) {
    URL resource = Objects.requireNonNull(Recordings.class.getResource("/golden/" + name), name);
    try {
      return Path.of(resource.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  /** The cases of a recording, or of a folder of them. */
  static List<RecordedCase> cases(String name) {
    RecordingReader reader = new RecordingReader();
    reader.read(path(name));
    assertEquals(List.of(), reader.errors());
    return reader.cases();
  }

  /** One case. */
  static RecordedCase oneCase(String recording, String name) {
    return cases(recording).stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Where we differ. */
  static List<Divergence> run(RecordedCase recorded) throws IOException {
    return CaseReplay.run(recorded, names(), true);
  }

  /** The names that the recorded machine knew. */
  static Names names() throws IOException {
    return RecordedNames.read();
  }
}
