package jvs.director.daemon;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import jvs.director.control.ControlPath;
import jvs.director.control.ControlServer;
import jvs.director.kernel.AnnouncedElements;
import jvs.director.kernel.GuardSignal;
import jvs.director.kernel.HostLink;
import jvs.director.kernel.NftGuard;
import jvs.director.kernel.RtNetlink;
import jvs.director.port.PcapException;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.Worker;
import jvs.flow.TableStore;
import jvs.forwarders.Forwarders;
import jvs.linux.LinuxException;
import jvs.route.Link;
import jvs.route.NetworkListener;
import jvs.route.NetworkState;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * A running director: workers on real ports, the kernel's network followed, the host's own stack
 * kept away from what is balanced, and a control socket.
 *
 * <p>Started and stopped once. What it changes on the host it undoes in {@link #stop()}; what one
 * left behind that was killed, or restarted by SIGUSR1, the next start takes over.
 */
public final class Daemon {
  private static final Logger LOG = System.getLogger(Daemon.class.getName());
  private static final long STOP_MILLIS = 5_000;
  private static final long GUARD_SECONDS = 10;
  private static final long SAVE_MILLIS = 50;

  private final List<AutoCloseable> resources = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final LoopWatch loops = new LoopWatch();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final @Nullable SystemdNotifier systemd =
      SystemdNotifier.to(System.getenv("NOTIFY_SOCKET"));

  private final ChangeLog changes =
      new ChangeLog(line -> LOG.log(Level.INFO, line), Daemon::nowMillis);

  private final AtomicBoolean isSaveDue = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1,
          Thread.ofPlatform().daemon().name("jvs-housekeeping").factory(),
          new ThreadPoolExecutor.DiscardPolicy());

  private long[] cycles = {};
  private boolean isRunning;

  /**
   * Starts everything, or nothing. A {@link #stop()} that comes meanwhile waits for the end of it.
   *
   * @throws DaemonException with one line that says why not
   */
  public synchronized void start(DaemonOptions options) {
    try {
      open(options);
      isRunning = true;
    } catch (DaemonException e) {
      stop();
      throw e;
    } catch (LinuxException | PcapException | IllegalStateException | IOException e) {
      stop();
      throw new DaemonException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What {@code --explain-port} prints. */
  static String explain(DaemonOptions options) {
    try {
      List<Link> links = Interfaces.choose(RtNetlink.read().links(), options.interfaces());
      return new PortTable(PortPlan.of(links, options.port())).text();
    } catch (LinuxException e) {
      throw new DaemonException(String.valueOf(e.getMessage()), e);
    }
  }

  /** Whether it was started and not stopped. */
  public synchronized boolean isRunning() {
    return isRunning;
  }

  private void open(DaemonOptions options) throws IOException {
    Privileges.check(options.port().kind() == PortChoice.Kind.afxdp);
    NetworkState network = RtNetlink.read();
    List<Link> links = Interfaces.choose(network.links(), options.interfaces());
    PortPlan plan = PortPlan.of(links, options.port());
    own(new NamespaceLock());
    TableFiles tables = tables(options);
    boolean isSuccessor = tables != null && tables.areInherited();
    Thread warmUp = WarmUp.start(isSuccessor ? 0 : options.warmUpMillis());
    long seed = tables == null ? new SecureRandom().nextLong() : tables.secret();
    Director director = director(options, tables == null ? TableStore.ANONYMOUS : tables, seed);
    director.networkChanged(network);
    LastingRules rules = new LastingRules(director, options.rules(), options.state());
    rules.check();
    if (options.control() != null) {
      ControlPath.check(options.control());
    }
    HostLink toHost = plan.kind() == PortChoice.Kind.pcap ? null : hostLink(network, links);
    if (toHost != null && !toHost.isInherited()) {
      network = RtNetlink.read();
    }
    Ports ports = own(plan.open(links, link(network, HostLink.INNER), options, (int) seed));
    NftGuard nft = own(new NftGuard(links.stream().map(Link::name).toList()));
    attachHost(director, network);
    addWorkers(director, ports, options.workers());
    nft.beginWith(() -> AnnouncedElements.of(workers.stream().map(Worker::table).toList()));
    long taken = workers.stream().mapToLong(worker -> worker.table().size()).sum();
    if (taken == 0) {
      if (options.warmUpMillis() > 0) {
        workers.forEach(worker -> worker.table().populate());
      }
      await(isSuccessor ? WarmUp.start(options.warmUpMillis()) : warmUp);
    }
    director.networkChanged(network);
    director.sync().use(new MulticastSockets(director.settings(), Daemon::nowMillis), ports);
    rules.load();
    own(rules::save);
    own(timer::shutdownNow);
    // Before all that takes time and may come later: the guard, which needs nft, still stands as an
    // earlier director left it.
    startWorkers();
    HostGuard guard = own(new HostGuard(ports, nft, toHost, links, director.settings()));
    director.observe(
        now -> {
          guard.accept(now);
          saveSoon(rules);
        });
    if (taken > 0) {
      LOG.log(Level.INFO, "goes on with {0} connections of an earlier director", taken);
    }
    Signals.on("HUP", rules::reloadAndLog);
    Signals.on("USR1", () -> handOver(rules, ports));
    RtNetlink netlink = own(new RtNetlink(new Follower(director)));
    netlink.start();
    Path socket = options.control() != null ? options.control() : ControlPath.ofThisNamespace();
    own(serve(socket, director, rules));
    startHousekeeping(director, guard, rules);
    String status =
        "%s on %s, %s, control socket %s"
            .formatted(
                ports.kind(),
                String.join(" ", links.stream().map(Link::name).toList()),
                options.workers() == 1 ? "1 worker" : options.workers() + " workers",
                socket);
    LOG.log(Level.INFO, "director ready: {0}", status);
    if (systemd != null) {
      systemd.ready(status);
    }
  }

  static void await(Thread warmUp) {
    try {
      warmUp.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Director director(DaemonOptions options, TableStore tables, long seed) {
    DirectorOptions fixed =
        new DirectorOptions(options.connections(), options.ownsVips(), false, seed, 8, 12, tables);
    return new Director(
        fixed, Plugins.schedulers(options.plugins()), Forwarders.all(), Daemon::nowMillis);
  }

  private static @Nullable TableFiles tables(DaemonOptions options) {
    if (options.tables() == null) {
      return null;
    }
    try {
      return TableFiles.in(options.tables(), options.workers(), options.connections());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "connections will end with this director: {0}", e.getMessage());
      return null;
    }
  }

  private ControlServer serve(Path socket, Director director, LastingRules rules)
      throws IOException {
    return ControlServer.start(
        socket,
        null,
        new LoggedControl(director, changes::tell),
        Reports.sources(director),
        Reports.actions(rules),
        line -> LOG.log(Level.ERROR, line));
  }

  private void addWorkers(Director director, Ports ports, int number) {
    for (int i = 0; i < number; i++) {
      Worker worker = director.addWorker(ports.of(i));
      worker.announceTo(own(new GuardSignal()));
      ports.wakeBy(i, worker::wakeUp);
      workers.add(worker);
    }
    own(director);
  }

  /** Without it the director does everything but reach servers that are this host itself. */
  private @Nullable HostLink hostLink(NetworkState network, List<Link> links) {
    try {
      return own(new HostLink(network.links(), links));
    } catch (IllegalStateException e) {
      LOG.log(Level.WARNING, "servers that are addresses of this host will not be reached", e);
      return null;
    }
  }

  private static void attachHost(Director director, NetworkState network) {
    Link inner = link(network, HostLink.INNER);
    Link outer = link(network, HostLink.OUTER);
    if (inner != null && outer != null) {
      director.attachHost(inner.index(), outer.mac());
    }
  }

  private static @Nullable Link link(NetworkState network, String name) {
    return network.links().stream().filter(l -> l.name().equals(name)).findFirst().orElse(null);
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private <T extends AutoCloseable> T own(T resource) {
    resources.add(resource);
    return resource;
  }

  private void startWorkers() {
    for (int i = 0; i < workers.size(); i++) {
      Thread thread = Thread.ofPlatform().name("jvs-worker-" + i).unstarted(workers.get(i));
      threads.add(thread);
      thread.start();
    }
  }

  private void startHousekeeping(Director director, HostGuard guard, LastingRules rules) {
    var unusedTick =
        timer.scheduleAtFixedRate(
            () -> {
              tick(director);
              rules.save();
              changes.tick();
            },
            1,
            1,
            TimeUnit.SECONDS);
    var unusedRestore =
        timer.scheduleWithFixedDelay(
            guard::restore, GUARD_SECONDS, GUARD_SECONDS, TimeUnit.SECONDS);
  }

  /** What a command changed is to outlive a director that is killed a moment later. */
  private void saveSoon(LastingRules rules) {
    if (!isSaveDue.getAndSet(true)) {
      var unusedSave =
          timer.schedule(
              () -> {
                isSaveDue.set(false);
                rules.save();
              },
              SAVE_MILLIS,
              TimeUnit.MILLISECONDS);
    }
  }

  private void tick(Director director) {
    try {
      director.tick();
      loops.look(director.frameCounters(), System.nanoTime());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "housekeeping failed", e);
    }
    long[] before = cycles;
    cycles = workers.stream().mapToLong(Worker::cycles).toArray();
    if (systemd != null && isEachBeyond(before, cycles)) {
      systemd.alive();
    }
  }

  /** Whether every worker has gone round since; one that has not is not alive. */
  private static boolean isEachBeyond(long[] before, long[] now) {
    for (int i = 0; i < before.length; i++) {
      if (now[i] == before[i]) {
        return false;
      }
    }
    return true;
  }

  /** Blocks until {@link #stop()}. */
  public void await() {
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops the workers and undoes what was changed on the host.
   *
   * @return whether all of it could be undone
   */
  public synchronized boolean stop() {
    isRunning = false;
    if (systemd != null) {
      systemd.stopping();
    }
    boolean isClean = stopWorkers();
    for (int i = resources.size() - 1; i >= 0; i--) {
      try {
        resources.get(i).close();
      } catch (Exception e) {
        isClean = false;
        LOG.log(Level.ERROR, "while stopping", e);
      }
    }
    resources.clear();
    if (systemd != null) {
      systemd.close();
    }
    stopped.countDown();
    return isClean;
  }

  /**
   * Ends like {@link #stop()}, but leaves the host as it is for the next director, which goes on
   * with the connections: until then nobody answers in its place. Does not return.
   */
  private synchronized void handOver(LastingRules rules, Ports ports) {
    if (!ports.leaveNoTrace()) {
      System.exit(0);
    }
    if (systemd != null) {
      systemd.stopping();
    }
    boolean isClean = stopWorkers();
    rules.save();
    LOG.log(Level.INFO, "leaves connections and host to the next director");
    Runtime.getRuntime().halt(isClean ? 0 : 1);
  }

  private boolean stopWorkers() {
    workers.forEach(Worker::stop);
    boolean isClean = true;
    for (Thread thread : threads) {
      try {
        isClean &= thread.join(Duration.ofMillis(STOP_MILLIS));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return isClean;
  }

  /** Passes the kernel's news on. */
  private record Follower(Director director) implements NetworkListener {
    @Override
    public void networkChanged(NetworkState state) {
      director.networkChanged(state);
    }

    @Override
    public void neighbourLearned(int linkIndex, IpAddress address, long mac) {
      director.neighbours().learn(linkIndex, address, mac, nowMillis(), false);
    }

    @Override
    public void neighbourLost(int linkIndex, IpAddress address) {
      // Our own probes decide: the kernel forgets what it does not need itself.
    }
  }
}
