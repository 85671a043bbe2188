package jvs.port.xdp;

import java.lang.foreign.Arena;
import jvs.linux.Errno;
import jvs.linux.IfXdp;
import jvs.linux.Libc;
import jvs.linux.LinuxException;
import jvs.linux.Sockets;
import jvs.wire.Memory;

/**
 * One ring of an AF_XDP socket, mapped into this process: we produce and the kernel consumes, or
 * the other way round. Counters run freely, the entry is their remainder by the size.
 *
 * <p>One thread. What is produced is seen after {@link #publish}, what is consumed is the kernel's
 * again after {@link #handBack}. Documentation/networking/af_xdp.rst, net/xdp/xsk_queue.h.
 */
final class XdpRing {
  private static final int MAP_POPULATE = 0x8000;

  private final long mapped;
  private final long mappedBytes;
  private final long producer;
  private final long consumer;
  private final long flags;
  private final long entries;
  private final int size;
  private final int entryBytes;

  /** Where we are. */
  private int own;

  /** Where the kernel was when we looked. */
  private int theirs;

  /**
   * Asks for a ring and maps it.
   *
   * @param option the socket option that makes it, such as XDP_RX_RING
   * @param size number of entries, a power of two
   * @param page the mmap offset that stands for it
   * @param entryBytes 16 for frames, 8 for chunks
   */
  XdpRing(Errno errno, int fd, int option, int size, long page, int entryBytes) {
    this.size = size;
    this.entryBytes = entryBytes;
    try (Arena arena = Arena.ofConfined()) {
      long scratch = arena.allocate(256, 8).address();
      Memory.putInt(scratch, size);
      LinuxException.check(
          "AF_XDP ring", Libc.setsockopt(errno, fd, IfXdp.SOL_XDP, option, scratch, 4));
      // struct xdp_mmap_offsets: rx, tx, fill, completion, each producer, consumer, desc, flags.
      Memory.putInt(scratch + 248, 128);
      LinuxException.check(
          "AF_XDP ring offsets",
          Libc.getsockopt(
              errno, fd, IfXdp.SOL_XDP, IfXdp.XDP_MMAP_OFFSETS, scratch, scratch + 248));
      int index =
          switch (option) {
            case IfXdp.XDP_RX_RING -> 0;
            case IfXdp.XDP_TX_RING -> 1;
            case IfXdp.XDP_UMEM_FILL_RING -> 2;
            default -> 3;
          };
      long offsets = scratch + 32L * index;
      mappedBytes = Memory.getLong(offsets + 16) + (long) size * entryBytes;
      mapped =
          LinuxException.check(
              "mmap of an AF_XDP ring",
              Libc.mmap(
                  errno,
                  0,
                  mappedBytes,
                  Sockets.PROT_READ | Sockets.PROT_WRITE,
                  Sockets.MAP_SHARED | MAP_POPULATE,
                  fd,
                  page));
      producer = mapped + Memory.getLong(offsets);
      consumer = mapped + Memory.getLong(offsets + 8);
      entries = mapped + Memory.getLong(offsets + 16);
      flags = mapped + Memory.getLong(offsets + 24);
    }
  }

  /** Whether the kernel wants to be called. */
  boolean needsWakeUp() {
    return (Memory.getIntAcquire(flags) & IfXdp.XDP_RING_NEED_WAKEUP) != 0;
  }

  /** How many entries can be produced. */
  int room() {
    int room = size - (own - theirs);
    if (room == 0) {
      theirs = Memory.getIntAcquire(consumer);
      room = size - (own - theirs);
    }
    return room;
  }

  /** Produces a chunk; the caller looked at {@link #room}. */
  void putChunk(long offset) {
    Memory.putLong(entry(), offset);
    own++;
  }

  /** Produces a frame; the caller looked at {@link #room}. */
  void putFrame(long offset, int length) {
    long entry = entry();
    Memory.putLong(entry, offset);
    Memory.putLong(entry + 8, length);
    own++;
  }

  /** Lets the kernel see what was produced. */
  void publish() {
    Memory.putIntRelease(producer, own);
  }

  /** Whether the kernel has taken all that was published. */
  boolean isDrained() {
    theirs = Memory.getIntAcquire(consumer);
    return theirs == own;
  }

  /** How many entries wait to be consumed, or at least one if there is any. */
  int waiting() {
    int waiting = theirs - own;
    if (waiting == 0) {
      theirs = Memory.getIntAcquire(producer);
      waiting = theirs - own;
    }
    return waiting;
  }

  /** Offset of the next chunk or frame. */
  long offset() {
    return Memory.getLong(entry());
  }

  /** Length of the next frame. */
  int length() {
    return Memory.getInt(entry() + 8);
  }

  /** Goes on to the next entry. */
  void next() {
    own++;
  }

  /** Lets the kernel use again what was consumed. */
  void handBack() {
    Memory.putIntRelease(consumer, own);
  }

  private long entry() {
    return entries + (long) (own & size - 1) * entryBytes;
  }

  void close(Errno errno) {
    Libc.munmap(errno, mapped, mappedBytes);
  }
}
