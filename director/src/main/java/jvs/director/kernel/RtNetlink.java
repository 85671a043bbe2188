package jvs.director.kernel;

import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jvs.director.kernel.RtMessage.NeighbourReport;
import jvs.linux.Errno;
import jvs.linux.LinuxException;
import jvs.linux.Poller;
import jvs.linux.WakeUp;
import jvs.route.NetworkListener;
import jvs.route.NetworkState;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Follows the kernel's links, addresses, routes and neighbours: rtnetlink(7).
 *
 * <p>Its own thread calls the listener. Whatever changes, the tables are read anew and published
 * whole, once for a burst of changes, and at once when an address is new: packets may come to it
 * already. What the kernel deletes silently (routes of an interface that goes down) is gone then
 * too. If the kernel had to drop messages everything is read anew, and neighbours that disappeared
 * meanwhile are reported as lost.
 *
 * <p>Belongs to the network namespace of the thread that makes it.
 */
public final class RtNetlink implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RtNetlink.class.getName());

  // RTMGRP bits, 1 << (RTNLGRP_* - 1): link, neigh, IPv4 and IPv6 addresses and routes, netconf
  // (which tells of ip_forward).
  private static final int GROUPS = 1 | 1 << 2 | 1 << 4 | 1 << 6 | 1 << 8 | 1 << 10 | 1 << 23;

  private static final int QUIET_MILLIS = 5;
  private static final long LONGEST_DELAY_NANOS = 50_000_000;
  private static final int RETRY_MILLIS = 1000;

  private final NetworkListener listener;
  private final Set<NeighbourKey> neighbours = new HashSet<>();
  private final WakeUp stop;
  private final NetlinkSocket events;
  private final KernelTables tables;
  private final Thread thread;
  private boolean hasNewAddress;
  private volatile boolean isStopped;

  private record NeighbourKey(int linkIndex, IpAddress address) {}

  /** Subscribes; nothing is reported before {@link #start()}. */
  public RtNetlink(NetworkListener listener) {
    this.listener = listener;
    stop = new WakeUp();
    events = new NetlinkSocket(NetlinkSocket.NETLINK_ROUTE, GROUPS);
    tables = new KernelTables();
    thread = Thread.ofPlatform().daemon().name("jvs-netlink").unstarted(this::run);
  }

  /** Reads the tables once, in the calling thread's network namespace. */
  public static NetworkState read() {
    try (KernelTables tables = new KernelTables()) {
      return tables.state();
    }
  }

  /**
   * Starts the thread: it reports the present state and every neighbour first, changes afterwards.
   * Called by a thread of the same network namespace.
   */
  public void start() {
    thread.start();
  }

  private void run() {
    boolean hasTables = false;
    try (Poller poller = new Poller(2)) {
      int changed = poller.add(events.fileDescriptor());
      poller.add(stop.fileDescriptor());
      while (!isStopped) {
        try {
          if (!hasTables) {
            discardEvents();
            publish();
            reconcileNeighbours();
            hasTables = true;
          }
          poller.poll(-1);
          if (poller.isReady(changed) && drainBurst(poller, changed)) {
            publish();
          }
        } catch (LinuxException e) {
          // ENOBUFS: messages were lost. Anything else: the kernel is out of memory, say.
          hasTables = false;
          if (e.errno() != Errno.ENOBUFS) {
            LOG.log(Level.WARNING, "routes cannot be read, trying again", e);
            poller.poll(RETRY_MILLIS);
          }
        }
      }
    }
  }

  /** What is older than the tables about to be read must not be applied after them. */
  private void discardEvents() {
    while (events.receive(false).hasRemaining()) {
      Thread.onSpinWait();
    }
  }

  /** Takes messages until none came for a moment; returns whether the tables changed. */
  private boolean drainBurst(Poller poller, int changed) {
    boolean isChanged = drain();
    if (hasNewAddress) {
      publish();
    }
    long end = System.nanoTime() + LONGEST_DELAY_NANOS;
    while (isChanged && !isStopped && System.nanoTime() < end) {
      poller.poll(QUIET_MILLIS);
      if (!poller.isReady(changed)) {
        break;
      }
      drain();
    }
    return isChanged;
  }

  private boolean drain() {
    boolean isChanged = false;
    hasNewAddress = false;
    while (true) {
      List<KernelTables.Message> messages = KernelTables.messages(events.receive(false));
      if (messages.isEmpty()) {
        return isChanged;
      }
      for (KernelTables.Message message : messages) {
        switch (message.type()) {
          case RtMessage.RTM_NEWNEIGH, RtMessage.RTM_DELNEIGH ->
              neighbourChanged(message.type(), new RtMessage(message.body()).neighbour());
          default -> {
            isChanged = true;
            hasNewAddress |= message.type() == RtMessage.RTM_NEWADDR;
          }
        }
      }
    }
  }

  private void neighbourChanged(int type, @Nullable NeighbourReport report) {
    if (report == null) {
      return;
    }
    if (type == RtMessage.RTM_DELNEIGH || report.state() == RtMessage.NUD_FAILED) {
      lost(new NeighbourKey(report.linkIndex(), report.address()));
    } else if ((report.state() & RtMessage.NUD_KNOWN) != 0) {
      learned(report);
    }
  }

  private void reconcileNeighbours() {
    Set<NeighbourKey> before = new HashSet<>(neighbours);
    for (NeighbourReport report : tables.neighbours()) {
      if ((report.state() & RtMessage.NUD_KNOWN) != 0) {
        learned(report);
        before.remove(new NeighbourKey(report.linkIndex(), report.address()));
      }
    }
    before.forEach(this::lost);
  }

  private void learned(NeighbourReport report) {
    neighbours.add(new NeighbourKey(report.linkIndex(), report.address()));
    tell(() -> listener.neighbourLearned(report.linkIndex(), report.address(), report.mac()));
  }

  private void lost(NeighbourKey key) {
    neighbours.remove(key);
    tell(() -> listener.neighbourLost(key.linkIndex(), key.address()));
  }

  private void publish() {
    NetworkState state = tables.state();
    tell(() -> listener.networkChanged(state));
  }

  private static void tell(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a listener of route changes failed", e);
    }
  }

  /** Stops the thread and closes the sockets; not called by the listener. Idempotent. */
  @Override
  public void close() {
    if (isStopped) {
      return;
    }
    isStopped = true;
    stop.signal();
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    events.close();
    tables.close();
    stop.close();
  }
}
