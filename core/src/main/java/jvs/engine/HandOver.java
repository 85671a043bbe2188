package jvs.engine;

import java.util.List;
import jvs.flow.FlowKey;
import jvs.linux.Mapping;
import jvs.sync.FlowOwner;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A worker's counter where others hand in what the kernel brought them and is this one's: fragments
 * and ICMP errors, of which the kernel knows only an address, belong where the ports lead.
 *
 * <pre>
 *   worker 0 ──► copy in one of its own places ──► inbox of worker 1 ──► pipeline
 *      ▲                                                                    │
 *      └──────────────────── the place, when it was sent ───────────────────┘
 * </pre>
 *
 * <p>Each worker has one and takes from it; the others put into it. Nothing allocates after
 * construction, and memory is committed as places come into use. Without a free place the packet
 * stays where it came.
 */
final class HandOver implements AutoCloseable {
  private static final int PLACES = 128;

  /** What tunnels need before a frame, and its virtio-net header. */
  private static final int PREFIX = 512;

  private static final int STRIDE = 68 << 10;

  /** A copied frame. */
  static final class Handed {
    private final HandOver home;
    private final long place;
    private int length;
    private int linkIndex;
    private int largestFragment;

    private Handed(HandOver home, long place) {
      this.home = home;
      this.place = place;
    }

    long address() {
      return place;
    }

    int length() {
      return length;
    }

    int linkIndex() {
      return linkIndex;
    }

    int largestFragment() {
      return largestFragment;
    }

    /** The frame is sent or dropped. */
    void giveBack() {
      home.free.offer(this);
    }
  }

  private final List<HandOver> all;
  private final int number;
  private final Mapping mapping = new Mapping((long) PLACES * STRIDE);
  private final MpscVarHandleArrayQueue<Handed> inbox = new MpscVarHandleArrayQueue<>(1024);
  private final MpscVarHandleArrayQueue<Handed> free = new MpscVarHandleArrayQueue<>(PLACES);
  private final FlowKey flow = new FlowKey();
  private Runnable wakeUp = () -> {};
  private volatile @Nullable FlowOwner owner;

  /**
   * The counter of the next worker.
   *
   * @param all those of all workers, in the order of their numbers; this one adds itself
   */
  static HandOver addTo(List<HandOver> all) {
    HandOver added = new HandOver(all);
    all.add(added);
    return added;
  }

  private HandOver(List<HandOver> all) {
    this.all = all;
    number = all.size();
    for (int i = 0; i < PLACES; i++) {
      free.offer(new Handed(this, mapping.address() + (long) i * STRIDE + PREFIX));
    }
  }

  /** How its worker is told that there is something. Before the workers run. */
  void wakeBy(Runnable signal) {
    wakeUp = signal;
  }

  /** Whose flows are; until then everything stays where it came. Any thread. */
  void ownedBy(FlowOwner now) {
    owner = now;
  }

  /** Whether there is anybody to hand anything to. */
  boolean hasOthers() {
    return owner != null && all.size() > 1;
  }

  /**
   * Hands over a packet of the flow between a client's end and another if it is another worker's.
   *
   * @return whether it is out of this one's hands
   */
  boolean pass(
      Packet packet,
      int protocol,
      long clientHigh,
      long clientLow,
      int clientPort,
      long otherHigh,
      long otherLow,
      int otherPort) {
    flow.set(
        packet.isV6(), protocol, clientHigh, clientLow, clientPort, otherHigh, otherLow, otherPort);
    FlowOwner present = owner;
    return present != null && pass(packet, present.workerOf(flow));
  }

  /** Hands over a packet if it is for another worker than this one. */
  boolean pass(Packet packet, int worker) {
    int length = packet.length();
    if (worker == number || worker >= all.size() || length > STRIDE - PREFIX) {
      return false;
    }
    Handed handed = free.poll();
    if (handed == null) {
      return false;
    }
    Memory.copy(
        packet.address() - VnetHeader.LENGTH,
        handed.place - VnetHeader.LENGTH,
        (long) VnetHeader.LENGTH + length);
    handed.length = length;
    handed.linkIndex = packet.linkIndex();
    handed.largestFragment = packet.largestFragment();
    HandOver receiver = all.get(worker);
    if (!receiver.inbox.offer(handed)) {
      free.offer(handed);
      return false;
    }
    receiver.wakeUp.run();
    return true;
  }

  /** The next that was handed in, or null. */
  @Nullable Handed poll() {
    return inbox.poll();
  }

  @Override
  public void close() {
    mapping.close();
  }
}
