package jvs.forwarders;

import jvs.flow.Connection;
import jvs.flow.LocalEnd;
import jvs.wire.Checksum;
import jvs.wire.IcmpHeader;
import jvs.wire.Packet;

/**
 * NAT of ICMP errors: the outer address, and address and port of the packet that they quote
 * (ip_vs_nat_icmp). The quoted transport checksum stays, as there. Stateless.
 */
final class ErrorTranslation {
  private ErrorTranslation() {}

  /** An error about a reply, to the server that sent it. */
  static void request(Packet packet, Connection connection) {
    long high = connection.serverHigh();
    long low = connection.serverLow();
    if (packet.isV4()) {
      packet.ipv4().destination((int) low);
      packet.ipv4().writeChecksum();
    } else {
      packet.ipv6().destination(high, low);
    }
    packet.quoted().source(high, low, connection.serverPort());
    writeChecksum(packet);
  }

  /** An error about a request, to the client that sent it. */
  static void reply(Packet packet, Connection connection) {
    long high = connection.virtualHigh();
    long low = connection.virtualLow();
    if (packet.isV4()) {
      packet.ipv4().source((int) low);
      packet.ipv4().writeChecksum();
    } else {
      packet.ipv6().source(high, low);
    }
    packet.quoted().destination(high, low, connection.virtualPort());
    writeChecksum(packet);
  }

  /** As {@link #request}, and the server sees the director's own end as the client's. */
  static void fullRequest(Packet packet, Connection connection) {
    long high = LocalEnd.high(connection);
    long low = LocalEnd.low(connection);
    if (packet.isV4()) {
      packet.ipv4().source((int) low);
    } else {
      packet.ipv6().source(high, low);
    }
    packet.quoted().destination(high, low, LocalEnd.port(connection));
    request(packet, connection);
  }

  /** As {@link #reply}, to the client itself. */
  static void fullReply(Packet packet, Connection connection) {
    long high = connection.clientHigh();
    long low = connection.clientLow();
    if (packet.isV4()) {
      packet.ipv4().destination((int) low);
    } else {
      packet.ipv6().destination(high, low);
    }
    packet.quoted().source(high, low, connection.clientPort());
    reply(packet, connection);
  }

  private static void writeChecksum(Packet packet) {
    int length = packet.transportLength();
    packet.icmp().checksum(0);
    long sum = Checksum.sum(packet.address() + packet.transport(), length);
    if (packet.isV6()) {
      sum +=
          Checksum.pseudoV6(
              packet.ipv6().sourceHigh(),
              packet.ipv6().sourceLow(),
              packet.ipv6().destinationHigh(),
              packet.ipv6().destinationLow(),
              IcmpHeader.PROTOCOL_V6,
              length);
    }
    packet.icmp().checksum(Checksum.finish(sum));
  }
}
