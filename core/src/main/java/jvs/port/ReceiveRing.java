package jvs.port;

import jvs.linux.Errno;
import jvs.linux.IfPacket;
import jvs.wire.Memory;

/**
 * A receive ring of slots, one for each frame (TPACKET_V2). What a slot is too small for comes
 * whole beside the ring: {@link LongFrames}.
 *
 * <pre>
 * slot: | tpacket2_hdr 32 | sockaddr_ll 20 | ... 148 free ... | virtio_net_hdr 10 | frame ... |
 *                                          ^ HEADROOM fits here                   ^ tp_mac
 * </pre>
 *
 * <p>One thread. Layout from Documentation/networking/packet_mmap.rst and tpacket_rcv() of
 * net/packet/af_packet.c.
 */
final class ReceiveRing extends KernelRing {
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

  private final LongFrames longFrames;
  private final long[] slots;
  private int slotCount;
  private int firstTaken;
  private int next;
  private int taken;

  /** Asks the kernel for a ring on an unbound packet socket and maps it. */
  ReceiveRing(Errno errno, int fd, RingGeometry geometry) {
    super(
        errno,
        fd,
        geometry.blockBytes(),
        geometry.blocks(),
        geometry.slotBytes(),
        geometry.blocks() * geometry.slotsPerBlock());
    longFrames = new LongFrames(fd);
    slotCount = geometry.blocks() * geometry.slotsPerBlock();
    slots = new long[slotCount];
    for (int i = 0; i < slotCount; i++) {
      long block = (long) (i / geometry.slotsPerBlock()) * geometry.blockBytes();
      slots[i] = base() + block + (long) (i % geometry.slotsPerBlock()) * geometry.slotBytes();
    }
  }

  @Override
  int receive(FrameBatch batch) {
    int before = batch.size();
    while (batch.remaining() > 0 && taken < slotCount) {
      long slot = slots[next];
      int status = Memory.getIntAcquire(slot + TP_STATUS);
      if ((status & IfPacket.TP_STATUS_USER) == 0
          || ((status & IfPacket.TP_STATUS_COPY) != 0 && longFrames.isFull())) {
        break;
      }
      next = next + 1 == slotCount ? 0 : next + 1;
      taken++;
      take(slot, status, batch);
    }
    return batch.size() - before;
  }

  private void take(long slot, int status, FrameBatch batch) {
    long frame = slot + Memory.nativeU16(slot + TP_MAC);
    int length = Memory.getInt(slot + TP_SNAPLEN);
    if ((status & IfPacket.TP_STATUS_COPY) != 0) {
      length = longFrames.receive();
      frame = longFrames.frame();
    }
    if (!isWhole(length, Memory.getInt(slot + TP_LEN), Memory.u8(slot + SLL_PKTTYPE))) {
      return;
    }
    add(
        batch,
        frame,
        length,
        status,
        Memory.nativeU16(slot + TP_VLAN_TPID),
        Memory.nativeU16(slot + TP_VLAN_TCI));
  }

  @Override
  void release() {
    longFrames.release();
    for (; taken > 0; taken--) {
      Memory.putIntRelease(slots[firstTaken] + TP_STATUS, IfPacket.TP_STATUS_KERNEL);
      firstTaken = firstTaken + 1 == slotCount ? 0 : firstTaken + 1;
    }
  }

  @Override
  void close(Errno errno) {
    longFrames.close();
    slotCount = 0;
    taken = 0;
    super.close(errno);
  }
}
