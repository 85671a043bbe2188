package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.flow.FlowKey;
import jvs.port.AfPacketOptions;
import jvs.port.AfPacketPort;
import jvs.port.BpfProgram;
import jvs.port.FanoutProgram;
import jvs.port.FilterRules;
import jvs.port.PacketFilter;
import jvs.port.PacketPort;
import jvs.port.RingGeometry;
import jvs.route.Link;
import jvs.service.ServiceKey;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;

/** AF_PACKET rings: several workers share an interface by a fanout group (packet(7)). */
final class AfPacketPorts implements Ports {
  private static final Logger LOG = System.getLogger(AfPacketPorts.class.getName());
  private static final int GROUPS = 1 << 16;
  private static final int FTP = 21;

  /** The host's stack waits for nobody; it sends again what a short queue loses. */
  private static final RingGeometry FEW_FRAMES = new RingGeometry(2048, 1024);

  private final List<List<AfPacketPort>> byWorker = new ArrayList<>();
  private final List<AfPacketPort> toHost = new ArrayList<>();
  private final int workers;
  private final PortChoice choice;
  private final int seed;
  private final FanoutProgram members;
  private volatile boolean usesPorts = true;

  private AfPacketPorts(int workers, PortChoice choice, int seed) {
    this.workers = workers;
    this.choice = choice;
    this.seed = seed;
    members = new FanoutProgram(Set.of(), Set.of(), Set.of(), true, seed);
  }

  /**
   * Opens the interfaces for each worker in turn: the order is the members' order in the group.
   *
   * @param host the link to this host's own stack, or null
   * @param choice its settings
   * @param seed decides which flow goes to which worker
   */
  static AfPacketPorts open(
      List<Link> links, @Nullable Link host, int workers, PortChoice choice, int seed) {
    AfPacketPorts ports = new AfPacketPorts(workers, choice, seed);
    try {
      for (int i = 0; i < workers; i++) {
        List<AfPacketPort> own = new ArrayList<>();
        ports.byWorker.add(own);
        for (Link link : links) {
          own.add(new AfPacketPort(link.name(), ports.options(link)));
        }
        if (host != null) {
          AfPacketOptions everything = ports.options(host).withFilter(BpfProgram.EVERYTHING);
          ports.toHost.add(new AfPacketPort(host.name(), everything.withGeometry(FEW_FRAMES)));
        }
      }
      return ports;
    } catch (RuntimeException e) {
      ports.close();
      throw e;
    }
  }

  private AfPacketOptions options(Link link) {
    BpfProgram filter = PacketFilter.program(HostGuard.NOTHING_YET);
    AfPacketOptions options =
        new AfPacketOptions(null, filter, choice.bypassesQdisc(), choice.receivesBlocks(), null);
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
    List<AfPacketPort> ports = new ArrayList<>(byWorker.get(worker));
    if (!toHost.isEmpty()) {
      ports.add(toHost.get(worker));
    }
    return ports.toArray(new PacketPort[0]);
  }

  @Override
  public int workerOf(FlowKey flow) {
    return usesPorts
        ? members.member(flow.clientFolded(), flow.clientPort(), workers)
        : members.member(flow.clientFolded(), 0, workers);
  }

  /** Whether connections are shared out by their clients' ports, too. */
  boolean usesPorts() {
    return usesPorts;
  }

  @Override
  public void filter(FilterRules rules) {
    BpfProgram program = PacketFilter.program(rules);
    for (List<AfPacketPort> ports : byWorker) {
      for (AfPacketPort port : ports) {
        port.setFilter(program);
      }
    }
    usesPorts = usesPorts(rules);
    if (workers > 1) {
      byWorker.get(0).forEach(port -> port.setFanoutProgram(fanout(rules)));
      if (!toHost.isEmpty()) {
        toHost.get(0).setFanoutProgram(fanoutFromHost(rules));
      }
    }
  }

  @Override
  public void hearGroups(boolean isWanted) {
    byWorker.get(0).forEach(port -> port.hearGroups(isWanted));
  }

  private BpfProgram fanout(FilterRules rules) {
    boolean usesPorts = usesPorts(rules);
    Set<IpAddress> vips = addresses(rules.services());
    Set<IpAddress> servers = addresses(rules.servers());
    try {
      return new FanoutProgram(vips, servers, rules.localAddresses(), usesPorts, seed).program();
    } catch (IllegalArgumentException e) {
      LOG.log(Level.ERROR, "too many addresses to share between workers; one does it all", e);
      return new FanoutProgram(Set.of(), Set.of(), Set.of(), usesPorts, seed).program();
    }
  }

  /** All that the host sends here goes to clients, from VIPs or from servers. */
  private BpfProgram fanoutFromHost(FilterRules rules) {
    Set<IpAddress> sources = addresses(rules.services());
    sources.addAll(addresses(rules.servers()));
    try {
      return new FanoutProgram(Set.of(), sources, rules.localAddresses(), usesPorts(rules), seed)
          .program();
    } catch (IllegalArgumentException e) {
      return new FanoutProgram(Set.of(), Set.of(), Set.of(), usesPorts(rules), seed).program();
    }
  }

  /**
   * Not if FTP's data connections have other ports than the control connections that they belong
   * to, or ESP, which follows ISAKMP, has none.
   */
  private static boolean usesPorts(FilterRules rules) {
    return rules.services().stream().noneMatch(AfPacketPorts::hasRelatives);
  }

  private static boolean hasRelatives(Endpoint service) {
    return (service.protocol() == ServiceKey.TCP && service.port() == FTP)
        || service.protocol() == Packet.ESP;
  }

  private static Set<IpAddress> addresses(Set<Endpoint> endpoints) {
    Set<IpAddress> addresses = new HashSet<>();
    endpoints.forEach(endpoint -> addresses.add(endpoint.address()));
    return addresses;
  }

  @Override
  public void close() {
    byWorker.forEach(ports -> ports.forEach(AfPacketPort::close));
    toHost.forEach(AfPacketPort::close);
  }
}
