package jvs.director.daemon;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jvs.director.kernel.Guarded;
import jvs.director.kernel.HostLink;
import jvs.director.kernel.NftGuard;
import jvs.engine.EndpointSet;
import jvs.engine.Snapshot;
import jvs.linux.LinuxException;
import jvs.port.FilterRules;
import jvs.port.xdp.TcxGuard;
import jvs.route.Link;
import jvs.service.MarkRule;
import jvs.service.MarkRules;
import jvs.service.ServerList;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.table.VirtualService;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Divides the traffic between the director and the host: what the director balances is copied to
 * its ports and kept from the host's stack, everything else stays the host's.
 *
 * <p>Told of every snapshot, one after the other. What comes into being is first copied and then
 * kept away; so no frame is lost, one may be seen by both.
 */
final class HostGuard implements Consumer<Snapshot>, AutoCloseable {
  private static final Logger LOG = System.getLogger(HostGuard.class.getName());

  /** What ports receive before there is a service: who is whose neighbour. */
  static final FilterRules NOTHING_YET = new FilterRules(Set.of(), Set.of(), true, false);

  private static final int FTP = 21;

  private final Ports ports;
  private final NftGuard nft;
  private final @Nullable TcxGuard tcx;
  private final @Nullable HostLink toHost;
  private final Collection<Link> links;
  private final Settings settings;
  private FilterRules filter = NOTHING_YET;
  private @Nullable Snapshot withoutServices;

  /** Guards {@code links}, but not the tunnels among them while those are ignored. */
  HostGuard(
      Ports ports,
      NftGuard nft,
      @Nullable HostLink toHost,
      Collection<Link> links,
      Settings settings) {
    this.ports = ports;
    this.nft = nft;
    tcx = tcxGuard(links);
    this.toHost = toHost;
    this.links = links;
    this.settings = settings;
  }

  /** A quick way for nearly all packets, or null where there is none. */
  private static @Nullable TcxGuard tcxGuard(Collection<Link> links) {
    try {
      return new TcxGuard(links.stream().filter(l -> !l.isTunnel()).map(Link::name).toList());
    } catch (LinuxException e) {
      LOG.log(Level.DEBUG, "the host is guarded by nftables alone", e);
      return null;
    }
  }

  /**
   * What an earlier director left stays while there are no services, until the next {@link
   * #restore}: maybe they are about to be restored, and connections would be reset before.
   */
  @Override
  public synchronized void accept(Snapshot snapshot) {
    boolean isEarly = nft.isInherited() && snapshot.services().services().isEmpty();
    withoutServices = isEarly ? snapshot : null;
    if (!isEarly) {
      divide(snapshot);
    }
  }

  private void divide(Snapshot snapshot) {
    Set<Endpoint> served = new HashSet<>();
    Set<Endpoint> servers = new HashSet<>(snapshot.serverPorts().endpoints());
    Set<IpAddress> dataVips = new HashSet<>();
    for (VirtualService service : snapshot.services().services()) {
      if (isFtp(service.key())) {
        addDataPorts(service, served, servers, dataVips);
      }
    }
    Set<Endpoint> endpoints = Set.copyOf(snapshot.servicePorts().endpoints());
    served.addAll(endpoints);
    Set<IpAddress> ownVips = addresses(snapshot.ownVips());
    for (IpAddress vip : ownVips) {
      for (int protocol : TakenFrames.PROTOCOLS) {
        served.add(new Endpoint(vip, protocol, 0));
      }
    }
    Set<IpAddress> locals = addresses(snapshot.localAddresses());
    Set<Endpoint> natServers = Set.copyOf(snapshot.serverPorts().endpoints());
    Set<Endpoint> fullNatServers = Set.copyOf(snapshot.fullNatServers().endpoints());
    servers.addAll(fullNatServers);
    boolean takesAllIp = !addMarked(snapshot.marks(), served);
    apply(
        new FilterRules(served, servers, true, takesAllIp, locals),
        new Guarded(
            endpoints,
            ownVips,
            natServers,
            fullNatServers,
            locals,
            dataVips,
            TakenFrames.rules(snapshot)),
        snapshot.marks());
    openToHost(snapshot);
  }

  private void openToHost(Snapshot snapshot) {
    if (toHost == null) {
      return;
    }
    try {
      toHost.update(new HashSet<>(snapshot.hostPorts().endpoints()), addresses(snapshot.ownVips()));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "servers on this host are not reached", e);
    }
  }

  private static Set<IpAddress> addresses(EndpointSet endpoints) {
    return endpoints.endpoints().stream().map(Endpoint::address).collect(Collectors.toSet());
  }

  /**
   * Adds where packets go that rules for marks speak of.
   *
   * @return false if that could be anywhere
   */
  private static boolean addMarked(MarkRules marks, Set<Endpoint> served) {
    List<MarkRule> rules = new ArrayList<>(marks.rules());
    rules.addAll(marks.retired());
    for (MarkRule rule : rules) {
      MarkRule.Test<MarkRule.Network> to = rule.destination();
      if (to == null || to.isNegated() || !to.value().isHost()) {
        return false;
      }
      served.addAll(rule.ends(to.value().address()));
    }
    return true;
  }

  private static boolean isFtp(ServiceKey key) {
    return !key.isMark() && key.protocol() == ServiceKey.TCP && key.port() == FTP;
  }

  /**
   * Data connections may have any port: their packets are copied, and hidden one connection after
   * the other as it is announced. Of a persistent service all of them are balanced, whoever begins.
   */
  private static void addDataPorts(
      VirtualService service,
      Set<Endpoint> served,
      Set<Endpoint> servers,
      Set<IpAddress> dataVips) {
    IpAddress vip = service.key().address();
    served.add(new Endpoint(vip, ServiceKey.TCP, 0));
    if (service.spec().has(ServiceSpec.PERSISTENT)) {
      dataVips.add(vip);
    }
    ServerList list = service.servers();
    for (int i = 0; i < list.size(); i++) {
      servers.add(new Endpoint(list.get(i).key().address(), ServiceKey.TCP, 0));
    }
  }

  private void apply(FilterRules wanted, Guarded guarded, MarkRules marks) {
    try {
      if (!wanted.equals(filter)) {
        ports.filter(wanted);
        filter = wanted;
      }
      // Neighbour solicitations go to groups that the host is no member of.
      ports.hearGroups(guarded.ownVips().stream().anyMatch(vip -> !vip.isV4()));
      ports.redirect(guarded.alone());
      if (tcx != null) {
        tcx.follow(guarded.alone());
      }
      List<String> devices = devices();
      if (!devices.equals(nft.devices())) {
        nft.setDevices(devices);
      }
      nft.update(guarded, marks);
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the host's stack is not kept from the services", e);
    }
  }

  private List<String> devices() {
    return links.stream()
        .filter(link -> !(link.isTunnel() && settings.ignoresTunneled))
        .map(Link::name)
        .sorted()
        .toList();
  }

  /** Puts back what a reload of the host's firewall may have flushed; now and then. */
  synchronized void restore() {
    if (withoutServices != null) {
      divide(withoutServices);
      withoutServices = null;
    }
    try {
      if (toHost != null) {
        toHost.ensure();
      }
      if (nft.ensure()) {
        LOG.log(Level.WARNING, "somebody removed the nftables table jvs; it is back");
      }
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "the host's stack is not kept from the services", e);
    }
  }

  /** Ends the quick way; what else it uses is others'. */
  @Override
  public synchronized void close() {
    if (tcx != null) {
      tcx.close();
    }
  }
}
