package jvs.director.daemon;

import java.util.ArrayList;
import java.util.List;
import jvs.director.kernel.HostLink;
import jvs.route.Link;

/** Chooses the interfaces that the director works on. */
final class Interfaces {
  private Interfaces() {}

  /**
   * The named ones, or all that are up but loopback and the ports of bridges and bonds, whose
   * frames the bridge or bond has too.
   *
   * @throws DaemonException naming an interface that does not exist or cannot serve
   */
  static List<Link> choose(List<Link> present, List<String> names) {
    if (names.isEmpty()) {
      List<Link> usable =
          present.stream()
              .filter(link -> isEthernet(link) && link.isUp() && link.masterIndex() == 0)
              .filter(link -> !isHostLink(link))
              .toList();
      if (usable.isEmpty()) {
        throw new DaemonException("no interface is up but loopback; bring one up, or name one");
      }
      return usable;
    }
    List<Link> chosen = new ArrayList<>();
    for (String name : names) {
      Link link =
          present.stream()
              .filter(candidate -> candidate.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new DaemonException(
                          "interface '"
                              + name
                              + "' does not exist here, expected one of "
                              + present.stream().map(Link::name).toList()));
      if (!isEthernet(link)) {
        throw new DaemonException(
            "interface '" + name + "' is no Ethernet interface: it has no hardware address");
      }
      if (link.masterIndex() != 0) {
        throw new DaemonException(
            "interface '" + name + "' belongs to a bridge or bond; name that one instead");
      }
      if (!link.isUp()) {
        throw new DaemonException(
            "interface '" + name + "' is down; try: ip link set " + name + " up");
      }
      if (!chosen.contains(link)) {
        chosen.add(link);
      }
    }
    return chosen;
  }

  /** A director that was killed leaves its own behind. */
  private static boolean isHostLink(Link link) {
    return link.name().equals(HostLink.INNER) || link.name().equals(HostLink.OUTER);
  }

  private static boolean isEthernet(Link link) {
    return !link.isLoopback() && link.mac() != 0;
  }
}
