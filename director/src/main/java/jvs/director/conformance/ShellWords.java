package jvs.director.conformance;

import java.util.ArrayList;
import java.util.List;

/** Parts a line into words as a shell does that expands nothing. */
final class ShellWords {
  private static final String NOT_PLAIN = "|&;<>()$`\\*?#~";

  private ShellWords() {}

  /** The words; quotes of both kinds keep blanks, brackets that match no file stay. */
  static List<String> split(String line) throws MalformedException {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean isWord = false;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        isWord = true;
      } else if (c == ' ' || c == '\t') {
        if (isWord) {
          words.add(word.toString());
          word.setLength(0);
          isWord = false;
        }
      } else if (NOT_PLAIN.indexOf(c) >= 0) {
        throw new MalformedException("'" + line + "' has a '" + c + "', expected plain words");
      } else {
        word.append(c);
        isWord = true;
      }
    }
    if (quote != 0) {
      throw new MalformedException("'" + line + "' ends inside quotes");
    }
    if (isWord) {
      words.add(word.toString());
    }
    return words;
  }
}
