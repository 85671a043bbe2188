package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import jvs.linux.LinuxException;
import jvs.route.Link;
import org.jspecify.annotations.Nullable;

/**
 * Which kind of port the interfaces get, and why. Immutable.
 *
 * <p>The rule follows the measurements: where TCP comes in super-frames (software devices, which
 * know nothing of a wire's MTU), AF_PACKET passes them whole and nothing else does; on real cards
 * AF_XDP costs least.
 *
 * @param kind what is chosen
 * @param reason why
 * @param interfaces what it was chosen by
 */
record PortPlan(PortChoice.Kind kind, String reason, List<InterfaceFacts> interfaces) {
  private static final Logger LOG = System.getLogger(PortPlan.class.getName());

  /** Chooses for these interfaces. */
  static PortPlan of(List<Link> links, PortChoice choice) {
    List<InterfaceFacts> facts = links.stream().map(InterfaceFacts::of).toList();
    return of(facts, choice, Privileges.mayLoadPrograms());
  }

  /** Chooses by these facts. */
  static PortPlan of(List<InterfaceFacts> facts, PortChoice choice, boolean mayLoadPrograms) {
    if (choice.kind() != PortChoice.Kind.auto) {
      return new PortPlan(choice.kind(), "it was asked for", facts);
    }
    String obstacle = obstacle(facts, mayLoadPrograms);
    return obstacle == null
        ? new PortPlan(PortChoice.Kind.afxdp, "every interface's driver runs the program", facts)
        : new PortPlan(PortChoice.Kind.afpacket, obstacle, facts);
  }

  /** Why AF_XDP is not the best, or null. */
  private static @Nullable String obstacle(List<InterfaceFacts> facts, boolean mayLoadPrograms) {
    Optional<InterfaceFacts> software = facts.stream().filter(f -> !f.isHardware()).findFirst();
    if (software.isPresent()) {
      return software.get().name()
          + " is no real card ("
          + software.get().driver()
          + "): only AF_PACKET passes its super-frames whole";
    }
    if (!mayLoadPrograms) {
      return "afxdp needs CAP_BPF";
    }
    return facts.stream()
        .filter(f -> !f.runsNative())
        .findFirst()
        .map(f -> f.name() + "'s driver runs no XDP program at MTU " + f.mtu())
        .orElse(null);
  }

  /**
   * Opens the ports; of {@code auto}, the next best where the best does not work after all.
   *
   * @param seed secret of the hash that shares out flows
   */
  Ports open(List<Link> links, @Nullable Link toHost, DaemonOptions options, int seed) {
    PortChoice choice = options.port();
    boolean isAuto = choice.kind() == PortChoice.Kind.auto;
    if (isAuto) {
      LOG.log(Level.INFO, "--port auto means {0}: {1}", kind, reason);
    }
    if (kind == PortChoice.Kind.afxdp) {
      try {
        return AfXdpPorts.open(links, toHost, options.workers(), choice.xdpMode(), seed);
      } catch (LinuxException e) {
        goOn(isAuto, e, "AF_XDP does not work here, trying AF_PACKET");
      }
    }
    if (kind != PortChoice.Kind.pcap) {
      try {
        return AfPacketPorts.open(links, toHost, options.workers(), choice, seed);
      } catch (LinuxException e) {
        goOn(isAuto, e, "AF_PACKET does not work here, trying libpcap");
      }
    }
    return PcapPorts.open(links, options.workers());
  }

  private static void goOn(boolean isAuto, LinuxException e, String text) {
    if (!isAuto) {
      throw e;
    }
    LOG.log(Level.WARNING, text, e);
  }
}
