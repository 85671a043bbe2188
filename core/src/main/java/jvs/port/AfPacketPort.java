package jvs.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.locks.ReentrantLock;
import jvs.linux.Errno;
import jvs.linux.IfPacket;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.NetworkDevice;
import jvs.linux.Sockets;
import jvs.wire.Memory;

/**
 * A network interface through a packet socket: frames are received in a ring that the kernel shares
 * with us and sent from where they lie.
 *
 * <p>Works on every driver and on bridges. Frames with unfinished checksums and segments of up to
 * 64 KiB pass unharmed, their virtio-net header says so (PACKET_VNET_HDR). One thread, its
 * worker's, but for {@link #setFilter}, {@link #setFanoutProgram} and the counters, which any
 * thread may call. packet(7), net/packet/af_packet.c.
 *
 * <p>One socket does both directions: the ring is the receiving half only, and a socket that sends
 * does not hear itself.
 */
public final class AfPacketPort implements PacketPort {
  private static final int SEND_BUFFER_BYTES = 8 << 20;

  private final ReentrantLock control = new ReentrantLock();
  private final Errno errno = new Errno();
  private final Errno controlErrno = new Errno();
  private final Arena arena = Arena.ofShared();
  private final String name;
  private final int linkIndex;
  private boolean hearsGroups;
  private final KernelRing ring;
  private final SendQueue queue;
  private final long statistics;
  private final long statisticsLength;
  private long overruns;
  private int fd = -1;

  /**
   * Opens an interface of the calling thread's network namespace.
   *
   * @throws LinuxException if there is no such interface, or the privilege (CAP_NET_RAW) or memory
   *     is missing
   */
  public AfPacketPort(String name, AfPacketOptions options) {
    this.name = name;
    statistics = arena.allocate(8, 8).address();
    statisticsLength = arena.allocate(4, 4).address();
    KernelRing mapped = null;
    try (NetworkDevice device = new NetworkDevice(name)) {
      linkIndex = device.index();
      // Protocol 0: not a frame arrives before bind() says from which interface.
      fd =
          LinuxException.check(
              "packet socket for " + name,
              Libc.socket(errno, Sockets.AF_PACKET, Sockets.SOCK_RAW | Sockets.SOCK_CLOEXEC, 0));
      prepare(options);
      RingGeometry wanted = options.geometry();
      RingGeometry geometry = wanted != null ? wanted : RingGeometry.of(device.mtu());
      mapped =
          options.receivesBlocks()
              ? new BlockRing(errno, fd, geometry)
              : new ReceiveRing(errno, fd, geometry);
      ring = mapped;
      queue = new SendQueue(errno, fd);
      bind();
      join(options);
    } catch (LinuxException | IllegalArgumentException e) {
      if (mapped != null) {
        mapped.close(errno);
      }
      if (fd >= 0) {
        Libc.close(errno, fd);
      }
      arena.close();
      throw e;
    }
  }

  private void prepare(AfPacketOptions options) {
    int version = options.receivesBlocks() ? IfPacket.TPACKET_V3 : IfPacket.TPACKET_V2;
    setOption(IfPacket.PACKET_VERSION, version, "PACKET_VERSION");
    setOption(IfPacket.PACKET_VNET_HDR, 1, "PACKET_VNET_HDR");
    setOption(IfPacket.PACKET_RESERVE, ReceiveRing.RESERVE_BYTES, "PACKET_RESERVE");
    setOption(IfPacket.PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING");
    setOption(IfPacket.PACKET_QDISC_BYPASS, options.bypassesQdisc() ? 1 : 0, "PACKET_QDISC_BYPASS");
    // Before it joined its group a member would get every frame of the interface.
    BpfProgram first = options.fanout() == null ? options.filter() : BpfProgram.NOTHING;
    check(
        "SO_ATTACH_FILTER", first.attach(errno, fd, Sockets.SOL_SOCKET, Sockets.SO_ATTACH_FILTER));
    // Without CAP_NET_ADMIN the buffer stays small, which costs bursts of super-frames only.
    trySetInt(Sockets.SOL_SOCKET, Sockets.SO_SNDBUFFORCE, SEND_BUFFER_BYTES);
    if (!options.receivesBlocks()) {
      setOption(IfPacket.PACKET_COPY_THRESH, 1, "PACKET_COPY_THRESH");
      trySetInt(Sockets.SOL_SOCKET, Sockets.SO_RCVBUFFORCE, LongFrames.QUEUE_BYTES);
    }
  }

  private void bind() {
    try (Arena scratch = Arena.ofConfined()) {
      long address = scratch.allocate(IfPacket.SOCKADDR_LL_BYTES, 4).address();
      Memory.putNative16(address, Sockets.AF_PACKET);
      Memory.put16(address + 2, IfPacket.ETH_P_ALL);
      Memory.putInt(address + 4, linkIndex);
      check("bind", Libc.bind(errno, fd, address, IfPacket.SOCKADDR_LL_BYTES));
    }
  }

  private void join(AfPacketOptions options) {
    AfPacketOptions.Fanout fanout = options.fanout();
    if (fanout == null) {
      return;
    }
    setOption(
        IfPacket.PACKET_FANOUT,
        fanout.group() | IfPacket.PACKET_FANOUT_CBPF << 16,
        "PACKET_FANOUT");
    setFanoutProgram(fanout.program());
    setFilter(options.filter());
  }

  private void setOption(int option, int value, String what) {
    check(what, trySetInt(IfPacket.SOL_PACKET, option, value));
  }

  private int trySetInt(int level, int option, int value) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment word = scratch.allocateFrom(ValueLayout.JAVA_INT, value);
      return Libc.setsockopt(errno, fd, level, option, word.address(), Integer.BYTES);
    }
  }

  /**
   * Lets the card pass every group's frames on, or no longer: neighbours are asked for IPv6
   * addresses by groups that a card filters out unless its host has the address. Ends with the
   * port. For the control plane's thread.
   */
  public void hearGroups(boolean isWanted) {
    if (isWanted == hearsGroups) {
      return;
    }
    int option = isWanted ? IfPacket.PACKET_ADD_MEMBERSHIP : IfPacket.PACKET_DROP_MEMBERSHIP;
    try (Arena scratch = Arena.ofConfined()) {
      long request = scratch.allocate(IfPacket.PACKET_MREQ_BYTES, Integer.BYTES).address();
      Memory.putInt(request, linkIndex);
      Memory.putNative16(request + 4, IfPacket.PACKET_MR_ALLMULTI);
      int length = IfPacket.PACKET_MREQ_BYTES;
      check(
          "PACKET_MR_ALLMULTI",
          Libc.setsockopt(errno, fd, IfPacket.SOL_PACKET, option, request, length));
    }
    hearsGroups = isWanted;
  }

  private void check(String what, int result) {
    LinuxException.check(what + " on " + name, result);
  }

  @Override
  public int linkIndex() {
    return linkIndex;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int receive(FrameBatch batch) {
    return ring.receive(batch);
  }

  @Override
  public void release() {
    ring.release();
  }

  @Override
  public void send(long address, int length) {
    queue.add(address, length);
  }

  @Override
  public void flush() {
    queue.flush();
  }

  @Override
  public int fileDescriptor() {
    return fd;
  }

  /** Replaces the filter at once, without losing a frame that both let through; any thread. */
  public void setFilter(BpfProgram filter) {
    attach(filter, Sockets.SOL_SOCKET, Sockets.SO_ATTACH_FILTER, "SO_ATTACH_FILTER");
  }

  /** Replaces the program of the port's fanout group; any thread. */
  public void setFanoutProgram(BpfProgram program) {
    attach(program, IfPacket.SOL_PACKET, IfPacket.PACKET_FANOUT_DATA, "PACKET_FANOUT_DATA");
  }

  private void attach(BpfProgram program, int level, int option, String what) {
    control.lock();
    try {
      if (fd >= 0) {
        check(what, program.attach(controlErrno, fd, level, option));
      }
    } finally {
      control.unlock();
    }
  }

  /** Frames lost because the ring was full, so far; any thread. */
  @Override
  public long receiveOverruns() {
    control.lock();
    try {
      if (fd >= 0) {
        Memory.putInt(statisticsLength, 8);
        int result =
            Libc.getsockopt(
                controlErrno,
                fd,
                IfPacket.SOL_PACKET,
                IfPacket.PACKET_STATISTICS,
                statistics,
                statisticsLength);
        // struct tpacket_stats: tp_packets, tp_drops; the kernel zeroes both at each reading.
        overruns += result < 0 ? 0 : Memory.getInt(statistics + 4) & 0xffff_ffffL;
      }
      return overruns;
    } finally {
      control.unlock();
    }
  }

  /** Frames lost because they were too long for a slot and too many to be queued; any thread. */
  @Override
  public long receiveTruncated() {
    return ring.truncated();
  }

  /** Frames that the kernel refused to send, so far; any thread. */
  @Override
  public long sendErrors() {
    return queue.errors();
  }

  @Override
  public void close() {
    control.lock();
    try {
      if (fd >= 0) {
        ring.close(errno);
        queue.close();
        Libc.close(errno, fd);
        fd = -1;
        arena.close();
      }
    } finally {
      control.unlock();
    }
  }
}
