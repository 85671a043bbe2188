package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import jvs.director.kernel.Offloads;
import jvs.director.port.PcapFilterText;
import jvs.director.port.PcapPort;
import jvs.flow.FlowKey;
import jvs.port.FilterRules;
import jvs.port.PacketPort;
import jvs.route.Link;

/**
 * libpcap on every interface, for one worker. Offloads that it cannot carry are off meanwhile at
 * this end of the wire; at the other end, where that is on this machine too, they are the user's.
 */
final class PcapPorts implements Ports {
  private static final Logger LOG = System.getLogger(PcapPorts.class.getName());

  private final List<PcapPort> ports = new ArrayList<>();
  private final List<Offloads> offloads = new ArrayList<>();

  private PcapPorts() {}

  /** Opens the interfaces; there can be one worker only, for libpcap cannot share flows. */
  static PcapPorts open(List<Link> links, int workers) {
    if (workers != 1) {
      throw new DaemonException("--workers " + workers + ": the pcap port serves one worker only");
    }
    PcapPorts opened = new PcapPorts();
    try {
      for (Link link : links) {
        Offloads off = new Offloads(link.name());
        opened.offloads.add(off);
        if (!off.stillOn().isEmpty()) {
          LOG.log(
              Level.WARNING,
              "{0} cannot turn off {1}: frames that need it will be lost",
              link.name(),
              String.join(", ", off.stillOn()));
        }
        opened.ports.add(new PcapPort(link.name(), PcapFilterText.of(HostGuard.NOTHING_YET)));
      }
      LOG.log(
          Level.INFO,
          "libpcap carries no unfinished checksums: where the other end of a wire is a veth on this"
              + " machine, type there: ethtool -K NAME tx off");
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  @Override
  public String kind() {
    return "libpcap";
  }

  @Override
  public boolean leaveNoTrace() {
    return false; // offloads are off meanwhile
  }

  @Override
  public PacketPort[] of(int worker) {
    return ports.toArray(new PacketPort[0]);
  }

  @Override
  public int workerOf(FlowKey flow) {
    return 0;
  }

  @Override
  public void filter(FilterRules rules) {
    String text = PcapFilterText.of(rules);
    ports.forEach(port -> port.setFilter(text));
  }

  @Override
  public void close() {
    ports.forEach(PcapPort::close);
    offloads.forEach(Offloads::close);
  }
}
