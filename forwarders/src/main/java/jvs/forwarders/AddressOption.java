package jvs.forwarders;

import jvs.flow.Connection;
import jvs.flow.Introduction;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/**
 * Tells a FULLNAT server of its client by a TCP option (TOA, as Alibaba's and DPVS's kernel modules
 * read it): kind 254, length 8 or 20, the client's port and address.
 *
 * <p>It is in every segment that acknowledges no more than the server's SYN: the ACK that ends the
 * handshake, the first data, and what is sent again of these. The server offers to take segments
 * that are shorter by its length, so that it fits; segments of a super-frame have it each.
 * Stateless.
 */
final class AddressOption {
  private static final int KIND = 254;
  private static final int LENGTH_V4 = 8;
  private static final int LENGTH_V6 = 20;

  private AddressOption() {}

  static int length(Connection connection) {
    return connection.isV6() ? LENGTH_V6 : LENGTH_V4;
  }

  /** Puts it into a request where it is due; false if there is no room. */
  static boolean request(Packet packet, Connection connection) {
    TcpHeader tcp = packet.tcp();
    int flags = tcp.flags() & (TcpHeader.ACK | TcpHeader.SYN | TcpHeader.RST);
    if (flags != TcpHeader.ACK
        || !Introduction.knowsServerStart(connection)
        || tcp.acknowledgmentNumber() != Introduction.serverStart(connection)) {
      return true;
    }
    int bytes = length(connection);
    int headerLength = tcp.headerLength();
    if (!Segment.mayGrow(packet, bytes) || headerLength + bytes > TcpHeader.MAX_LENGTH) {
      return false;
    }
    int before = Segment.sum(packet);
    packet.open(packet.transport() + TcpHeader.MIN_LENGTH, bytes);
    tcp.headerLength(headerLength + bytes);
    write(Segment.header(packet) + TcpHeader.MIN_LENGTH, connection);
    Segment.correctGrown(packet, before, 0, bytes);
    VnetHeader.growHeaders(packet.address(), bytes);
    return true;
  }

  private static void write(long option, Connection connection) {
    Memory.put8(option, KIND);
    Memory.put8(option + 1, length(connection));
    Memory.put16(option + 2, connection.clientPort());
    if (connection.isV6()) {
      Memory.put64(option + 4, connection.clientHigh());
      Memory.put64(option + 12, connection.clientLow());
    } else {
      Memory.put32(option + 4, (int) connection.clientLow());
    }
  }

  /** Looks for the server's SYN among its replies. */
  static void reply(Packet packet, Connection connection) {
    TcpHeader tcp = packet.tcp();
    if ((tcp.flags() & TcpHeader.SYN) != 0) {
      Introduction.serverStart(connection, tcp.sequenceNumber() + 1);
      Segment.lowerMaximum(packet, length(connection));
    }
  }
}
