package jvs.port;

import jvs.linux.Errno;
import jvs.linux.IfPacket;
import jvs.wire.Memory;

/**
 * A receive ring of blocks (TPACKET_V3): the kernel packs frames into a block and hands it over
 * when it is full or a millisecond old. Costs less a frame than {@link ReceiveRing}, but every
 * frame waits for its block.
 *
 * <pre>
 * block: | status, count, first | tpacket3_hdr 48 | sockaddr_ll 20 | free | vnet 10 | frame | ...
 * </pre>
 *
 * <p>One thread. Layout from Documentation/networking/packet_mmap.rst and linux/if_packet.h.
 */
final class BlockRing extends KernelRing {
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int RETIRE_MILLIS = 1;
  private static final int UNIT_BYTES = 2048; // what the kernel counts slots in, not their size

  private static final int BLOCK_STATUS = 8;
  private static final int BLOCK_FRAMES = 12;
  private static final int BLOCK_FIRST = 16;

  private static final int TP_NEXT_OFFSET = 0;
  private static final int TP_SNAPLEN = 12;
  private static final int TP_LEN = 16;
  private static final int TP_STATUS = 20;
  private static final int TP_MAC = 24;
  private static final int TP_VLAN_TCI = 32;
  private static final int TP_VLAN_TPID = 36;
  private static final int SLL_PKTTYPE = 48 + 10;

  private int blocks;
  private int next;
  private int firstDone;
  private int done;

  /** Where the next frame of the open block is, and how many are left in it. */
  private long frame;

  private int left;

  /** Asks the kernel for a ring as large as {@code geometry} says on an unbound packet socket. */
  BlockRing(Errno errno, int fd, RingGeometry geometry) {
    super(errno, fd, request((long) geometry.blocks() * geometry.blockBytes()));
    blocks = (int) (bytes() / BLOCK_BYTES);
  }

  private static int[] request(long bytes) {
    int blocks = (int) (bytes / BLOCK_BYTES);
    int units = blocks * (BLOCK_BYTES / UNIT_BYTES);
    return new int[] {BLOCK_BYTES, blocks, UNIT_BYTES, units, RETIRE_MILLIS, 0, 0};
  }

  private long block(int number) {
    return base() + (long) number * BLOCK_BYTES;
  }

  @Override
  int receive(FrameBatch batch) {
    int before = batch.size();
    while (batch.remaining() > 0 && (left > 0 || open())) {
      long header = frame;
      frame += Memory.getInt(header + TP_NEXT_OFFSET);
      left--;
      if (left == 0) {
        finish();
      }
      take(header, batch);
    }
    return batch.size() - before;
  }

  /** Goes on to the next block; false if the kernel is not done with it. */
  private boolean open() {
    while (done < blocks) {
      long block = block(next);
      int status = Memory.getIntAcquire(block + BLOCK_STATUS);
      if ((status & IfPacket.TP_STATUS_USER) == 0) {
        return false;
      }
      left = Memory.getInt(block + BLOCK_FRAMES);
      frame = block + Memory.getInt(block + BLOCK_FIRST);
      if (left > 0) {
        return true;
      }
      finish();
    }
    return false;
  }

  private void finish() {
    next = next + 1 == blocks ? 0 : next + 1;
    done++;
  }

  private void take(long header, FrameBatch batch) {
    int length = Memory.getInt(header + TP_SNAPLEN);
    if (!isWhole(length, Memory.getInt(header + TP_LEN), Memory.u8(header + SLL_PKTTYPE))) {
      return;
    }
    add(
        batch,
        header + Memory.nativeU16(header + TP_MAC),
        length,
        Memory.getInt(header + TP_STATUS),
        Memory.nativeU16(header + TP_VLAN_TPID),
        Memory.nativeU16(header + TP_VLAN_TCI));
  }

  @Override
  void release() {
    for (; done > 0; done--) {
      Memory.putIntRelease(block(firstDone) + BLOCK_STATUS, IfPacket.TP_STATUS_KERNEL);
      firstDone = firstDone + 1 == blocks ? 0 : firstDone + 1;
    }
  }

  @Override
  void close(Errno errno) {
    blocks = 0;
    done = 0;
    left = 0;
    super.close(errno);
  }
}
