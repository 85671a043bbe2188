package jvs.port.xdp;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.IfXdp;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import jvs.port.PacketPort;
import jvs.wire.Memory;

/**
 * AF_XDP on all interfaces: one program an interface, one memory, and on each queue a socket for
 * each worker.
 *
 * <pre>
 *  eth0 queue 0 ─► program ─┬─► socket of worker 0 ─┐       the queue's fill and completion rings:
 *                           └─► socket of worker 1  ├─┐       one of the workers keeps them
 *  eth0 queue 1 ─► program ─┬─► socket of worker 0 ─┘ │
 *                           └─► socket of worker 1 ───┴─► each sends by one of its sockets
 * </pre>
 *
 * <p>The program chooses the worker; the device chooses the queue, and that is all it chooses.
 * Control plane, one thread at a time; the ports are the workers'. The programs go with the
 * process, however it ends: their links are descriptors.
 */
public final class AfXdpInterfaces implements AutoCloseable {
  private static final int ETHERNET_BYTES = 14;
  private static final long BUSY_NANOS = 1_000_000_000;
  private static final long RETRY_NANOS = 10_000_000;

  /** An interface as its driver describes it; its frames come by {@code receiveQueues}. */
  private record Device(
      String name,
      int linkIndex,
      long mac,
      int mtu,
      int receiveQueues,
      int transmitQueues,
      boolean isHardware) {
    static Device of(PacketPort port) {
      try (NetworkDevice device = new NetworkDevice(port.name())) {
        return new Device(
            port.name(),
            port.linkIndex(),
            device.mac(),
            device.mtu(),
            device.receiveQueues(),
            device.transmitQueues(),
            device.isHardware());
      }
    }
  }

  private final Errno errno = new Errno();
  private final List<List<PacketPort>> rests = new ArrayList<>();
  private final List<Device> devices;
  private final XdpMode mode;
  private final Steering steering;

  /** Workers that keep queues' rings, each those of the queues with its remainder. */
  private final int keepers;

  private final XdpPool.Sizes sizes;
  private final List<List<AfXdpPort>> ports = new ArrayList<>();
  private final List<String> descriptions = new ArrayList<>();
  private final List<Integer> descriptors = new ArrayList<>();
  private final RedirectMaps maps;
  private final Umem memory;
  private List<Chunks> shares = List.of();

  /**
   * Opens the interfaces; nothing is redirected before the first {@link #follow}.
   *
   * @param rests by worker the packet sockets that stand beside, one for each interface in the same
   *     order, which stay open
   * @throws LinuxException if the kernel refuses
   */
  public AfXdpInterfaces(
      List<? extends List<? extends PacketPort>> rests, XdpMode mode, Steering steering) {
    this(rests, mode, steering, mode != XdpMode.SKB && areHardware(rests.getFirst()));
  }

  /** The same, trying whether they can do without copies where told. */
  AfXdpInterfaces(
      List<? extends List<? extends PacketPort>> rests,
      XdpMode mode,
      Steering steering,
      boolean mayBeZeroCopy) {
    this.mode = mode;
    this.steering = steering;
    rests.forEach(own -> this.rests.add(List.copyOf(own)));
    devices = rests.getFirst().stream().map(Device::of).toList();
    int senders =
        devices.stream().mapToInt(d -> Math.min(d.receiveQueues, d.transmitQueues)).min().orElse(1);
    keepers = Math.min(steering.workers(), senders);
    sizes = XdpPool.Sizes.of((steering.workers() + keepers - 1) / keepers);
    maps = new RedirectMaps();
    memory = new Umem(IntStream.of(chunksByKeeper()).sum());
    try {
      if (!mayBeZeroCopy || !open(IfXdp.XDP_ZEROCOPY)) {
        open(IfXdp.XDP_COPY);
      }
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  private static boolean areHardware(List<? extends PacketPort> ports) {
    return ports.stream().map(Device::of).allMatch(Device::isHardware);
  }

  private int[] chunksByKeeper() {
    int[] counts = new int[keepers];
    for (Device device : devices) {
      for (int queue = 0; queue < device.receiveQueues(); queue++) {
        counts[queue % keepers] += sizes.chunks();
      }
    }
    return counts;
  }

  /**
   * Opens all of them alike, as they share their memory.
   *
   * @return false if not all of them can do without copies
   */
  private boolean open(int copying) {
    int others = Math.max(1, steering.workers() - 1);
    shares = Chunks.share(chunksByKeeper(), steering.workers(), sizes.fill() / 4 / others);
    shares.forEach(share -> ports.add(new ArrayList<>()));
    try {
      int first = -1;
      for (int i = 0; i < devices.size(); i++) {
        Device device = devices.get(i);
        int entries = device.receiveQueues() * steering.workers();
        int sockets = own(Bpf.createMap(Bpf.XSKMAP, 4, 4, entries, "jvs_sockets"));
        for (int queue = 0; queue < device.receiveQueues(); queue++) {
          int opened = openQueue(i, queue, sockets, copying, first);
          first = first < 0 ? opened : first;
        }
        attach(device, sockets, copying);
      }
      return true;
    } catch (LinuxException e) {
      if (copying == IfXdp.XDP_COPY) {
        throw e;
      }
      closeAll();
      return false;
    }
  }

  /**
   * Opens the sockets of a queue, its keeper's first.
   *
   * @param first the socket that registered the memory, or -1
   * @return the keeper's socket
   */
  private int openQueue(int interfaceNumber, int queue, int sockets, int copying, int first) {
    int keeper = queue % keepers;
    int shared = first;
    for (int i = 0; i < steering.workers(); i++) {
      int worker = (keeper + i) % steering.workers();
      AfXdpPort port = openSocket(interfaceNumber, queue, worker, i == 0, copying, shared);
      put(sockets, queue * steering.workers() + worker, port.fileDescriptor());
      shared = i == 0 ? port.fileDescriptor() : shared;
    }
    return shared;
  }

  private AfXdpPort openSocket(
      int interfaceNumber, int queue, int worker, boolean isKeeper, int copying, int shared) {
    Device device = devices.get(interfaceNumber);
    boolean isFirst = shared < 0;
    XdpSocket socket = new XdpSocket(isFirst ? memory : null, isKeeper ? sizes : null);
    int flags = isFirst ? copying | IfXdp.XDP_USE_NEED_WAKEUP : IfXdp.XDP_SHARED_UMEM;
    int bound = socket.bind(device.linkIndex(), queue, flags, Math.max(0, shared));
    if (bound < 0) {
      socket.close();
      throw new LinuxException("AF_XDP on queue " + queue + " of " + device.name(), -bound);
    }
    PacketPort rest = rests.get(worker).get(interfaceNumber);
    AfXdpPort port = new AfXdpPort(socket, memory, shares.get(worker), rest, !device.isHardware());
    List<AfXdpPort> own = ports.get(worker);
    // A worker's frames leave by the queue whose rings it keeps, or whose keeper works for it.
    own.add(queue == worker % keepers ? own.size() : 0, port);
    return port;
  }

  private static void put(int map, int key, int value) {
    try (Arena arena = Arena.ofConfined()) {
      long pair = arena.allocate(8, 8).address();
      Memory.putInt(pair, key);
      Memory.putInt(pair + 4, value);
      Bpf.put(map, pair, pair + 4);
    }
  }

  private void attach(Device device, int sockets, int copying) {
    // What is longer than the wire allows is a super-frame, which AF_XDP would not know as one.
    int longest = Math.min(Umem.LONGEST, device.mtu() + ETHERNET_BYTES);
    long[] program = RedirectProgram.instructions(device.mac(), longest, maps, sockets, steering);
    int loaded = own(Bpf.loadXdp(program, "jvs_redirect"));
    int result = -Errno.EOPNOTSUPP;
    for (int where : modes(device, copying)) {
      result = link(loaded, device.linkIndex(), where);
      if (result >= 0) {
        own(result);
        describe(device, where, copying);
        return;
      }
    }
    throw new LinuxException(
        "XDP program on "
            + device.name()
            + (result == -Errno.EBUSY ? ", which has another one" : ""),
        -result);
  }

  private int[] modes(Device device, int copying) {
    if (mode == XdpMode.NATIVE || copying == IfXdp.XDP_ZEROCOPY) {
      return new int[] {Bpf.DRIVER_MODE};
    }
    if (mode == XdpMode.SKB) {
      return new int[] {Bpf.SKB_MODE};
    }
    return device.isHardware()
        ? new int[] {Bpf.DRIVER_MODE, Bpf.SKB_MODE}
        : new int[] {Bpf.SKB_MODE, Bpf.DRIVER_MODE};
  }

  private static int link(int program, int linkIndex, int where) {
    long deadline = System.nanoTime() + BUSY_NANOS;
    int result = Bpf.linkXdp(program, linkIndex, where);
    // That of a killed director goes a little later than it.
    while (result == -Errno.EBUSY && System.nanoTime() < deadline) {
      LockSupport.parkNanos(RETRY_NANOS);
      result = Bpf.linkXdp(program, linkIndex, where);
    }
    return result;
  }

  private void describe(Device device, int where, int copying) {
    descriptions.add(
        "%s %s%s, %d %s"
            .formatted(
                device.name(),
                where == Bpf.SKB_MODE ? "skb mode" : "native",
                copying == IfXdp.XDP_ZEROCOPY ? " without copies" : "",
                device.receiveQueues(),
                device.receiveQueues() == 1 ? "queue" : "queues"));
  }

  private int own(int descriptor) {
    descriptors.add(descriptor);
    return descriptor;
  }

  /** The ports of a worker: one a queue; of those of one interface the last is to send. */
  public List<AfXdpPort> ports(int worker) {
    return List.copyOf(ports.get(worker));
  }

  /** How a worker is told that others have chunks for it. Before the workers run. */
  public void wakeBy(int worker, Runnable signal) {
    shares.get(worker).wakeBy(signal);
  }

  /** For people: what each interface became. */
  public List<String> descriptions() {
    return List.copyOf(descriptions);
  }

  /**
   * Redirects what these rules say, and no more.
   *
   * @param usesPorts false if all connections of a client are for one worker
   */
  public void follow(RedirectRules rules, boolean usesPorts) {
    maps.follow(rules, usesPorts);
  }

  /** Programs first: from then on the kernel gets all frames. */
  private void closeAll() {
    descriptors.reversed().forEach(descriptor -> Libc.close(errno, descriptor));
    descriptors.clear();
    descriptions.clear();
    ports.forEach(own -> own.forEach(AfXdpPort::close));
    ports.clear();
  }

  /** Ends it all; idempotent. The ports are used no more. */
  @Override
  public void close() {
    closeAll();
    maps.close();
    memory.close();
  }
}
