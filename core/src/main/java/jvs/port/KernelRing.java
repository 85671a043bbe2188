package jvs.port;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import jvs.linux.Errno;
import jvs.linux.IfPacket;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * The receive ring of a packet socket, mapped into this process; in which format frames lie there
 * is the subclass's. One thread.
 *
 * <p>Documentation/networking/packet_mmap.rst.
 */
abstract sealed class KernelRing permits ReceiveRing, BlockRing {
  private static final int MAC_ADDRESSES_BYTES = 12;
  private static final int TAG_BYTES = 4;
  private static final int ETH_P_8021Q = 0x8100;

  private final AtomicLong truncated = new AtomicLong();
  private final long bytes;
  private long base;

  /**
   * Asks the kernel for a ring on an unbound packet socket and maps it.
   *
   * @param request a struct tpacket_req or tpacket_req3, which begin with the size of a block and
   *     the number of blocks
   */
  KernelRing(Errno errno, int fd, int... request) {
    bytes = (long) request[0] * request[1];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocateFrom(ValueLayout.JAVA_INT, request);
      LinuxException.check(
          "PACKET_RX_RING of " + bytes + " bytes",
          Libc.setsockopt(
              errno,
              fd,
              IfPacket.SOL_PACKET,
              IfPacket.PACKET_RX_RING,
              words.address(),
              (int) words.byteSize()));
    }
    int access = Sockets.PROT_READ | Sockets.PROT_WRITE;
    base =
        LinuxException.check(
            "mmap of the receive ring",
            Libc.mmap(errno, 0, bytes, access, Sockets.MAP_SHARED, fd, 0));
  }

  /** First byte of the ring. */
  final long base() {
    return base;
  }

  /** Length of the ring. */
  final long bytes() {
    return bytes;
  }

  /** Appends waiting frames to the batch; returns how many. */
  abstract int receive(FrameBatch batch);

  /** Gives all that was taken back to the kernel. */
  abstract void release();

  /**
   * Whether a frame is there for us: as long as it was, and none that this host sends.
   *
   * @param length of what is in the ring
   * @param sentLength of what was sent
   * @param type sll_pkttype
   */
  final boolean isWhole(int length, int sentLength, int type) {
    if (length != sentLength) {
      truncated.setOpaque(truncated.getPlain() + 1);
      return false;
    }
    return type != IfPacket.PACKET_OUTGOING;
  }

  /** Appends a frame with the tag, if any, that the kernel took out of it. */
  static void add(
      FrameBatch batch, long frame, int length, int status, int tagProtocol, int tagControl) {
    if ((status & IfPacket.TP_STATUS_VLAN_VALID) == 0) {
      batch.add(frame, length);
      return;
    }
    boolean isKnown = (status & IfPacket.TP_STATUS_VLAN_TPID_VALID) != 0;
    putTagBack(frame, isKnown ? tagProtocol : ETH_P_8021Q, tagControl);
    batch.add(frame - TAG_BYTES, length + TAG_BYTES);
  }

  /** Moves the virtio-net header and both MAC addresses ahead by four bytes, the tag after them. */
  static void putTagBack(long frame, int protocol, int control) {
    long tagged = frame - TAG_BYTES;
    Memory.copy(
        frame - VnetHeader.LENGTH,
        tagged - VnetHeader.LENGTH,
        VnetHeader.LENGTH + MAC_ADDRESSES_BYTES);
    Memory.put16(tagged + MAC_ADDRESSES_BYTES, protocol);
    Memory.put16(tagged + MAC_ADDRESSES_BYTES + 2, control);
    VnetHeader.moveChecksumStart(tagged, TAG_BYTES);
  }

  /** Frames that did not fit, so far; any thread. */
  final long truncated() {
    return truncated.getOpaque();
  }

  /** Unmaps the ring; afterwards nothing is ever received. */
  void close(Errno errno) {
    if (base != 0) {
      Libc.munmap(errno, base, bytes);
      base = 0;
    }
  }
}
