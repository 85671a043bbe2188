package jvs.forwarders;

import java.util.Arrays;

/** TCP segments of {@link Frames} with options and payloads put in, checksums right. */
final class Segments {
  private static final int DATA_OFFSET = 12;
  private static final int CHECKSUM = 16;

  private Segments() {}

  private static int transport(byte[] frame) {
    return frame[Frames.IP] >> 4 == 4 ? Frames.TRANSPORT : Frames.TRANSPORT_V6;
  }

  /** With options in front of all others; a multiple of four octets. */
  static byte[] options(byte[] frame, int... options) {
    int transport = transport(frame);
    byte[] longer = Frames.inserted(frame, transport + 20, Frames.octets(options));
    longer[transport + DATA_OFFSET] += (byte) (options.length / 4 << 4);
    return summed(longer);
  }

  /** With these octets in front of the payload. */
  static byte[] payload(byte[] frame, byte[] octets) {
    int transport = transport(frame);
    int header = (frame[transport + DATA_OFFSET] & 0xf0) >> 2;
    return summed(Frames.inserted(frame, transport + header, octets));
  }

  /** Puts right lengths and checksums into {@code frame} itself and returns it. */
  static byte[] summed(byte[] frame) {
    int transport = transport(frame);
    int length = frame.length - transport;
    boolean isV4 = transport == Frames.TRANSPORT;
    int total = isV4 ? frame.length - Frames.IP : length;
    int field = isV4 ? Frames.IP + 2 : Frames.IP + 4;
    frame[field] = (byte) (total >> 8);
    frame[field + 1] = (byte) total;
    Arrays.fill(frame, transport + CHECKSUM, transport + CHECKSUM + 2, (byte) 0);
    int sum = Frames.sum(frame, isV4 ? Frames.IP + 12 : Frames.IP + 8, frame.length) + 6 + length;
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ~((sum & 0xffff) + (sum >>> 16));
    frame[transport + CHECKSUM] = (byte) (sum >> 8);
    frame[transport + CHECKSUM + 1] = (byte) sum;
    return isV4 ? Frames.summed(frame) : frame;
  }
}
