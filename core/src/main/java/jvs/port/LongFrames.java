package jvs.port;

import jvs.linux.Libc;
import jvs.linux.Mapping;
import jvs.linux.Sockets;
import jvs.wire.VnetHeader;

/**
 * Frames that are longer than a slot of the receive ring: the kernel queues them at the socket, in
 * the order of their slots (PACKET_COPY_THRESH), and they are copied from there when their turn
 * comes.
 *
 * <p>So slots may be small and many, though segments joined to 64 KiB arrive; and those are copied
 * to memory that is still in the processor's cache, as the first places are used again after each
 * burst. One thread; allocates nothing after construction. tpacket_rcv() and packet_recvmsg() of
 * net/packet/af_packet.c.
 */
final class LongFrames implements AutoCloseable {
  /** What the kernel may keep for us; its bookkeeping counts, too. */
  static final int QUEUE_BYTES = 32 << 20;

  private static final int PLACES = 16;
  private static final int PLACE_BYTES = 68 << 10;

  /** As in the ring's slots: headroom, and an IP header that is 16-byte aligned. */
  private static final int FRAME = 226;

  private final Mapping memory = new Mapping((long) PLACES * PLACE_BYTES);
  private final int fd;
  private int used;

  LongFrames(int fd) {
    this.fd = fd;
  }

  /** Whether {@link #receive} has to wait for {@link #release}. */
  boolean isFull() {
    return used == PLACES;
  }

  /** Takes the next one in; returns its length in bytes, or less than 0 if it is lost. */
  int receive() {
    used++;
    long received = Libc.recvfrom(fd, frame() - VnetHeader.LENGTH, room(), Sockets.MSG_DONTWAIT);
    return (int) received - VnetHeader.LENGTH;
  }

  private static long room() {
    return PLACE_BYTES - FRAME + (long) VnetHeader.LENGTH;
  }

  /** Where the last one that was received lies. */
  long frame() {
    return memory.address() + (long) (used - 1) * PLACE_BYTES + FRAME;
  }

  /** All of them are done with. */
  void release() {
    used = 0;
  }

  @Override
  public void close() {
    memory.close();
  }
}
