package jvs.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a machine must have for a lab. */
final class Requirements {
  /** Programs that every lab runs, and the Debian packages that hold them. */
  private static final Map<String, String> PROGRAMS =
      new TreeMap<>(
          Map.of("ip", "iproute2", "sysctl", "procps", "nft", "nftables", "curl", "curl"));

  private Requirements() {}

  /** What is missing, in one line; empty if the lab can run. */
  static Optional<String> missing(String... morePrograms) {
    List<String> missing = new ArrayList<>();
    List<String> packages = new ArrayList<>();
    PROGRAMS.forEach(
        (program, debianPackage) -> {
          if (Command.find(program).isEmpty()) {
            missing.add(program);
            packages.add(debianPackage);
          }
        });
    for (String program : morePrograms) {
      if (Command.find(program).isEmpty()) {
        missing.add(program);
        packages.add(program);
      }
    }
    if (!missing.isEmpty()) {
      return Optional.of(
          "missing programs: %s (apt-get install %s)"
              .formatted(String.join(", ", missing), String.join(" ", packages)));
    }
    if (!System.getProperty("user.name").equals("root")) {
      return Optional.of("network namespaces need root: run it by sudo");
    }
    return Optional.empty();
  }
}
