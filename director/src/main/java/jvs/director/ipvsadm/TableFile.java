package jvs.director.ipvsadm;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.function.Consumer;

/** A file in /etc of words in lines, with comments after {@code #}. */
final class TableFile {
  private TableFile() {}

  /** Gives the words of each line that has any; a file that cannot be read has no lines. */
  static void read(Path file, Consumer<List<String>> line) {
    try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
      for (String text = reader.readLine(); text != null; text = reader.readLine()) {
        List<String> words = words(text);
        if (!words.isEmpty()) {
          line.accept(words);
        }
      }
    } catch (IOException unreadable) {
      // As the C library: no file, no names.
    }
  }

  private static List<String> words(String line) {
    int comment = line.indexOf('#');
    String text = comment < 0 ? line : line.substring(0, comment);
    List<String> words = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(text);
    while (tokens.hasMoreTokens()) {
      words.add(tokens.nextToken());
    }
    return words;
  }
}
