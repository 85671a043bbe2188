package jvs.forwarders;

import jvs.flow.Connection;
import jvs.flow.Introduction;
import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;

/**
 * Tells a FULLNAT server of its client by the PROXY protocol, version 2: a header in front of the
 * connection's first octet.
 *
 * <pre>
 *   client        0 1 2 3 …                 sequence numbers after SYN
 *   server  P P P 0 1 2 3 …                 everything is a header's length later
 * </pre>
 *
 * <p>Until the server has acknowledged the header, each segment that begins at the first octet
 * carries it: the ACK that ends the handshake, the first data, and what is sent again of these. So
 * it is as safe from loss as these are. Unlike the deltas of helpers ({@link
 * jvs.flow.SequenceAdjustment}) this one never changes, which holds beyond 2 GiB as well.
 * Stateless.
 */
final class ProxyHeader {
  private static final long SIGNATURE_HIGH = 0x0d0a_0d0a_000d_0a51L;
  private static final int SIGNATURE_LOW = 0x5549_540a;
  private static final int VERSION_2_PROXY = 0x21;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;
  private static final int FIXED_LENGTH = 16;
  private static final int LENGTH_V4 = FIXED_LENGTH + 12;
  private static final int LENGTH_V6 = FIXED_LENGTH + 36;
  private static final int SIGNIFICANT = TcpHeader.SYN | TcpHeader.RST | TcpHeader.ACK;

  private ProxyHeader() {}

  static int length(Connection connection) {
    return connection.isV6() ? LENGTH_V6 : LENGTH_V4;
  }

  /** Puts it into a request where it is due, shifts the others; false if there is no room. */
  static boolean request(Packet packet, Connection connection) {
    TcpHeader tcp = packet.tcp();
    int flags = tcp.flags() & SIGNIFICANT;
    int bytes = length(connection);
    if (flags == TcpHeader.SYN) {
      if (!Introduction.isSent(connection)) {
        Introduction.clientStart(connection, tcp.sequenceNumber() + 1);
      }
      return true;
    }
    if (!Introduction.knowsClientStart(connection)) {
      return true;
    }
    if (Introduction.isAccepted(connection)) {
      shift(packet, bytes);
      return true;
    }
    int offset = tcp.sequenceNumber() - Introduction.clientStart(connection);
    boolean isFirst = offset == 0 && flags == TcpHeader.ACK;
    boolean mayCarry = isFirst && Segment.mayGrow(packet, bytes);
    if (mayCarry) {
      insert(packet, connection, bytes);
      Introduction.markSent(connection);
    } else if (offset > 0 || (offset == 0 && Introduction.isSent(connection))) {
      shift(packet, bytes);
    }
    return mayCarry || !isFirst;
  }

  private static void shift(Packet packet, int bytes) {
    int before = Segment.sum(packet);
    packet.tcp().sequenceNumber(packet.tcp().sequenceNumber() + bytes);
    Segment.correct(packet, before);
  }

  private static void insert(Packet packet, Connection connection, int bytes) {
    int headerLength = packet.tcp().headerLength();
    int before = Segment.sum(packet);
    packet.open(packet.transport() + headerLength, bytes);
    long header = Segment.header(packet) + headerLength;
    write(header, connection);
    Segment.correctGrown(packet, before, Checksum.sum(header, bytes), bytes);
  }

  private static void write(long header, Connection connection) {
    boolean isV6 = connection.isV6();
    Memory.put64(header, SIGNATURE_HIGH);
    Memory.put32(header + 8, SIGNATURE_LOW);
    Memory.put8(header + 12, VERSION_2_PROXY);
    Memory.put8(header + 13, isV6 ? TCP_OVER_IPV6 : TCP_OVER_IPV4);
    Memory.put16(header + 14, length(connection) - FIXED_LENGTH);
    long ports = header + FIXED_LENGTH + (isV6 ? 32 : 8);
    if (isV6) {
      Memory.put64(header + 16, connection.clientHigh());
      Memory.put64(header + 24, connection.clientLow());
      Memory.put64(header + 32, connection.virtualHigh());
      Memory.put64(header + 40, connection.virtualLow());
    } else {
      Memory.put32(header + 16, (int) connection.clientLow());
      Memory.put32(header + 20, (int) connection.virtualLow());
    }
    Memory.put16(ports, connection.clientPort());
    Memory.put16(ports + 2, connection.virtualPort());
  }

  /** Takes the header's length from what a reply acknowledges. */
  static void reply(Packet packet, Connection connection) {
    TcpHeader tcp = packet.tcp();
    int flags = tcp.flags();
    int bytes = length(connection);
    if ((flags & TcpHeader.SYN) != 0) {
      Segment.lowerMaximum(packet, bytes);
    }
    if ((flags & TcpHeader.ACK) == 0 || !Introduction.isSent(connection)) {
      return;
    }
    int before = Segment.sum(packet);
    int acknowledged = tcp.acknowledgmentNumber();
    if (acknowledged - Introduction.clientStart(connection) >= bytes) {
      Introduction.markAccepted(connection);
    }
    tcp.acknowledgmentNumber(original(connection, acknowledged, bytes));
    int option = tcp.option(TcpHeader.SELECTIVE_ACKNOWLEDGMENT);
    if (option != 0) {
      long edges = Segment.header(packet) + option;
      long end = edges + Memory.u8(edges + 1);
      for (long edge = edges + 2; edge + 4 <= end; edge += 4) {
        Memory.put32(edge, original(connection, Memory.i32(edge), bytes));
      }
    }
    Segment.correct(packet, before);
  }

  /** The client's number for one of the server's; the header itself lies at the first octet. */
  private static int original(Connection connection, int number, int bytes) {
    if (Introduction.isAccepted(connection)) {
      return number - bytes;
    }
    return number - Math.clamp(number - Introduction.clientStart(connection), 0, bytes);
  }
}
