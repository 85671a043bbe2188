package jvs.director.port;

import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.VnetHeader;

/** Finishes checksums in software, where no virtio-net header goes along with the frame. */
final class UnfinishedChecksum {
  private UnfinishedChecksum() {}

  /** Writes the checksum if it is unfinished, and says so in the frame's virtio-net header. */
  static void finish(long address, int length) {
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
