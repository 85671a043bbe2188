package jvs.port.xdp;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jvs.linux.Bpf;
import jvs.linux.Errno;
import jvs.linux.IfXdp;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import jvs.port.PacketPort;
import jvs.wire.Memory;

/**
 * AF_XDP on all interfaces of a worker: one program an interface, one socket a queue, one memory.
 *
 * <p>Control plane, one thread at a time; the ports are the worker's. The programs go with the
 * process, however it ends: their links are descriptors.
 */
public final class AfXdpInterfaces implements AutoCloseable {
  private static final int ETHERNET_BYTES = 14;
  private static final int MOST_QUEUES = 1024;
  private static final long BUSY_NANOS = 1_000_000_000;
  private static final long RETRY_NANOS = 10_000_000;

  /** An interface as its driver describes it. */
  private record Device(PacketPort rest, long mac, int mtu, int queues, boolean isHardware) {
    static Device of(PacketPort rest) {
      try (NetworkDevice device = new NetworkDevice(rest.name())) {
        boolean isHardware = device.isHardware();
        return new Device(rest, device.mac(), device.mtu(), device.receiveQueues(), isHardware);
      }
    }
  }

  private final Errno errno = new Errno();
  private final List<Device> devices;
  private final XdpMode mode;
  private final List<AfXdpPort> ports = new ArrayList<>();
  private final List<String> descriptions = new ArrayList<>();
  private final List<Integer> descriptors = new ArrayList<>();
  private final RedirectMaps maps;
  private final Umem memory;

  /**
   * Opens the interfaces; nothing is redirected before the first {@link #follow}.
   *
   * @param rests the packet sockets that stand beside, one for each interface, which stay open
   * @throws LinuxException if the kernel refuses
   */
  public AfXdpInterfaces(List<? extends PacketPort> rests, XdpMode mode) {
    this.mode = mode;
    devices = rests.stream().map(Device::of).toList();
    int sockets = devices.stream().mapToInt(Device::queues).sum();
    maps = new RedirectMaps();
    memory = new Umem(sockets * (XdpSocket.RECEIVE_ENTRIES + XdpSocket.SEND_ENTRIES));
    try {
      boolean mayBeZeroCopy = mode != XdpMode.SKB && devices.stream().allMatch(Device::isHardware);
      if (!mayBeZeroCopy || !open(IfXdp.XDP_ZEROCOPY)) {
        open(IfXdp.XDP_COPY);
      }
    } catch (LinuxException e) {
      close();
      throw e;
    }
  }

  /**
   * Opens all of them alike, as they share their memory.
   *
   * @return false if not all of them can do without copies
   */
  private boolean open(int copying) {
    try {
      int memoryFd = -1;
      for (Device device : devices) {
        int sockets = own(Bpf.createMap(Bpf.XSKMAP, 4, 4, MOST_QUEUES, "jvs_sockets"));
        // Frames are sent by the port that comes last, that of queue 0.
        for (int queue = device.queues() - 1; queue >= 0; queue--) {
          memoryFd = openQueue(device, queue, sockets, copying, memoryFd);
        }
        attach(device, sockets, copying);
      }
      return true;
    } catch (LinuxException e) {
      if (copying == IfXdp.XDP_COPY) {
        throw e;
      }
      closeAll();
      memory.reset();
      return false;
    }
  }

  private int openQueue(Device device, int queue, int sockets, int copying, int memoryFd) {
    boolean isFirst = memoryFd < 0;
    XdpSocket socket = new XdpSocket(memory, isFirst);
    int flags = isFirst ? copying | IfXdp.XDP_USE_NEED_WAKEUP : IfXdp.XDP_SHARED_UMEM;
    int bound = socket.bind(device.rest().linkIndex(), queue, flags, isFirst ? 0 : memoryFd);
    if (bound < 0) {
      socket.close();
      String what = "AF_XDP on queue " + queue + " of " + device.rest().name();
      throw new LinuxException(what, -bound);
    }
    AfXdpPort port = new AfXdpPort(socket, memory, device.rest(), !device.isHardware());
    ports.add(port);
    put(sockets, queue, socket.fileDescriptor());
    return isFirst ? socket.fileDescriptor() : memoryFd;
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
    long[] program = RedirectProgram.instructions(device.mac(), longest, maps, sockets);
    int loaded = own(Bpf.loadXdp(program, "jvs_redirect"));
    int result = -Errno.EOPNOTSUPP;
    for (int where : modes(device, copying)) {
      result = link(loaded, device.rest().linkIndex(), where);
      if (result >= 0) {
        own(result);
        describe(device, where, copying);
        return;
      }
    }
    throw new LinuxException(
        "XDP program on "
            + device.rest().name()
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
                device.rest().name(),
                where == Bpf.SKB_MODE ? "skb mode" : "native",
                copying == IfXdp.XDP_ZEROCOPY ? " without copies" : "",
                device.queues(),
                device.queues() == 1 ? "queue" : "queues"));
  }

  private int own(int descriptor) {
    descriptors.add(descriptor);
    return descriptor;
  }

  /** The ports: one a queue, those of one interface together. */
  public List<AfXdpPort> ports() {
    return List.copyOf(ports);
  }

  /** For people: what each interface became. */
  public List<String> descriptions() {
    return List.copyOf(descriptions);
  }

  /** Redirects what these rules say, and no more. */
  public void follow(RedirectRules rules) {
    maps.follow(rules);
  }

  /** Programs first: from then on the kernel gets all frames. */
  private void closeAll() {
    descriptors.reversed().forEach(descriptor -> Libc.close(errno, descriptor));
    descriptors.clear();
    descriptions.clear();
    ports.forEach(AfXdpPort::close);
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
