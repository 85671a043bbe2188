package jvs.director.ipvsadm;

import java.util.StringTokenizer;
import jvs.service.ServiceSpec;

/** The flags of schedulers ({@code -b}): general names, and names that sh and mh have for them. */
final class SchedulerFlags {
  private record Flag(String name, String scheduler, int bit) {
    boolean isFor(String other) {
      return scheduler.isEmpty() || scheduler.equals(other);
    }
  }

  private static final Flag[] FLAGS = {
    new Flag("flag-1", "", ServiceSpec.SCHED_1),
    new Flag("flag-2", "", ServiceSpec.SCHED_2),
    new Flag("flag-3", "", ServiceSpec.SCHED_3),
    new Flag("sh-fallback", "sh", ServiceSpec.SCHED_1),
    new Flag("sh-port", "sh", ServiceSpec.SCHED_2),
    new Flag("mh-fallback", "mh", ServiceSpec.SCHED_1),
    new Flag("mh-port", "mh", ServiceSpec.SCHED_2),
  };

  private SchedulerFlags() {}

  /** The bits of a list of names. */
  static int parse(String list, String scheduler) throws Exit {
    int bits = 0;
    StringTokenizer names = new StringTokenizer(list, ",");
    while (names.hasMoreTokens()) {
      bits |= parseOne(names.nextToken(), scheduler);
    }
    return bits;
  }

  private static int parseOne(String name, String scheduler) throws Exit {
    for (Flag flag : FLAGS) {
      if (flag.name.equals(name)) {
        if (!flag.isFor(scheduler)) {
          throw Exit.usage("incompatible scheduler flag `" + name + "'");
        }
        return flag.bit;
      }
    }
    throw Exit.usage("invalid scheduler flag `" + name + "'");
  }

  /** The names of the bits that are set, joined by commas; the third has none for sh and mh. */
  static String format(int bits, String scheduler) {
    boolean hasOwnNames = scheduler.equals("sh") || scheduler.equals("mh");
    StringBuilder names = new StringBuilder();
    for (Flag flag : FLAGS) {
      if ((bits & flag.bit) != 0 && flag.scheduler.equals(hasOwnNames ? scheduler : "")) {
        names.append(names.isEmpty() ? "" : ",").append(flag.name);
      }
    }
    return names.toString();
  }
}
