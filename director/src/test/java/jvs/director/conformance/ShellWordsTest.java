package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Words as a shell parts them. */
class ShellWordsTest {
  @Test
  void arePartedByBlanks() throws MalformedException {
    assertEquals(List.of("-A", "-t", "[fd00::1]:80"), ShellWords.split(" -A  -t [fd00::1]:80 "));
  }

  @Test
  void loseTheirQuotes() throws MalformedException {
    assertEquals(
        List.of("-t", "[fd00::1]:80", "a b", ""), ShellWords.split("-t '[fd00::1]:80' a\" \"b ''"));
  }

  @Test
  void doMoreInAShellThanHere() {
    assertThrows(MalformedException.class, () -> ShellWords.split("-L > file"));
    assertThrows(MalformedException.class, () -> ShellWords.split("'-L"));
  }
}
