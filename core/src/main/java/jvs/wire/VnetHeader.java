package jvs.wire;

/**
 * The virtio-net header that precedes every frame: unfinished checksums and segments that are
 * longer than the MTU (include/uapi/linux/virtio_net.h, fields in the machine's byte order).
 *
 * <p>All offsets given here are from the frame's first octet; the header lies before it.
 */
public final class VnetHeader {
  /** Size of the header in bytes. */
  public static final int LENGTH = 10;

  /** The transport checksum is only the pseudo-header's sum; the rest is still to be added. */
  public static final int NEEDS_CHECKSUM = 1;

  /** Type of a super-frame: TCP segments over IPv4. */
  public static final int TCP_OVER_IPV4 = 1;

  /** Type of a super-frame: TCP segments over IPv6. */
  public static final int TCP_OVER_IPV6 = 4;

  /** Type of a super-frame: UDP datagrams of equal length. */
  public static final int UDP_SEGMENTS = 5;

  private static final int ECN = 0x80;
  private static final int FLAGS = -10;
  private static final int GSO_TYPE = -9;
  private static final int HEADER_LENGTH = -8;
  private static final int GSO_SIZE = -6;
  private static final int CHECKSUM_START = -4;
  private static final int CHECKSUM_OFFSET = -2;

  private VnetHeader() {}

  /** Marks the frame as complete: nothing unfinished, not a super-frame. */
  public static void clear(long frame) {
    Memory.putLong(frame + FLAGS, 0);
    Memory.putNative16(frame + CHECKSUM_OFFSET, 0);
  }

  /** Whether the transport checksum is unfinished. */
  public static boolean needsChecksum(long frame) {
    return (Memory.u8(frame + FLAGS) & NEEDS_CHECKSUM) != 0;
  }

  /** Whether the frame stands for several segments. */
  public static boolean isSuperFrame(long frame) {
    return Memory.u8(frame + GSO_TYPE) != 0;
  }

  /** What the segments of a super-frame are, 0 if it is none. */
  public static int superFrameType(long frame) {
    return Memory.u8(frame + GSO_TYPE) & ~ECN;
  }

  /** Payload bytes of each segment of a super-frame. */
  public static int segmentSize(long frame) {
    return Memory.nativeU16(frame + GSO_SIZE);
  }

  /** The headers of a super-frame's segments are {@code bytes} longer. */
  public static void growHeaders(long frame, int bytes) {
    if (isSuperFrame(frame)) {
      Memory.putNative16(frame + HEADER_LENGTH, Memory.nativeU16(frame + HEADER_LENGTH) + bytes);
    }
  }

  /** Where checksumming starts, in bytes from the frame's first octet. */
  public static int checksumStart(long frame) {
    return Memory.nativeU16(frame + CHECKSUM_START);
  }

  /** Where the checksum lies, in bytes from {@link #checksumStart}. */
  public static int checksumOffset(long frame) {
    return Memory.nativeU16(frame + CHECKSUM_OFFSET);
  }

  /** Says that the checksum is to be finished, beginning at {@code start}. */
  static void leaveChecksum(long frame, int start, int offset) {
    Memory.put8(frame + FLAGS, NEEDS_CHECKSUM);
    Memory.putNative16(frame + CHECKSUM_START, start);
    Memory.putNative16(frame + CHECKSUM_OFFSET, offset);
  }

  /** Moves the checksum's start by {@code delta} bytes, after a tag was put in or taken out. */
  public static void moveChecksumStart(long frame, int delta) {
    if (needsChecksum(frame)) {
      Memory.putNative16(frame + CHECKSUM_START, checksumStart(frame) + delta);
    }
  }
}
