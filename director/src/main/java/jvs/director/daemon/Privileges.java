package jvs.director.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this process may do what a director does (capabilities(7)). */
final class Privileges {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_NET_RAW = 13;
  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_BPF = 39;

  private Privileges() {}

  /**
   * Asks for all of them at once.
   *
   * @param loadsPrograms whether it is to load BPF programs
   * @throws DaemonException naming what is missing
   */
  static void check(boolean loadsPrograms) {
    long effective = effectiveCapabilities();
    List<String> missing = new ArrayList<>();
    if ((effective >> CAP_NET_ADMIN & 1) == 0) {
      missing.add("CAP_NET_ADMIN");
    }
    if ((effective >> CAP_NET_RAW & 1) == 0) {
      missing.add("CAP_NET_RAW");
    }
    if (loadsPrograms && !mayLoadPrograms()) {
      missing.add("CAP_BPF");
    }
    if (!missing.isEmpty()) {
      throw new DaemonException(
          "no permission: needs " + String.join(" and ", missing) + "; run it as root");
    }
  }

  /** Whether BPF programs can be loaded. */
  static boolean mayLoadPrograms() {
    return (effectiveCapabilities() & (1L << CAP_BPF | 1L << CAP_SYS_ADMIN)) != 0;
  }

  private static long effectiveCapabilities() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("CapEff:")) {
          return Long.parseUnsignedLong(line.substring("CapEff:".length()).trim(), 16);
        }
      }
    } catch (IOException e) {
      throw new DaemonException("cannot read /proc/self/status: " + e.getMessage(), e);
    }
    return 0;
  }
}
