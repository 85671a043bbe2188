package jvs.director.conformance;

import java.util.List;
import java.util.regex.Pattern;

/** Chooses cases by name. Immutable. */
final class CaseFilter {
  private final List<Pattern> patterns;

  /** Names in which {@code *} stands for any text and {@code ?} for any character; none: all. */
  CaseFilter(List<String> names) {
    patterns = names.stream().map(CaseFilter::pattern).toList();
  }

  private static Pattern pattern(String name) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString());
  }

  boolean accepts(RecordedCase recorded) {
    return patterns.isEmpty()
        || patterns.stream().anyMatch(pattern -> pattern.matcher(recorded.name()).matches());
  }
}
