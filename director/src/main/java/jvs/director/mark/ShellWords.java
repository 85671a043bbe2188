package jvs.director.mark;

import java.util.ArrayList;
import java.util.List;

/** Parts a line into words as a shell does that expands nothing. */
public final class ShellWords {
  private ShellWords() {}

  /** Parts a line at blanks; double and single quotes keep them. */
  public static List<String> split(String line) throws MarkException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean isWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      boolean isBlank = c == ' ' || c == '\t';
      if (c == quote || (quote == 0 && (c == '"' || c == '\''))) {
        quote = quote == 0 ? c : 0;
        isWord = true;
      } else if (quote == 0 && isBlank) {
        if (isWord) {
          words.add(word.toString());
        }
        word.setLength(0);
        isWord = false;
      } else {
        word.append(c);
        isWord = true;
      }
    }
    if (quote != 0) {
      throw new MarkException("a " + quote + " has no end");
    }
    if (isWord) {
      words.add(word.toString());
    }
    return words;
  }
}
