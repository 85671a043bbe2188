package jvs.port.xdp;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import jvs.linux.Errno;
import jvs.linux.Libc;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.UnfinishedChecksum;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * A worker's AF_XDP socket on a queue of an interface: receives what {@link RedirectProgram} takes
 * out of the kernel for this worker, sends from where frames were received.
 *
 * <p>A packet socket stands beside it for the rest: it receives what the program passes on (ARP,
 * ICMP, fragments, tagged and super-frames), and sends super-frames and what lies elsewhere. One
 * thread, its worker's, but for the counters, which any thread may read.
 *
 * <p>AF_XDP tells nothing about checksums. Where frames come from a software device at the other
 * end of a wire without a card, an unfinished one is known by its value: the pseudo-header's sum.
 */
public final class AfXdpPort implements PacketPort {
  private static final int SEND_TRIES = 8;

  private final ReentrantLock control = new ReentrantLock();
  private final Errno controlErrno = new Errno();
  private final AtomicLong errors = new AtomicLong();
  private final String name;
  private final int linkIndex;
  private final XdpSocket socket;
  private final @Nullable XdpPool kept;
  private final Umem memory;
  private final Chunks chunks;
  private final PacketPort rest;
  private final boolean mayBeUnfinished;
  private final int[] taken = new int[XdpSocket.RECEIVE_ENTRIES];
  private int takenCount;
  private boolean hasQueued;
  private long lostBefore;
  private boolean isClosed;

  /**
   * A port over a bound socket; it keeps the queue if the socket has its rings.
   *
   * @param chunks the worker's
   * @param mayBeUnfinished whether checksums have to be looked at
   */
  AfXdpPort(
      XdpSocket socket, Umem memory, Chunks chunks, PacketPort rest, boolean mayBeUnfinished) {
    this.socket = socket;
    kept = socket.pool();
    this.memory = memory;
    this.chunks = chunks;
    this.rest = rest;
    this.mayBeUnfinished = mayBeUnfinished;
    name = rest.name();
    linkIndex = rest.linkIndex();
    refill();
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
    if (isClosed) {
      return 0;
    }
    XdpRing ring = socket.received();
    int count = Math.min(ring.waiting(), Math.min(batch.remaining(), taken.length - takenCount));
    for (int i = 0; i < count; i++) {
      long offset = ring.offset();
      int length = ring.length();
      ring.next();
      long frame = memory.address() + offset;
      taken[takenCount++] = Umem.chunk(offset);
      VnetHeader.clear(frame);
      if (mayBeUnfinished) {
        UnfinishedChecksum.detect(frame, length);
      }
      batch.add(frame, length);
    }
    if (count > 0) {
      ring.handBack();
    } else {
      catchUp();
    }
    return count;
  }

  @Override
  public void release() {
    for (; takenCount > 0; takenCount--) {
      chunks.release(taken[takenCount - 1]);
    }
    if (!isClosed) {
      refill();
    }
  }

  /** What could not be done when it was due. */
  private void catchUp() {
    if (hasQueued) {
      flush();
    }
    refill();
  }

  private void refill() {
    reap();
    chunks.exchange();
    if (kept != null) {
      fill(kept.fill());
    }
  }

  private void fill(XdpRing ring) {
    int count = Math.min(ring.room(), chunks.freeCount());
    if (count == 0) {
      return;
    }
    for (int i = 0; i < count; i++) {
      ring.putChunk(Umem.offset(chunks.take()));
    }
    ring.publish();
    if (ring.needsWakeUp()) {
      Libc.kickReceiving(socket.fileDescriptor());
    }
  }

  /** Takes back what has been sent. */
  private void reap() {
    if (kept == null) {
      return;
    }
    XdpRing ring = kept.completion();
    boolean isAny = false;
    for (int waiting = ring.waiting(); waiting > 0; waiting--) {
      chunks.completed(Umem.chunk(ring.offset()));
      ring.next();
      isAny = true;
    }
    if (isAny) {
      ring.handBack();
    }
  }

  @Override
  public void send(long address, int length) {
    if (isClosed || !memory.contains(address) || VnetHeader.isSuperFrame(address)) {
      rest.send(address, length);
      return;
    }
    long offset = address - memory.address();
    int chunk = Umem.chunk(offset);
    if (!chunks.send(chunk)) {
      // On its way out already, so it must be copied.
      rest.send(address, length);
      return;
    }
    XdpRing ring = socket.toSend();
    if (ring.room() == 0) {
      flush();
      if (ring.room() == 0) {
        chunks.keepBack(chunk);
        errors.setOpaque(errors.getPlain() + 1);
        return;
      }
    }
    UnfinishedChecksum.finish(address, length);
    ring.putFrame(offset, length);
    hasQueued = true;
  }

  @Override
  public void flush() {
    rest.flush();
    if (!hasQueued || isClosed) {
      return;
    }
    XdpRing ring = socket.toSend();
    ring.publish();
    reap();
    // What is not sent by then stays in the ring and goes with the next burst.
    for (int i = 0; i < SEND_TRIES && ring.needsWakeUp(); i++) {
      if (Libc.kickSending(socket.fileDescriptor()) >= 0 || ring.isDrained()) {
        break;
      }
      reap();
    }
    hasQueued = !ring.isDrained();
  }

  @Override
  public int fileDescriptor() {
    return socket.fileDescriptor();
  }

  /** Frames for which there was no chunk or no room in the ring, so far; any thread. */
  @Override
  public long receiveOverruns() {
    control.lock();
    try {
      if (!isClosed) {
        lostBefore = socket.lost(controlErrno);
      }
      return lostBefore;
    } finally {
      control.unlock();
    }
  }

  @Override
  public long sendErrors() {
    return errors.getOpaque();
  }

  @Override
  public void close() {
    control.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        socket.close();
      }
    } finally {
      control.unlock();
    }
  }
}
