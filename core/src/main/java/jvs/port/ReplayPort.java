package jvs.port;

import java.lang.foreign.Arena;
import java.util.List;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/**
 * A port for benchmarks: hands out the same frames over and over and counts what is sent.
 *
 * <p>Each frame is restored from a pristine copy as it is received, for forwarders rewrite in
 * place. One thread; receiving and sending allocate nothing.
 */
public final class ReplayPort implements PacketPort {
  // As in the receive ring: the IP header of an untagged frame is 16-byte aligned.
  private static final int PREFIX_BYTES = HEADROOM + 18;

  private final Arena arena = Arena.ofShared();
  private final String name;
  private final int linkIndex;
  private final int[] lengths;
  private final long[] pristine;
  private final long[] slots;
  private int next;
  private int taken;
  private long sentFrames;
  private long sentBytes;
  private boolean isPaused;
  private boolean isClosed;

  /** A port that replays these frames, which are complete (no unfinished checksum). */
  public ReplayPort(String name, int linkIndex, List<byte[]> frames) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("no frames to replay");
    }
    this.name = name;
    this.linkIndex = linkIndex;
    lengths = new int[frames.size()];
    pristine = new long[frames.size()];
    slots = new long[frames.size()];
    for (int i = 0; i < slots.length; i++) {
      byte[] frame = frames.get(i);
      lengths[i] = frame.length;
      pristine[i] = place(frame.length);
      slots[i] = place(frame.length);
      Memory.copy(frame, 0, pristine[i], frame.length);
    }
  }

  private long place(int frameBytes) {
    return arena.allocate((long) PREFIX_BYTES + frameBytes + 64, 64).address() + PREFIX_BYTES;
  }

  /** Hands out nothing while paused. */
  public void pause(boolean value) {
    isPaused = value;
  }

  /** Frames sent so far. */
  public long sentFrames() {
    return sentFrames;
  }

  /** Bytes sent so far. */
  public long sentBytes() {
    return sentBytes;
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
    int count = isPaused ? 0 : Math.min(batch.remaining(), slots.length - taken);
    for (int i = 0; i < count; i++) {
      Memory.copy(
          pristine[next] - VnetHeader.LENGTH,
          slots[next] - VnetHeader.LENGTH,
          (long) VnetHeader.LENGTH + lengths[next]);
      batch.add(slots[next], lengths[next]);
      next = next + 1 == slots.length ? 0 : next + 1;
    }
    taken += count;
    return count;
  }

  @Override
  public void release() {
    taken = 0;
  }

  @Override
  public void send(long address, int length) {
    sentFrames++;
    sentBytes += length;
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      taken = slots.length;
      arena.close();
    }
  }
}
