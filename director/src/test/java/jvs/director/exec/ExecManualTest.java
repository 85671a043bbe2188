package jvs.director.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The manual page of jvs exec, which is no command of picocli's, against what it prints itself. */
final class ExecManualTest {
  private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--?[a-z][a-z-]*");
  private static final Pattern STATUS = Pattern.compile("\\b12[0-9]\\b");

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new TreeSet<>();
    pattern.matcher(text).results().forEach(result -> found.add(result.group()));
    return found;
  }

  @Test
  void hasTheOptionsAndExitStatusOfTheUsage() throws IOException {
    Path page = Path.of("..", "lab", "src", "deb", "man", "jvs-exec.1.adoc");
    String manual = Files.readString(page);

    assertTrue(all(OPTION, Main.USAGE).contains("--no-proc"));
    assertEquals(all(OPTION, Main.USAGE), all(OPTION, manual));
    assertEquals(all(STATUS, Main.USAGE), all(STATUS, manual));
  }
}
