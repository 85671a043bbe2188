package jvs.forwarders;

import jvs.service.ServerSpec;
import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.UdpHeader;

/**
 * Generic UDP encapsulation, version 0 (draft-ietf-intarea-gue), with or without the UDP checksum.
 *
 * <p>The option for remote checksums is for packets whose checksum is left to the hardware; ours
 * are complete, so it only asks for the UDP checksum, as ip_vs_gue_encap does for such packets.
 */
final class Gue implements Encapsulation {
  private static final int LENGTH = UdpHeader.LENGTH + 4;
  private static final int FIRST_PORT = 32768;
  private static final int PORTS = 60999 - FIRST_PORT + 1;

  @Override
  public int protocol(boolean isV6) {
    return UdpHeader.PROTOCOL;
  }

  @Override
  public int headerLength(int flags) {
    return LENGTH;
  }

  @Override
  public void write(
      long address, int length, boolean isV6, int flags, int port, int flow, long addresses) {
    Memory.put16(address, FIRST_PORT + Integer.remainderUnsigned(flow, PORTS));
    Memory.put16(address + 2, port);
    Memory.put16(address + 4, length);
    Memory.put16(address + 6, 0);
    int inner = isV6 ? IpInIp.IPV6 : IpInIp.IPV4;
    Memory.put32(address + UdpHeader.LENGTH, inner << 16);
    if ((flags & (ServerSpec.TUNNEL_CHECKSUM | ServerSpec.TUNNEL_REMOTE_CHECKSUM)) != 0) {
      long pseudo = addresses + UdpHeader.PROTOCOL + length;
      int checksum = Checksum.finish(pseudo + Checksum.sum(address, length));
      Memory.put16(address + 6, checksum == 0 ? 0xffff : checksum);
    }
  }
}
