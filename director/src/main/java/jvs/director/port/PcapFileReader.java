package jvs.director.port;

import java.io.EOFException;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Reads a capture file (pcap or pcapng) of Ethernet frames, one by one. One thread. */
public final class PcapFileReader implements AutoCloseable {
  private final Path file;
  private final PcapHandle handle;

  /**
   * Opens a file.
   *
   * @throws PcapException if it cannot be read or holds something else than Ethernet
   */
  public PcapFileReader(Path file) {
    this.file = file;
    try {
      handle = Pcaps.openOffline(file.toString());
    } catch (PcapNativeException e) {
      throw new PcapException(file.toString(), e);
    }
    if (!handle.getDlt().equals(DataLinkType.EN10MB)) {
      IllegalArgumentException other =
          new IllegalArgumentException("link type " + handle.getDlt() + ", expected Ethernet");
      handle.close();
      throw new PcapException(file.toString(), other);
    }
  }

  /**
   * The next frame, or null at the end of the file.
   *
   * @throws PcapException if the file is damaged
   */
  public @Nullable PcapRecord next() {
    try {
      byte[] frame = handle.getNextRawPacketEx();
      Timestamp time = handle.getTimestamp();
      Integer length = handle.getOriginalLength();
      long micros = time.getTime() / 1000 * 1_000_000 + time.getNanos() / 1000;
      return new PcapRecord(micros, frame, length);
    } catch (EOFException e) {
      return null;
    } catch (PcapNativeException | TimeoutException | NotOpenException e) {
      throw new PcapException(file.toString(), e);
    }
  }

  /** Closes the file; idempotent. */
  @Override
  public void close() {
    handle.close();
  }
}
