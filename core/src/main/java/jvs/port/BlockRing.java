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

/**
 * The receive ring of a packet socket in blocks (TPACKET_V3): the kernel packs frames into a block
 * and hands it over when it is full or a millisecond old. Costs less a frame than {@link
 * ReceiveRing}, but every frame waits for its block.
 *
 * <pre>
 * block: | status, count, first | tpacket3_hdr 48 | sockaddr_ll 20 | free | vnet 10 | frame | ...
 * </pre>
 *
 * <p>One thread. Layout from Documentation/networking/packet_mmap.rst and linux/if_packet.h.
 */
final class BlockRing implements KernelRing {
  private static final int BLOCK_BYTES = 256 << 10;
  private static final int RETIRE_MILLIS = 1;

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

  private final AtomicLong truncated = new AtomicLong();
  private final long base;
  private final long mappedBytes;
  private int blocks;
  private int next;
  private int firstDone;
  private int done;

  /** Where the next frame of the open block is, and how many are left in it. */
  private long frame;

  private int left;

  /** Asks the kernel for a ring as large as {@code geometry} says on an unbound packet socket. */
  BlockRing(Errno errno, int fd, RingGeometry geometry) {
    mappedBytes = (long) geometry.blocks() * geometry.blockBytes() / BLOCK_BYTES * BLOCK_BYTES;
    blocks = (int) (mappedBytes / BLOCK_BYTES);
    int slotBytes = 2048; // only a unit of account here
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment request = arena.allocate(28, 4);
      request.setAtIndex(ValueLayout.JAVA_INT, 0, BLOCK_BYTES);
      request.setAtIndex(ValueLayout.JAVA_INT, 1, blocks);
      request.setAtIndex(ValueLayout.JAVA_INT, 2, slotBytes);
      request.setAtIndex(ValueLayout.JAVA_INT, 3, (int) (mappedBytes / slotBytes));
      request.setAtIndex(ValueLayout.JAVA_INT, 4, RETIRE_MILLIS);
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
  }

  private long block(int number) {
    return base + (long) number * BLOCK_BYTES;
  }

  @Override
  public int receive(FrameBatch batch) {
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
    if (length != Memory.getInt(header + TP_LEN)) {
      truncated.setOpaque(truncated.getPlain() + 1);
      return;
    }
    if (Memory.u8(header + SLL_PKTTYPE) == IfPacket.PACKET_OUTGOING) {
      return;
    }
    ReceiveRing.add(
        batch,
        header + Memory.nativeU16(header + TP_MAC),
        length,
        Memory.getInt(header + TP_STATUS),
        Memory.nativeU16(header + TP_VLAN_TPID),
        Memory.nativeU16(header + TP_VLAN_TCI));
  }

  @Override
  public void release() {
    for (; done > 0; done--) {
      Memory.putIntRelease(block(firstDone) + BLOCK_STATUS, IfPacket.TP_STATUS_KERNEL);
      firstDone = firstDone + 1 == blocks ? 0 : firstDone + 1;
    }
  }

  @Override
  public long truncated() {
    return truncated.getOpaque();
  }

  @Override
  public void close(Errno errno) {
    if (blocks > 0) {
      blocks = 0;
      done = 0;
      left = 0;
      Libc.munmap(errno, base, mappedBytes);
    }
  }
}
