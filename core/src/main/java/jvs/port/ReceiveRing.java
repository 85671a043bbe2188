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
 * The receive ring of a packet socket (TPACKET_V2), mapped into this process.
 *
 * <pre>
 * slot: | tpacket2_hdr 32 | sockaddr_ll 20 | ... 148 free ... | virtio_net_hdr 10 | frame ... |
 *                                          ^ HEADROOM fits here                   ^ tp_mac
 * </pre>
 *
 * <p>One thread. Layout from Documentation/networking/packet_mmap.rst and tpacket_rcv() of
 * net/packet/af_packet.c.
 */
final class ReceiveRing implements KernelRing {
  /**
   * Bytes that the kernel keeps free before each frame: tp_mac becomes 226 and the IP header lies
   * 16-byte aligned.
   */
  static final int RESERVE_BYTES = 150;

  private static final int TP_STATUS = 0;
  private static final int TP_LEN = 4;
  private static final int TP_SNAPLEN = 8;
  private static final int TP_MAC = 12;
  private static final int TP_VLAN_TCI = 24;
  private static final int TP_VLAN_TPID = 26;
  private static final int SLL_PKTTYPE = 32 + 10;

  private static final int MAC_ADDRESSES_BYTES = 12;
  private static final int TAG_BYTES = 4;
  private static final int ETH_P_8021Q = 0x8100;

  private final AtomicLong truncated = new AtomicLong();
  private final long base;
  private final long mappedBytes;
  private final long[] slots;
  private int slotCount;
  private int firstTaken;
  private int next;
  private int taken;

  /** Asks the kernel for a ring on an unbound packet socket and maps it. */
  ReceiveRing(Errno errno, int fd, RingGeometry geometry) {
    slotCount = geometry.blocks() * geometry.slotsPerBlock();
    mappedBytes = (long) geometry.blocks() * geometry.blockBytes();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(16, 4);
      request.setAtIndex(ValueLayout.JAVA_INT, 0, geometry.blockBytes());
      request.setAtIndex(ValueLayout.JAVA_INT, 1, geometry.blocks());
      request.setAtIndex(ValueLayout.JAVA_INT, 2, geometry.slotBytes());
      request.setAtIndex(ValueLayout.JAVA_INT, 3, slotCount);
      LinuxException.check(
          "PACKET_RX_RING of " + mappedBytes + " bytes",
          Libc.setsockopt(
              errno,
              fd,
              IfPacket.SOL_PACKET,
              IfPacket.PACKET_RX_RING,
              request.address(),
              (int) request.byteSize()));
    }
    base =
        LinuxException.check(
            "mmap of the receive ring",
            Libc.mmap(
                errno,
                0,
                mappedBytes,
                Sockets.PROT_READ | Sockets.PROT_WRITE,
                Sockets.MAP_SHARED,
                fd,
                0));
    slots = new long[slotCount];
    for (int i = 0; i < slotCount; i++) {
      long block = (long) (i / geometry.slotsPerBlock()) * geometry.blockBytes();
      slots[i] = base + block + (long) (i % geometry.slotsPerBlock()) * geometry.slotBytes();
    }
  }

  @Override
  public int receive(FrameBatch batch) {
    int before = batch.size();
    while (batch.remaining() > 0 && taken < slotCount) {
      long slot = slots[next];
      int status = Memory.getIntAcquire(slot + TP_STATUS);
      if ((status & IfPacket.TP_STATUS_USER) == 0) {
        break;
      }
      next = next + 1 == slotCount ? 0 : next + 1;
      taken++;
      take(slot, status, batch);
    }
    return batch.size() - before;
  }

  private void take(long slot, int status, FrameBatch batch) {
    int length = Memory.getInt(slot + TP_SNAPLEN);
    if (length != Memory.getInt(slot + TP_LEN)) {
      truncated.setOpaque(truncated.getPlain() + 1);
      return;
    }
    if (Memory.u8(slot + SLL_PKTTYPE) == IfPacket.PACKET_OUTGOING) {
      return;
    }
    add(
        batch,
        slot + Memory.nativeU16(slot + TP_MAC),
        length,
        status,
        Memory.nativeU16(slot + TP_VLAN_TPID),
        Memory.nativeU16(slot + TP_VLAN_TCI));
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

  @Override
  public void release() {
    for (; taken > 0; taken--) {
      Memory.putIntRelease(slots[firstTaken] + TP_STATUS, IfPacket.TP_STATUS_KERNEL);
      firstTaken = firstTaken + 1 == slotCount ? 0 : firstTaken + 1;
    }
  }

  @Override
  public long truncated() {
    return truncated.getOpaque();
  }

  @Override
  public void close(Errno errno) {
    if (slotCount > 0) {
      slotCount = 0;
      taken = 0;
      Libc.munmap(errno, base, mappedBytes);
    }
  }
}
