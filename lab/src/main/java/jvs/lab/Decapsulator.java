package jvs.lab;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Poller;
import jvs.linux.Sockets;
import jvs.linux.WakeUp;
import jvs.wire.Checksum;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.UdpHeader;

/**
 * The server's end of a tunnel: takes packets out of IP in IP, GRE and GUE, over IPv4 and IPv6, and
 * lets them enter the server through a {@link TunDevice}, as kernels with these devices do.
 *
 * <pre>
 * wire ─► the server's stack ─► raw socket ─► here ─► TUN device ─► the server's stack
 *         outer IP header, fragments                                packet for the VIP
 * </pre>
 *
 * <p>What is wrong about a tunnel's header is counted and does not get in. Runs on a thread of its
 * own; the counts may be read by any.
 */
final class Decapsulator implements AutoCloseable {
  /** The interface that unpacked packets come from. */
  static final String DEVICE = "tun0";

  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int[] PROTOCOLS = {
    TunnelHeader.IPV4, TunnelHeader.IPV6, TunnelHeader.GRE, UdpHeader.PROTOCOL
  };
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int SOCKADDR_BYTES = 28;
  private static final int RECEIVE_ROOM_BYTES = 16 << 20;

  private record RawSocket(int fd, boolean isV6, int protocol, int pollIndex) {}

  private final Errno errno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final long buffer = arena.allocate(BUFFER_BYTES, 8).address();
  private final long from = arena.allocate(SOCKADDR_BYTES, 8).address();
  private final long fromLength = arena.allocate(4, 4).address();
  private final IpAddress own;
  private final TunDevice tun = new TunDevice(DEVICE);
  private final WakeUp end = new WakeUp();
  private final Poller poller = new Poller(2 * PROTOCOLS.length + 1);
  private final List<RawSocket> sockets = new ArrayList<>();
  private final List<Integer> silencers = new ArrayList<>();
  private final AtomicLong unpacked = new AtomicLong();
  private final AtomicLong checksummed = new AtomicLong();
  private final AtomicLong lies = new AtomicLong();
  private final Thread thread =
      Thread.ofPlatform().daemon().name("decapsulator").unstarted(this::run);
  private volatile boolean isEnding;

  private Decapsulator(IpAddress own) {
    this.own = own;
    poller.add(end.fileDescriptor());
    for (int family : new int[] {AF_INET, AF_INET6}) {
      for (int protocol : PROTOCOLS) {
        listen(family, protocol);
      }
      keepSilent(family);
    }
  }

  /**
   * Starts one on a server.
   *
   * @param address the server's own, which tunnels end at
   */
  static Decapsulator start(Host server, String address) {
    IpAddress own = IpAddress.parse(address);
    Decapsulator decapsulator = NamespaceCall.in(server, () -> new Decapsulator(own));
    server.ip("link", "set", DEVICE, "up");
    decapsulator.thread.start();
    return decapsulator;
  }

  /** Packets that came out of a tunnel in order. */
  long unpacked() {
    return unpacked.get();
  }

  /** Those of them whose GRE or UDP header carried a checksum. */
  long checksummed() {
    return checksummed.get();
  }

  /** Packets with a wrong checksum, length or header. */
  long lies() {
    return lies.get();
  }

  private void listen(int family, int protocol) {
    int type = Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC | Sockets.SOCK_NONBLOCK;
    int fd = LinuxException.check("socket", Libc.socket(errno, family, type, protocol));
    sockets.add(new RawSocket(fd, family == AF_INET6, protocol, poller.add(fd)));
    Memory.putInt(fromLength, RECEIVE_ROOM_BYTES);
    int level = Sockets.SOL_SOCKET;
    int result = Libc.setsockopt(errno, fd, level, Sockets.SO_RCVBUFFORCE, fromLength, 4);
    LinuxException.check("SO_RCVBUFFORCE", result);
  }

  /**
   * A raw socket does not keep the stack from calling GUE's port unreachable; one bound to it does.
   */
  private void keepSilent(int family) {
    int type = Sockets.SOCK_DGRAM | Sockets.SOCK_CLOEXEC;
    int fd = LinuxException.check("socket", Libc.socket(errno, family, type, 0));
    silencers.add(fd);
    if (family == AF_INET6) {
      int ipv6Only = 26;
      int levelIpv6 = 41;
      Memory.putInt(from, 1);
      LinuxException.check("IPV6_V6ONLY", Libc.setsockopt(errno, fd, levelIpv6, ipv6Only, from, 4));
    }
    Memory.zero(from, SOCKADDR_BYTES);
    Memory.putNative16(from, family);
    Memory.put16(from + 2, TunnelHeader.GUE_PORT);
    int length = family == AF_INET6 ? SOCKADDR_BYTES : 16;
    LinuxException.check("bind", Libc.bind(errno, fd, from, length));
  }

  private void run() {
    while (!isEnding) {
      poller.poll(-1);
      for (RawSocket socket : sockets) {
        if (poller.isReady(socket.pollIndex())) {
          drain(socket);
        }
      }
    }
  }

  private void drain(RawSocket socket) {
    while (true) {
      Memory.putInt(fromLength, SOCKADDR_BYTES);
      long length = Libc.recvfrom(errno, socket.fd(), buffer, BUFFER_BYTES, 0, from, fromLength);
      if (length < 0) {
        return;
      }
      // An IPv4 raw socket gives the IP header too, an IPv6 one does not (raw(7), ipv6(7)).
      int header = socket.isV6() ? 0 : (Memory.u8(buffer) & 15) * 4;
      long addresses =
          socket.isV6()
              ? Checksum.sum(from + 8, 16)
                  + Checksum.halves(own.high())
                  + Checksum.halves(own.low())
              : Checksum.sum(buffer + 12, 8);
      unpack(socket.protocol(), buffer + header, (int) length - header, addresses);
    }
  }

  private void unpack(int protocol, long payload, int length, long addresses) {
    int offset = TunnelHeader.unpack(protocol, payload, length, addresses);
    if (offset == TunnelHeader.FOREIGN) {
      return;
    }
    if (offset == TunnelHeader.LIE || !tun.write(payload + offset, length - offset)) {
      lies.incrementAndGet();
      return;
    }
    if (TunnelHeader.hasChecksum(protocol, payload)) {
      checksummed.incrementAndGet();
    }
    unpacked.incrementAndGet();
  }

  /** Stops the thread and removes the interface. */
  @Override
  public void close() {
    isEnding = true;
    end.signal();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LabException("decapsulator: interrupted", e);
    }
    sockets.forEach(socket -> Libc.close(errno, socket.fd()));
    silencers.forEach(fd -> Libc.close(errno, fd));
    poller.close();
    end.close();
    tun.close();
    arena.close();
  }
}
