package jvs.forwarders;

import jvs.wire.Checksum;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;
import jvs.wire.VnetHeader;

/**
 * Gives packets other ends: addresses, ports and checksums (tcp_dnat_handler, udp_snat_handler and
 * their like). Stateless.
 *
 * <p>Checksums are updated incrementally (RFC 1624), so a wrong one stays wrong by the same amount.
 * A UDP checksum of 0 is replaced by a computed one, as the kernel does.
 */
final class Translation {
  private Translation() {}

  /** Replaces the destination. */
  static void destination(Packet packet, long high, long low, int port) {
    ends(packet, packet.sourceHigh(), packet.sourceLow(), packet.sourcePort(), high, low, port);
  }

  /** Replaces the source. */
  static void source(Packet packet, long high, long low, int port) {
    ends(
        packet,
        high,
        low,
        port,
        packet.destinationHigh(),
        packet.destinationLow(),
        packet.destinationPort());
  }

  /** Replaces both. */
  static void ends(
      Packet packet,
      long sourceHigh,
      long sourceLow,
      int sourcePort,
      long destinationHigh,
      long destinationLow,
      int destinationPort) {
    boolean isV6 = packet.isV6();
    long delta =
        addressDelta(packet.sourceHigh(), packet.sourceLow(), sourceHigh, sourceLow, isV6)
            + addressDelta(
                packet.destinationHigh(),
                packet.destinationLow(),
                destinationHigh,
                destinationLow,
                isV6);
    if (isV6) {
      packet.ipv6().source(sourceHigh, sourceLow);
      packet.ipv6().destination(destinationHigh, destinationLow);
    } else {
      packet.ipv4().addresses((int) sourceLow, (int) destinationLow);
      packet.ipv4().updateChecksum(delta);
    }
    if (!packet.hasPorts()) {
      return;
    }
    long portDelta =
        Checksum.delta16(packet.sourcePort(), sourcePort)
            + Checksum.delta16(packet.destinationPort(), destinationPort);
    if (packet.isSctp()) {
      packet.sctp().sourcePort(sourcePort);
      packet.sctp().destinationPort(destinationPort);
      finishSctp(
          packet, sourcePort != packet.sourcePort() || destinationPort != packet.destinationPort());
      return;
    }
    if (packet.isTcp()) {
      packet.tcp().ports(sourcePort, destinationPort);
    } else {
      packet.udp().sourcePort(sourcePort);
      packet.udp().destinationPort(destinationPort);
    }
    updateTransport(
        packet, delta, portDelta, sourceHigh, sourceLow, destinationHigh, destinationLow);
  }

  /** No address is part of SCTP's checksum, so that it changes with the port only. */
  private static void finishSctp(Packet packet, boolean hasChanged) {
    if (VnetHeader.needsChecksum(packet.address())) {
      packet.finishChecksum();
    } else if (hasChanged) {
      packet.sctp().writeChecksum();
    }
  }

  private static long addressDelta(
      long beforeHigh, long beforeLow, long afterHigh, long afterLow, boolean isV6) {
    long delta = Checksum.delta32((int) beforeLow, (int) afterLow);
    if (isV6) {
      delta += Checksum.delta32((int) (beforeLow >>> 32), (int) (afterLow >>> 32));
      delta += Checksum.delta32((int) beforeHigh, (int) afterHigh);
      delta += Checksum.delta32((int) (beforeHigh >>> 32), (int) (afterHigh >>> 32));
    }
    return delta;
  }

  private static void updateTransport(
      Packet packet,
      long addressDelta,
      long portDelta,
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow) {
    boolean isUnfinished = VnetHeader.needsChecksum(packet.address());
    if (packet.isTcp()) {
      int before = packet.tcp().checksum();
      packet
          .tcp()
          .checksum(
              isUnfinished
                  ? Checksum.fold(before + addressDelta)
                  : Checksum.update(before, addressDelta + portDelta));
      return;
    }
    UdpHeader udp = packet.udp();
    int before = udp.checksum();
    if (isUnfinished) {
      udp.checksum(Checksum.fold(before + addressDelta));
      return;
    }
    int after =
        before != 0
            ? Checksum.update(before, addressDelta + portDelta)
            : whole(packet, sourceHigh, sourceLow, destinationHigh, destinationLow);
    udp.checksum(after == 0 ? 0xffff : after);
  }

  private static int whole(
      Packet packet, long sourceHigh, long sourceLow, long destinationHigh, long destinationLow) {
    int length = packet.transportLength();
    long pseudo =
        packet.isV4()
            ? Checksum.pseudoV4((int) sourceLow, (int) destinationLow, UdpHeader.PROTOCOL, length)
            : Checksum.pseudoV6(
                sourceHigh, sourceLow, destinationHigh, destinationLow, UdpHeader.PROTOCOL, length);
    return Checksum.finish(pseudo + Checksum.sum(packet.address() + packet.transport(), length));
  }
}
