package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.port.FanoutProgram;
import jvs.port.FilterRules;
import jvs.port.PacketFilter;
import jvs.port.PacketPort;
import jvs.route.Link;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/** AF_PACKET rings: several workers share an interface by a fanout group (packet(7)). */
final class AfPacketPorts implements Ports {
  private static final Logger LOG = System.getLogger(AfPacketPorts.class.getName());
  private static final int GROUPS = 1 << 16;

  private final List<List<AfPacketPort>> byWorker = new ArrayList<>();
  private final int workers;
  private final int seed = new SecureRandom().nextInt();

  private AfPacketPorts(int workers) {
    this.workers = workers;
  }

  /** Opens the interfaces for each worker in turn: the order is the members' order in the group. */
  static AfPacketPorts open(List<Link> links, int workers) {
    AfPacketPorts ports = new AfPacketPorts(workers);
    try {
      for (int i = 0; i < workers; i++) {
        List<AfPacketPort> own = new ArrayList<>();
        ports.byWorker.add(own);
        for (Link link : links) {
          own.add(new AfPacketPort(link.name(), ports.options(link)));
        }
      }
      return ports;
    } catch (RuntimeException e) {
      ports.close();
      throw e;
    }
  }

  private AfPacketOptions options(Link link) {
    AfPacketOptions options =
        AfPacketOptions.defaults().withFilter(PacketFilter.program(HostGuard.NOTHING_YET));
    if (workers == 1) {
      return options;
    }
    // Per interface and process: another director's group must not be joined by accident.
    int group = (int) ((ProcessHandle.current().pid() * 31 + link.index()) % GROUPS);
    return options.withFanout(new AfPacketOptions.Fanout(group, fanout(HostGuard.NOTHING_YET)));
  }

  @Override
  public String kind() {
    return "AF_PACKET";
  }

  @Override
  public PacketPort[] of(int worker) {
    return byWorker.get(worker).toArray(new PacketPort[0]);
  }

  @Override
  public void filter(FilterRules rules) {
    BpfProgram program = PacketFilter.program(rules);
    for (List<AfPacketPort> ports : byWorker) {
      for (AfPacketPort port : ports) {
        port.setFilter(program);
      }
    }
    if (workers > 1) {
      byWorker.get(0).forEach(port -> port.setFanoutProgram(fanout(rules)));
    }
  }

  private BpfProgram fanout(FilterRules rules) {
    try {
      return new FanoutProgram(addresses(rules.services()), addresses(rules.servers()), true, seed)
          .program();
    } catch (IllegalArgumentException e) {
      LOG.log(Level.ERROR, "too many addresses to share between workers; one does it all", e);
      return new FanoutProgram(Set.of(), Set.of(), true, seed).program();
    }
  }

  private static Set<IpAddress> addresses(Set<Endpoint> endpoints) {
    Set<IpAddress> addresses = new HashSet<>();
    endpoints.forEach(endpoint -> addresses.add(endpoint.address()));
    return addresses;
  }

  @Override
  public void close() {
    byWorker.forEach(ports -> ports.forEach(AfPacketPort::close));
  }
}
