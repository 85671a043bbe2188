package jvs.engine;

import jvs.linux.Mapping;
import jvs.port.PacketPort;
import jvs.wire.VnetHeader;

/**
 * Room for the frames that a worker makes itself: ARP, ICMP errors, resets.
 *
 * <p>A frame is valid until the ports were flushed and {@link #recycle} was called. One thread.
 */
final class ScratchFrames implements AutoCloseable {
  /** Largest frame. */
  static final int FRAME_BYTES = 1600;

  private static final int COUNT = 64;
  private static final int PREFIX = 256;
  private static final int STRIDE = 2048;

  private final Mapping mapping = new Mapping((long) COUNT * STRIDE);
  private int used;

  ScratchFrames() {
    if (PREFIX < PacketPort.HEADROOM + VnetHeader.LENGTH) {
      throw new AssertionError("no room before scratch frames");
    }
  }

  /** Whether the next {@link #next} needs a flush before. */
  boolean isExhausted() {
    return used == COUNT;
  }

  /** A fresh frame with a cleared virtio-net header. */
  long next() {
    long frame = mapping.address() + (long) used++ * STRIDE + PREFIX;
    VnetHeader.clear(frame);
    return frame;
  }

  /** All frames are free again. */
  void recycle() {
    used = 0;
  }

  @Override
  public void close() {
    mapping.close();
  }
}
