package jvs.director.ipvsadm;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Splits an argument list into switches, their arguments and the words between them, as popt does.
 *
 * <p>Short switches may be combined, the last may carry its argument ({@code -w5}, {@code -w=5});
 * long ones take theirs after {@code =} or as the next word; after {@code --} all are plain words.
 */
final class SwitchScanner {
  private final String[] argv;
  private final Queue<String> words = new ArrayDeque<>();
  private int next;
  private boolean isAfterDashes;

  /** What is left of a group of short switches; empty between words of the argument list. */
  private String group = "";

  private @Nullable String argument;

  SwitchScanner(String[] argv) {
    this.argv = argv;
  }

  /**
   * The next switch, or null at the end.
   *
   * @throws Exit naming the word that is no switch, lacks its argument or has one too many
   */
  @Nullable Switch next() throws Exit {
    argument = null;
    while (group.isEmpty()) {
      if (next == argv.length) {
        return null;
      }
      String word = argv[next++];
      if (isAfterDashes || word.length() < 2 || word.charAt(0) != '-') {
        words.add(word);
      } else if (word.equals("--")) {
        isAfterDashes = true;
      } else if (word.charAt(1) == '-') {
        return longSwitch(word);
      } else {
        group = word.substring(1);
      }
    }
    return shortSwitch();
  }

  /** The argument of the switch that {@link #next} returned last, null if it has none. */
  @Nullable String argument() {
    return argument;
  }

  /** The word of the argument list that was looked at last, for messages. */
  String lastWord() {
    return argv[next - 1];
  }

  /** The next word that belongs to no switch, or null; complete once {@link #next} was null. */
  @Nullable String nextWord() {
    return words.poll();
  }

  private Switch longSwitch(String word) throws Exit {
    int equals = word.indexOf('=');
    Switch found = Switch.ofLong(word.substring(2, equals < 0 ? word.length() : equals));
    if (found == null) {
      throw bad("unknown option");
    }
    takeArgument(found, equals < 0 ? null : word.substring(equals + 1));
    return found;
  }

  private Switch shortSwitch() throws Exit {
    Switch found = Switch.ofShort(group.charAt(0));
    if (found == null) {
      throw bad("unknown option");
    }
    String rest = group.substring(1);
    boolean isAttached = rest.startsWith("=");
    if (found.argument() == Switch.Argument.NONE) {
      group = rest;
      takeArgument(found, isAttached ? rest : null);
    } else {
      group = "";
      takeArgument(found, rest.isEmpty() ? null : isAttached ? rest.substring(1) : rest);
    }
    return found;
  }

  private void takeArgument(Switch found, @Nullable String attached) throws Exit {
    switch (found.argument()) {
      case NONE -> {
        if (attached != null) {
          throw bad("option does not take an argument");
        }
      }
      case OPTIONAL -> argument = attached != null || isSwitchNext() ? attached : argv[next++];
      case REQUIRED -> {
        if (attached == null && next == argv.length) {
          throw bad("missing argument");
        }
        argument = attached != null ? attached : argv[next++];
      }
    }
  }

  private boolean isSwitchNext() {
    return next == argv.length || argv[next].startsWith("-");
  }

  private Exit bad(String what) {
    return Exit.badSwitch(lastWord() + ": " + what);
  }
}
