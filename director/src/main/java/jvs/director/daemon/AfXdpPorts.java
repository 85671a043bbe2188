package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jvs.director.daemon.PortChoice.Kind;
import jvs.flow.FlowKey;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import jvs.port.FilterRules;
import jvs.port.PacketPort;
import jvs.port.xdp.AfXdpInterfaces;
import jvs.port.xdp.RedirectRules;
import jvs.port.xdp.Steering;
import jvs.port.xdp.XdpMode;
import jvs.route.Link;
import org.jspecify.annotations.Nullable;

/**
 * AF_XDP: each worker has a socket on each queue, and the program chooses the worker as the fanout
 * does. AF_PACKET stands beside it for what is not the director's alone.
 */
final class AfXdpPorts implements Ports {
  private static final Logger LOG = System.getLogger(AfXdpPorts.class.getName());

  private final AfPacketPorts packets;
  private final AfXdpInterfaces interfaces;

  private AfXdpPorts(AfPacketPorts packets, AfXdpInterfaces interfaces) {
    this.packets = packets;
    this.interfaces = interfaces;
  }

  /**
   * Opens the interfaces.
   *
   * @param host the link to this host's own stack, or null
   * @param seed decides which flow goes to which worker
   */
  static AfXdpPorts open(
      List<Link> links, @Nullable Link host, int workers, XdpMode mode, int seed) {
    AfPacketPorts packets =
        AfPacketPorts.open(links, host, workers, PortChoice.of(Kind.afpacket), seed);
    try {
      List<List<PacketPort>> rests = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        rests.add(Arrays.asList(packets.of(i)).subList(0, links.size()));
      }
      Steering steering = new Steering(workers, seed);
      AfXdpPorts ports = new AfXdpPorts(packets, new AfXdpInterfaces(rests, mode, steering));
      links.forEach(AfXdpPorts::warn);
      return ports;
    } catch (LinuxException e) {
      packets.close();
      throw e;
    }
  }

  /** Frames of a veth's other end come unfinished, and whole bundles of them at once. */
  private static void warn(Link link) {
    try (NetworkDevice device = new NetworkDevice(link.name())) {
      if (device.driver().equals("veth")) {
        LOG.log(
            Level.WARNING,
            "{0} is a veth: checksums that its other end leaves unfinished cost time here, and its"
                + " super-frames take the slower way; where that end is, type: ethtool -K NAME tx"
                + " off",
            link.name());
      }
    }
  }

  @Override
  public String kind() {
    return "AF_XDP (" + String.join("; ", interfaces.descriptions()) + ")";
  }

  /** The socket that sends comes last: there may be one for each queue of an interface. */
  @Override
  public PacketPort[] of(int worker) {
    List<PacketPort> ports = new ArrayList<>(List.of(packets.of(worker)));
    ports.addAll(interfaces.ports(worker));
    return ports.toArray(new PacketPort[0]);
  }

  @Override
  public int workerOf(FlowKey flow) {
    return packets.workerOf(flow);
  }

  @Override
  public void wakeBy(int worker, Runnable signal) {
    interfaces.wakeBy(worker, signal);
  }

  @Override
  public void hearGroups(boolean isWanted) {
    packets.hearGroups(isWanted);
  }

  @Override
  public void filter(FilterRules rules) {
    packets.filter(rules);
  }

  @Override
  public void redirect(RedirectRules rules) {
    interfaces.follow(rules, packets.usesPorts());
  }

  @Override
  public void close() {
    interfaces.close();
    packets.close();
  }
}
