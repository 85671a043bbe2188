package jvs.director.port;

import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.RawPacketListener;

/**
 * Captures an interface's incoming frames on a thread of its own, again and again if the interface
 * goes down meanwhile.
 *
 * <p>The listener is called on that thread; any thread may set the filter, ask and close.
 */
final class Capture implements AutoCloseable {
  private static final int SNAPLEN = 65_535;
  private static final int BUFFER_BYTES = 32 << 20;

  // Bounds how long breaking the loop takes where libpcap (before 1.10) cannot be woken.
  private static final int TIMEOUT_MILLIS = 20;
  private static final long REOPEN_NANOS = 200_000_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final String interfaceName;
  private final RawPacketListener listener;
  private final Thread thread;
  private String filter;
  private long droppedBefore;
  private @Nullable PcapHandle handle;
  private volatile boolean isStopped;

  /** Opens the interface; frames come after {@link #start()}. */
  Capture(String interfaceName, String filter, RawPacketListener listener) {
    this.interfaceName = interfaceName;
    this.filter = filter;
    this.listener = listener;
    try {
      handle = open(interfaceName, filter);
    } catch (PcapNativeException | NotOpenException e) {
      throw new PcapException("capturing on " + interfaceName, e);
    } catch (UnsatisfiedLinkError | NoClassDefFoundError e) {
      throw new PcapException("libpcap cannot be loaded, install libpcap0.8", e);
    }
    thread = Thread.ofPlatform().daemon().name("jvs-pcap-" + interfaceName).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private static PcapHandle open(String interfaceName, String filter)
      throws PcapNativeException, NotOpenException {
    PcapHandle opened =
        new PcapHandle.Builder(interfaceName)
            .snaplen(SNAPLEN)
            .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
            .timeoutMillis(TIMEOUT_MILLIS)
            .bufferSize(BUFFER_BYTES)
            .immediateMode(true)
            .direction(PcapDirection.IN)
            .build();
    try {
      if (!filter.isEmpty()) {
        opened.setFilter(filter, BpfCompileMode.OPTIMIZE);
      }
      return opened;
    } catch (PcapNativeException | NotOpenException e) {
      opened.close();
      throw e;
    }
  }

  private void run() {
    while (!isStopped) {
      try {
        PcapHandle current = current();
        if (current == null) {
          LockSupport.parkNanos(REOPEN_NANOS);
          reopen();
        } else {
          current.loop(-1, listener);
        }
      } catch (PcapNativeException | NotOpenException e) {
        // The interface went down or away; until it is back every attempt fails like this.
        forget();
      } catch (InterruptedException e) {
        // Somebody broke the loop; whether to stop is told by the flag.
      }
    }
  }

  private @Nullable PcapHandle current() {
    lock.lock();
    try {
      return handle;
    } finally {
      lock.unlock();
    }
  }

  private void reopen() throws PcapNativeException, NotOpenException {
    lock.lock();
    try {
      if (!isStopped) {
        handle = open(interfaceName, filter);
      }
    } finally {
      lock.unlock();
    }
  }

  private void forget() {
    lock.lock();
    try {
      droppedBefore = dropped();
      if (handle != null) {
        handle.close();
        handle = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** Replaces the filter by another of pcap-filter(7); an empty one takes everything. */
  void setFilter(String text) {
    lock.lock();
    try {
      if (handle != null) {
        handle.setFilter(text, BpfCompileMode.OPTIMIZE);
      }
      filter = text;
    } catch (PcapNativeException | NotOpenException e) {
      throw new PcapException("filter '" + text + "' on " + interfaceName, e);
    } finally {
      lock.unlock();
    }
  }

  /** Frames that the kernel dropped because they were not taken in time. */
  long dropped() {
    lock.lock();
    try {
      return handle == null
          ? droppedBefore
          : droppedBefore + handle.getStats().getNumPacketsDropped();
    } catch (PcapNativeException | NotOpenException e) {
      return droppedBefore;
    } finally {
      lock.unlock();
    }
  }

  /** Whether it is being closed: a listener that waits for room gives up then. */
  boolean isStopped() {
    return isStopped;
  }

  /** Stops the thread; idempotent. */
  @Override
  public void close() {
    if (isStopped) {
      return;
    }
    isStopped = true;
    boolean isInterrupted = false;
    while (thread.isAlive()) {
      breakLoop();
      try {
        thread.join(TIMEOUT_MILLIS);
      } catch (InterruptedException e) {
        isInterrupted = true;
      }
    }
    forget();
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void breakLoop() {
    lock.lock();
    try {
      if (handle != null) {
        handle.breakLoop();
      }
    } catch (NotOpenException e) {
      throw new IllegalStateException("closed by somebody else", e);
    } finally {
      lock.unlock();
    }
  }
}
