package jvs.forwarders;

import jvs.service.ServerSpec;
import jvs.wire.Checksum;
import jvs.wire.EthernetHeader;
import jvs.wire.Memory;

/** Generic routing encapsulation (RFC 2784), with or without its checksum. */
final class Gre implements Encapsulation {
  private static final int PROTOCOL = 47;
  private static final int LENGTH = 4;
  private static final int LENGTH_WITH_CHECKSUM = 8;
  private static final int CHECKSUM_PRESENT = 0x8000;

  @Override
  public int protocol(boolean isV6) {
    return PROTOCOL;
  }

  @Override
  public int headerLength(int flags) {
    return hasChecksum(flags) ? LENGTH_WITH_CHECKSUM : LENGTH;
  }

  private static boolean hasChecksum(int flags) {
    return (flags & ServerSpec.TUNNEL_CHECKSUM) != 0;
  }

  @Override
  public void write(
      long address, int length, boolean isV6, int flags, int port, int flow, long addresses) {
    Memory.put16(address, hasChecksum(flags) ? CHECKSUM_PRESENT : 0);
    Memory.put16(address + 2, isV6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4);
    if (hasChecksum(flags)) {
      Memory.put32(address + 4, 0);
      Memory.put16(address + 4, Checksum.finish(Checksum.sum(address, length)));
    }
  }
}
