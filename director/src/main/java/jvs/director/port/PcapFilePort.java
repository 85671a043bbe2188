package jvs.director.port;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import jvs.port.FrameBatch;
import jvs.port.PacketPort;
import jvs.wire.Memory;
import jvs.wire.UnfinishedChecksum;
import org.jspecify.annotations.Nullable;

/**
 * A port that receives a capture file and sends to another, to repeat what happened elsewhere.
 *
 * <p>One thread. Frames come as fast as they are taken; {@link #timestampMicros} lets the caller
 * move a clock along. Frames of which the file has only the beginning are left out and counted as
 * overruns. What is sent carries the time of the latest received frame.
 */
public final class PcapFilePort implements PacketPort {
  private final FrameRing ring = new FrameRing();
  private final AtomicLong truncated = new AtomicLong();
  private final String name;
  private final int linkIndex;
  private final PcapFileReader reader;
  private final @Nullable PcapFileWriter writer;
  private @Nullable PcapRecord next;
  private long timestampMicros;
  private boolean isClosed;

  /**
   * Opens the files.
   *
   * @param output where sent frames go, or null to drop them
   */
  public PcapFilePort(String name, int linkIndex, Path input, @Nullable Path output) {
    this.name = name;
    this.linkIndex = linkIndex;
    reader = new PcapFileReader(input);
    writer = output == null ? null : new PcapFileWriter(output);
    next = reader.next();
  }

  /** Whether the file has no more frames. */
  public boolean isAtEnd() {
    return next == null;
  }

  /** Time of the frame that comes next, or of the last one at the end, since 1970. */
  public long timestampMicros() {
    return next != null ? next.timestampMicros() : timestampMicros;
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
    int count = 0;
    for (PcapRecord record = next;
        record != null && count < batch.remaining() && ring.hasRoom();
        record = next) {
      timestampMicros = record.timestampMicros();
      if (record.isTruncated() || record.frame().length > FrameRing.MAX_FRAME_BYTES) {
        truncated.setOpaque(truncated.getPlain() + 1);
      } else {
        ring.put(record.frame());
        count++;
      }
      next = reader.next();
    }
    return ring.take(batch);
  }

  @Override
  public void release() {
    ring.release();
  }

  @Override
  public void send(long address, int length) {
    if (writer == null || isClosed) {
      return;
    }
    UnfinishedChecksum.finish(address, length);
    byte[] frame = new byte[length];
    Memory.copy(address, frame, 0, length);
    writer.write(timestampMicros, frame);
  }

  /** Nothing waits: frames are written one by one. */
  @Override
  public void flush() {}

  @Override
  public long receiveTruncated() {
    return truncated.getOpaque();
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      next = null;
      reader.close();
      if (writer != null) {
        writer.close();
      }
      ring.close();
    }
  }
}
