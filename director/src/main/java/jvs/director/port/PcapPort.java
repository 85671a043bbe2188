package jvs.director.port;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import jvs.linux.NetworkDevice;
import jvs.linux.WakeUp;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.Memory;
import jvs.wire.UnfinishedChecksum;
import jvs.wire.VnetHeader;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/**
 * A network interface through libpcap, for where packet rings of our own are not wanted: about four
 * times their cost a frame, and no offloads.
 *
 * <pre>
 * libpcap ─► capture thread ─► ring of slots ─► worker ─► second libpcap handle
 *                 └─ eventfd, if the worker may be asleep ─┘
 * </pre>
 *
 * <p>One thread, its worker's, but for {@link #setFilter} and the counters. libpcap tells neither
 * unfinished checksums nor super-frames, so the offloads at both ends of the wire must be off (
 * {@code jvs.director.kernel.Offloads}). When the ring is full the capture thread waits, and the
 * kernel counts what it drops. Sending copies at once; an unfinished checksum is finished first.
 */
public final class PcapPort implements PacketPort {
  private static final int USUAL_BYTES = 2048;
  private static final long WAIT_NANOS = 50_000;

  private final FrameRing ring = new FrameRing();
  private final WakeUp wakeUp = new WakeUp();
  private final AtomicLong sendErrors = new AtomicLong();

  // JNA copies whole arrays, so most frames go through the small one.
  private final byte[] usual = new byte[USUAL_BYTES];
  private final byte[] large = new byte[FrameRing.MAX_FRAME_BYTES];
  private final String name;
  private final int linkIndex;
  private final Capture capture;
  private final PcapHandle sender;
  private boolean isClosed;

  /**
   * Opens an interface of the calling thread's network namespace.
   *
   * @param filter expression of pcap-filter(7); empty for everything
   * @throws PcapException if libpcap is missing or refuses
   */
  public PcapPort(String name, String filter) {
    this.name = name;
    try (NetworkDevice device = new NetworkDevice(name)) {
      linkIndex = device.index();
    }
    capture = new Capture(name, filter, this::captured);
    try {
      sender = openSender(name);
    } catch (PcapNativeException | NotOpenException e) {
      capture.close();
      throw new PcapException("sending on " + name, e);
    }
    capture.start();
  }

  private static PcapHandle openSender(String name) throws PcapNativeException, NotOpenException {
    PcapHandle sender =
        new PcapHandle.Builder(name)
            .snaplen(64)
            .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
            .timeoutMillis(1)
            .bufferSize(1 << 16)
            .build();
    // It would receive too; no frame is that short.
    sender.setFilter("less 1", BpfCompileMode.OPTIMIZE);
    return sender;
  }

  private void captured(byte[] octets) {
    if (octets.length > FrameRing.MAX_FRAME_BYTES) {
      return;
    }
    while (!ring.hasRoom()) {
      if (capture.isStopped()) {
        return;
      }
      LockSupport.parkNanos(WAIT_NANOS);
    }
    if (ring.put(octets)) {
      wakeUp.signal();
    }
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
    int received = ring.take(batch);
    // Before the caller goes to sleep the old signal is taken away; a new frame makes a new one.
    return received == 0 && wakeUp.drain() ? ring.take(batch) : received;
  }

  @Override
  public void release() {
    ring.release();
  }

  @Override
  public void send(long address, int length) {
    if (isClosed || length > large.length || VnetHeader.isSuperFrame(address)) {
      countError();
      return;
    }
    UnfinishedChecksum.finish(address, length);
    byte[] octets = length <= USUAL_BYTES ? usual : large;
    Memory.copy(address, octets, 0, length);
    try {
      sender.sendPacket(octets, length);
    } catch (PcapNativeException | NotOpenException e) {
      countError();
    }
  }

  private void countError() {
    sendErrors.setOpaque(sendErrors.getPlain() + 1);
  }

  /** Nothing waits: libpcap sends frames one by one. */
  @Override
  public void flush() {}

  @Override
  public int fileDescriptor() {
    return wakeUp.fileDescriptor();
  }

  /**
   * Takes other frames from here on; any thread.
   *
   * @param filter expression of pcap-filter(7); empty for everything
   * @throws PcapException if libpcap does not understand it; the former filter stays
   */
  public void setFilter(String filter) {
    capture.setFilter(filter);
  }

  @Override
  public long receiveOverruns() {
    return capture.dropped();
  }

  @Override
  public long sendErrors() {
    return sendErrors.getOpaque();
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      capture.close();
      sender.close();
      wakeUp.close();
      ring.close();
    }
  }
}
