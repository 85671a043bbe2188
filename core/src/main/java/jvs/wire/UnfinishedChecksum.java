package jvs.wire;

/**
 * Checksums that a sender left to hardware, on ports that no virtio-net header comes with: found by
 * their value, and finished in software.
 *
 * <p>The field of an unfinished one holds the pseudo-header's sum. One in 65536 complete checksums
 * has that value, too; to finish it anew gives what was there, unless the packet was damaged in a
 * way that a checksum cannot tell from its own absence. Any thread.
 */
public final class UnfinishedChecksum {
  private static final int ETHERNET = 14;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int TCP_CHECKSUM = 16;
  private static final int UDP_CHECKSUM = 6;

  private UnfinishedChecksum() {}

  /**
   * Marks the frame's virtio-net header if its TCP or UDP checksum is unfinished. The frame is
   * untagged, unfragmented and without IP options or extension headers, or is left alone.
   */
  public static void detect(long frame, int length) {
    long packet = frame + ETHERNET;
    boolean isV4 = Memory.u16(packet - 2) == EthernetHeader.IPV4;
    int transport = ETHERNET + (isV4 ? 20 : 40);
    if (length < transport + 8) {
      return;
    }
    int protocol = Memory.u8(packet + (isV4 ? 9 : 6));
    int field = transport + (protocol == TCP ? TCP_CHECKSUM : UDP_CHECKSUM);
    if ((protocol != TCP && protocol != UDP) || length < field + 2) {
      return;
    }
    int payload = isV4 ? Memory.u16(packet + 2) - 20 : Memory.u16(packet + 4);
    long pseudo =
        isV4
            ? Checksum.pseudoV4(Memory.i32(packet + 12), Memory.i32(packet + 16), protocol, payload)
            : Checksum.pseudoV6(
                Memory.i64(packet + 8),
                Memory.i64(packet + 16),
                Memory.i64(packet + 24),
                Memory.i64(packet + 32),
                protocol,
                payload);
    if (Memory.u16(frame + field) == Checksum.fold(pseudo)) {
      VnetHeader.leaveChecksum(frame, transport, field - transport);
    }
  }

  /** Writes the checksum if it is unfinished, and says so in the frame's virtio-net header. */
  public static void finish(long address, int length) {
    if (!VnetHeader.needsChecksum(address)) {
      return;
    }
    int start = VnetHeader.checksumStart(address);
    int field = start + VnetHeader.checksumOffset(address);
    if (field + 2 <= length) {
      // The field holds the pseudo-header's sum, so it is part of what is summed. A UDP checksum
      // of zero would mean that there is none (RFC 768).
      int checksum = Checksum.finish(Checksum.sum(address + start, length - start));
      Memory.put16(address + field, checksum == 0 ? 0xffff : checksum);
    }
    VnetHeader.clear(address);
  }
}
