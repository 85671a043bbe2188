package jvs.director.mark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Words as a shell parts them. */
class ShellWordsTest {
  @Test
  void arePartedByBlanks() throws MarkException {
    assertEquals(List.of("-A", "-t", "[fd00::1]:80"), ShellWords.split(" -A  -t [fd00::1]:80 "));
  }

  @Test
  void loseTheirQuotes() throws MarkException {
    assertEquals(
        List.of("-t", "[fd00::1]:80", "a b", ""), ShellWords.split("-t '[fd00::1]:80' a\" \"b ''"));
  }

  @Test
  void needTheEndOfAQuote() {
    assertThrows(MarkException.class, () -> ShellWords.split("'-L"));
  }
}
