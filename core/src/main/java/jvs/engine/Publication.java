package jvs.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.route.Route;
import jvs.route.RouteTable;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
import jvs.service.MarkRules;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.Settings;
import jvs.table.CounterReader;
import jvs.table.MarkTable;
import jvs.table.ServiceIndex;
import jvs.table.VirtualService;
import jvs.wire.Endpoint;
import jvs.wire.IpAddress;

/**
 * Makes {@link Snapshot}s of the services, the rules for marks and the kernel's network, and hands
 * them to the workers and an observer. Any thread.
 *
 * <p>Ends of deleted services, servers and marks stay while connections refer to them: as in the
 * kernel, these are neither answered by the host nor routed untranslated.
 */
final class Publication {
  private final DirectorOptions options;
  private final Settings settings;
  private final Supplier<List<RealServer>> knownServers;
  private final IntSupplier workers;
  private final Runnable wakeUp;
  private final LocalAddresses localAddresses = new LocalAddresses();
  private final MarkTable marks;
  private Consumer<Snapshot> observer = published -> {};
  private NetworkState network = new NetworkState(List.of(), List.of(), List.of(), false);
  private ServiceIndex index = ServiceIndex.EMPTY;
  private boolean isHeld;
  private long version;
  private volatile Snapshot snapshot = Snapshot.EMPTY;

  /**
   * Nothing yet.
   *
   * @param settings say whether requests are the host's at present: nothing of them is hidden then
   * @param knownServers all servers, deleted ones with connections included
   * @param workers how many share the traffic
   * @param counters what matched rules for marks
   * @param wakeUp tells the workers that there is something new
   */
  Publication(
      DirectorOptions options,
      Settings settings,
      Supplier<List<RealServer>> knownServers,
      IntSupplier workers,
      CounterReader counters,
      Runnable wakeUp) {
    this.options = options;
    this.settings = settings;
    this.knownServers = knownServers;
    this.workers = workers;
    this.wakeUp = wakeUp;
    marks = new MarkTable(counters);
  }

  /** The latest. */
  Snapshot snapshot() {
    return snapshot;
  }

  /** Calls {@code now} with each snapshot as it is published, one after the other. */
  synchronized void observe(Consumer<Snapshot> now) {
    observer = now;
    observer.accept(snapshot);
  }

  /** How often something was published. */
  synchronized long version() {
    return version;
  }

  synchronized void networkChanged(NetworkState now) {
    network = now;
    publish();
  }

  synchronized void servicesChanged(ServiceIndex now) {
    index = now;
    publish();
  }

  synchronized List<Link> links() {
    return network.links();
  }

  synchronized boolean hasServersOfOtherFamilies() {
    return index.services().stream().anyMatch(VirtualService::isOfBothFamilies);
  }

  void wakeUp() {
    wakeUp.run();
  }

  synchronized List<MarkEntry> marks() {
    return marks.entries();
  }

  /** Changes the list of rules for marks; refusals as {@link MarkTable#set}. */
  synchronized void changeMarks(Consumer<List<MarkRule>> change) {
    List<MarkRule> rules = new ArrayList<>(marks.rules());
    change.accept(rules);
    marks.set(rules);
    publish();
  }

  /** What makes several changes is published once. */
  synchronized void together(Runnable changes) {
    isHeld = true;
    try {
      changes.run();
    } finally {
      isHeld = false;
      publish();
    }
  }

  /** Publishes anew, because connections have ended. */
  synchronized void publish() {
    if (isHeld) {
      return;
    }
    List<RealServer> servers = knownServers.get();
    MarkRules rules = markRules(servers);
    Set<Endpoint> vips = ownVips(rules);
    localAddresses.follow(index, servers);
    vips.addAll(localAddresses.own(network));
    RouteTable routes = routes(vips);
    snapshot =
        new Snapshot(
            index,
            rules,
            routes,
            EndpointSet.withIpsec(servicePorts(servers)),
            EndpointSet.withIpsec(serverPorts(servers, rules)),
            new EndpointSet(LocalServers.replyFrom(servers, routes)),
            new EndpointSet(vips),
            new EndpointSet(localAddresses.all()),
            new EndpointSet(LocalAddresses.servers(servers)),
            Math.max(1, workers.getAsInt()),
            options.standsForHost());
    version++;
    wakeUp.run();
    observer.accept(snapshot);
  }

  private MarkRules markRules(List<RealServer> servers) {
    Set<ServiceKey> served = new HashSet<>();
    for (RealServer server : servers) {
      if (server.service().isMark() && server.references() > 0) {
        served.add(server.service());
      }
    }
    marks
        .retired()
        .removeIf(
            rule ->
                rule.value() == 0
                    || !served.contains(ServiceKey.ofMark(rule.value(), rule.family())));
    for (VirtualService service : index.services()) {
      if (service.key().isMark()) {
        served.add(service.key());
      }
    }
    Map<String, Integer> links = new HashMap<>();
    for (Link link : network.links()) {
      links.put(link.name(), link.index());
    }
    return new MarkRules(marks.numbered(), marks.retired(), served, links);
  }

  private Set<Endpoint> ownVips(MarkRules rules) {
    Set<Endpoint> vips = new LinkedHashSet<>();
    if (!options.ownsVips() || settings.isPassive()) {
      return vips;
    }
    for (VirtualService service : index.services()) {
      if (!service.key().isMark()) {
        vips.add(new Endpoint(service.key().address(), EndpointSet.ANY_PROTOCOL, 0));
      }
    }
    for (MarkRule rule : rules.rules()) {
      MarkRule.Test<MarkRule.Network> to = rule.destination();
      boolean isServed =
          rule.value() != 0
              && rules.served().contains(ServiceKey.ofMark(rule.value(), rule.family()));
      if (isServed && to != null && !to.isNegated() && to.value().isHost()) {
        vips.add(new Endpoint(to.value().address(), EndpointSet.ANY_PROTOCOL, 0));
      }
    }
    return vips;
  }

  private RouteTable routes(Set<Endpoint> vips) {
    NetworkState state = network;
    if (!vips.isEmpty()) {
      List<Route> local = new ArrayList<>();
      for (Endpoint vip : vips) {
        int full = vip.address().isV4() ? 32 : 128;
        local.add(new Route(vip.address(), full, Route.LOCAL, 0, null, null, 0));
      }
      local.addAll(network.routes());
      state = new NetworkState(network.links(), network.addresses(), local, network.forwardsIpv4());
    }
    RouteTable previous = snapshot.routes();
    return state.equals(previous.state()) ? previous : new RouteTable(state);
  }

  private Set<Endpoint> servicePorts(List<RealServer> servers) {
    Set<Endpoint> ports = new LinkedHashSet<>();
    if (settings.isPassive()) {
      return ports;
    }
    for (VirtualService service : index.services()) {
      if (!service.key().isMark()) {
        ports.add(service.key().endpoint());
      }
    }
    for (RealServer server : servers) {
      if (!index.isEmpty() && server.references() > 0 && !server.service().isMark()) {
        ports.add(server.service().endpoint());
      }
    }
    return ports;
  }

  /** What clients of a mark or of a service of all ports asked for is the server's port, too. */
  private static Set<Endpoint> serverPorts(List<RealServer> servers, MarkRules rules) {
    Set<Endpoint> ends = new LinkedHashSet<>();
    for (RealServer server : servers) {
      if (server.spec().method() != ServerSpec.MASQ) {
        continue;
      }
      Endpoint end = server.endpoint();
      if (server.service().isMark()) {
        addMarked(ends, server, rules.rules());
        addMarked(ends, server, rules.retired());
      } else if (server.service().port() == 0) {
        ends.add(new Endpoint(end.address(), end.protocol(), 0));
      } else {
        ends.add(end);
      }
    }
    return ends;
  }

  private static void addMarked(Set<Endpoint> ends, RealServer server, List<MarkRule> rules) {
    IpAddress address = server.key().address();
    for (MarkRule rule : rules) {
      for (Endpoint end : rule.ends(address)) {
        ends.add(end);
        if (server.key().port() != 0) {
          ends.add(new Endpoint(address, end.protocol(), server.key().port()));
        }
      }
    }
  }
}
