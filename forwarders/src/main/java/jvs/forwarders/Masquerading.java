package jvs.forwarders;

import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.Checksum;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import jvs.wire.UdpHeader;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * NAT, {@code -m}: requests get the server's address and port as destination, replies the virtual
 * ones as source (ip_vs_nat_xmit, tcp_dnat_handler, udp_snat_handler and their like).
 *
 * <p>Checksums are updated incrementally (RFC 1624), so a wrong one stays wrong by the same amount.
 * A UDP checksum of 0 is replaced by a computed one, as the kernel does.
 */
final class Masquerading implements Forwarder {
  @Override
  public int method() {
    return ServerSpec.MASQ;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    if (packet.isIcmp()) {
      ErrorTranslation.request(packet, connection);
      return 0;
    }
    long high = connection.serverHigh();
    long low = connection.serverLow();
    long delta =
        addressDelta(packet.destinationHigh(), packet.destinationLow(), high, low, packet.isV6());
    if (packet.isV4()) {
      packet.ipv4().destination((int) low);
      packet.ipv4().updateChecksum(delta);
    } else {
      packet.ipv6().destination(high, low);
    }
    if (!packet.hasPorts()) {
      return 0;
    }
    int port = connection.serverPort();
    long portDelta = Checksum.delta16(packet.destinationPort(), port);
    if (packet.isSctp()) {
      packet.sctp().destinationPort(port);
      finishSctp(packet, port != packet.destinationPort());
      return 0;
    }
    if (packet.isTcp()) {
      packet.tcp().destinationPort(port);
    } else {
      packet.udp().destinationPort(port);
    }
    updateTransport(packet, delta, portDelta, packet.sourceHigh(), packet.sourceLow(), high, low);
    return 0;
  }

  @Override
  public void reply(Packet packet, Connection connection) {
    if (packet.isIcmp()) {
      ErrorTranslation.reply(packet, connection);
      return;
    }
    long high = connection.virtualHigh();
    long low = connection.virtualLow();
    long delta = addressDelta(packet.sourceHigh(), packet.sourceLow(), high, low, packet.isV6());
    if (packet.isV4()) {
      packet.ipv4().source((int) low);
      packet.ipv4().updateChecksum(delta);
    } else {
      packet.ipv6().source(high, low);
    }
    if (!packet.hasPorts()) {
      return;
    }
    int port = connection.virtualPort();
    long portDelta = Checksum.delta16(packet.sourcePort(), port);
    if (packet.isSctp()) {
      packet.sctp().sourcePort(port);
      finishSctp(packet, port != packet.sourcePort());
      return;
    }
    if (packet.isTcp()) {
      packet.tcp().sourcePort(port);
    } else {
      packet.udp().sourcePort(port);
    }
    updateTransport(
        packet, delta, portDelta, high, low, packet.destinationHigh(), packet.destinationLow());
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
