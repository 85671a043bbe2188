package jvs.director.ipvsadm;

import org.jspecify.annotations.Nullable;

/**
 * Which options go with a command or a tunnel type; sets as in {@link Option}.
 *
 * @param needed must be given
 * @param allowed may be given
 * @param exclusive at most one of them may be given
 */
record Legality(long needed, long allowed, long exclusive) {
  private static final Option[] ALL = Option.values();

  /**
   * Checks the given options that lie in {@code scope}, in the order of {@link Option}.
   *
   * @param place as in messages: {@code 'list' command}
   */
  void check(long given, long scope, String place) throws Exit {
    Option chosen = null;
    for (Option option : ALL) {
      if (option.isIn(scope)) {
        chosen = check(option, option.isIn(given), chosen, place);
      }
    }
  }

  private @Nullable Option check(
      Option option, boolean isGiven, @Nullable Option chosen, String place) throws Exit {
    if (!isGiven) {
      if (option.isIn(needed)) {
        throw Exit.usage("You need to supply the '" + option.text() + "' option for the " + place);
      }
      return chosen;
    }
    if (option.isIn(exclusive)) {
      if (chosen != null) {
        throw Exit.usage(
            "The option '"
                + option.text()
                + "' conflicts with the '"
                + chosen.text()
                + "' option in the "
                + place);
      }
      return option;
    }
    if (!option.isIn(needed | allowed)) {
      throw Exit.usage("Illegal '" + option.text() + "' option with the " + place);
    }
    return chosen;
  }
}
