package jvs.director.port;

import java.nio.file.Path;
import java.sql.Timestamp;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapDumper;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.packet.namednumber.DataLinkType;

/** Writes Ethernet frames to a capture file that tcpdump and Wireshark read. One thread. */
public final class PcapFileWriter implements AutoCloseable {
  private static final int SNAPLEN = 1 << 18;

  private final Path file;
  private final PcapHandle format;
  private final PcapDumper dumper;

  /**
   * Makes the file, or empties it.
   *
   * @throws PcapException if it cannot be written
   */
  public PcapFileWriter(Path file) {
    this.file = file;
    try {
      format = Pcaps.openDead(DataLinkType.EN10MB, SNAPLEN);
      dumper = format.dumpOpen(file.toString());
    } catch (PcapNativeException | NotOpenException e) {
      throw new PcapException(file.toString(), e);
    }
  }

  /** Appends a frame that was seen at {@code timestampMicros} since 1970. */
  public void write(long timestampMicros, byte[] frame) {
    Timestamp time = new Timestamp(Math.floorDiv(timestampMicros, 1_000_000) * 1000);
    time.setNanos(Math.floorMod(timestampMicros, 1_000_000) * 1000);
    try {
      dumper.dumpRaw(frame, time);
    } catch (NotOpenException e) {
      throw new PcapException(file.toString(), e);
    }
  }

  /** Writes what is buffered and closes the file; idempotent. */
  @Override
  public void close() {
    dumper.close();
    format.close();
  }
}
