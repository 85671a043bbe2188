package jvs.director.conformance;

import java.lang.foreign.Arena;
import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;
import org.jspecify.annotations.Nullable;

/** Whether the checksums of a frame are right where they are not compared. */
final class Checksums {
  private Checksums() {}

  /** The IPv4 header's. */
  static boolean isHeaderValid(Frame frame) {
    try (Arena arena = Arena.ofConfined()) {
      return dissected(frame, arena) != null;
    }
  }

  /** UDP's; that of a fragment cannot be known. */
  static boolean isUdpValid(Frame frame) {
    try (Arena arena = Arena.ofConfined()) {
      Packet packet = dissected(frame, arena);
      if (packet == null || !packet.isUdp()) {
        return false;
      }
      if (packet.isFragment()) {
        return true;
      }
      int length = packet.transportLength();
      long pseudo =
          packet.isV4()
              ? Checksum.pseudoV4(
                  (int) packet.sourceLow(),
                  (int) packet.destinationLow(),
                  UdpHeader.PROTOCOL,
                  length)
              : Checksum.pseudoV6(
                  packet.sourceHigh(),
                  packet.sourceLow(),
                  packet.destinationHigh(),
                  packet.destinationLow(),
                  UdpHeader.PROTOCOL,
                  length);
      long sum = Checksum.sum(packet.address() + packet.transport(), length);
      return Checksum.fold(pseudo + sum) == 0xffff;
    }
  }

  private static @Nullable Packet dissected(Frame frame, Arena arena) {
    byte[] octets = frame.octets();
    long address = arena.allocate(octets.length, 8).address();
    Memory.copy(octets, 0, address, octets.length);
    Packet packet = new Packet();
    return packet.dissect(address, octets.length, 0) == 0 && packet.isIp() ? packet : null;
  }
}
