package jvs.director.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file is the old one or the new one, never half of either. */
final class StateFileTest {
  private static final String RULE = "-A -t 10.99.0.1:80 -s rr\n";
  private static final String END = "# end\n";

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("state");
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isEmptyBeforeItIsWritten() throws IOException {
    assertEquals("", new StateFile(path()).read());
    assertEquals(List.of(), names());
  }

  @Test
  void isReadAsItWasWritten() throws IOException {
    new StateFile(path()).write(RULE);

    String read = new StateFile(path()).read();

    assertTrue(read.startsWith("# ") && read.endsWith("\n" + RULE + END), read);
    assertEquals(List.of("state"), names());
  }

  @Test
  void isReplacedByAnotherFileNotOverwritten() throws IOException {
    StateFile file = new StateFile(path());
    file.write(RULE);
    Path before = Files.createLink(directory.resolve("before"), path());

    file.write(RULE + RULE);

    assertTrue(Files.readString(before).endsWith("edit.\n" + RULE + END), "the old text is whole");
    assertTrue(Files.readString(path()).endsWith(RULE + RULE + END));
  }

  @Test
  void survivesACrashInTheMiddleOfWriting() throws IOException {
    new StateFile(path()).write(RULE);
    Files.writeString(directory.resolve("state.new"), "half of a li" + "x".repeat(4096));

    StateFile afterwards = new StateFile(path());
    assertTrue(afterwards.read().endsWith(RULE + END));
    afterwards.write("");

    assertEquals(List.of("state"), names());
    assertEquals(2, Files.readAllLines(path()).size());
  }

  @Test
  void knowsWhetherSomethingHasCutIt() throws IOException {
    StateFile file = new StateFile(path());
    file.write(RULE);
    byte[] whole = Files.readAllBytes(path());

    for (int length = 0; length < whole.length; length++) {
      Files.write(path(), Arrays.copyOf(whole, length));
      file.read();
      assertTrue(file.isCut(), length + " of " + whole.length);
    }
    Files.write(path(), whole);
    file.read();
    assertFalse(file.isCut());
    Files.writeString(path(), RULE);
    file.read();
    assertFalse(file.isCut(), "somebody else's");
  }

  @Test
  void isLeftAloneIfNothingHasChanged() throws IOException {
    StateFile file = new StateFile(path());
    file.write(RULE);
    Files.setLastModifiedTime(path(), FileTime.fromMillis(1000));

    file.write(RULE);

    assertEquals(1000, Files.getLastModifiedTime(path()).toMillis());
  }

  @Test
  void keepsTheOldTextWhereItCannotWrite() throws IOException {
    StateFile file = new StateFile(path());
    file.write(RULE);
    Files.createDirectory(directory.resolve("state.new"));

    assertThrows(IOException.class, () -> file.write(""));

    assertTrue(Files.readString(path()).endsWith(RULE + END));
    Files.delete(directory.resolve("state.new"));
    file.write("");
    assertEquals(2, Files.readAllLines(path()).size());
  }
}
