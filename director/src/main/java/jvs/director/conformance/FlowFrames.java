package jvs.director.conformance;

import java.lang.foreign.Arena;
import jvs.wire.Checksum;
import jvs.wire.EthernetHeader;
import jvs.wire.IpAddress;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;

/** Makes the frames of flows of which a recording tells only that they came. */
final class FlowFrames {
  private static final int ETHERNET = 14;
  private static final int LARGEST = 128;
  private static final int TTL = 64;
  private static final int IDENTIFICATION = 0x1234;
  private static final int WINDOW = 0xfaf0;

  private FlowFrames() {}

  /** A datagram of one byte from a client. */
  static Frame datagram(Endpoint client, Endpoint virtual) {
    int length = UdpHeader.LENGTH + 1;
    try (Arena arena = Arena.ofConfined()) {
      long frame = arena.allocate(LARGEST, 8).address();
      long udp = frame + ETHERNET + headerLength(client);
      Memory.put16(udp, client.port());
      Memory.put16(udp + 2, virtual.port());
      Memory.put16(udp + 4, length);
      Memory.put8(udp + UdpHeader.LENGTH, 'x');
      long sum = pseudo(client, virtual, UdpHeader.PROTOCOL, length) + Checksum.sum(udp, length);
      int checksum = Checksum.finish(sum);
      new UdpHeader().wrap(udp, length).checksum(checksum == 0 ? 0xffff : checksum);
      return finished(frame, client, virtual, UdpHeader.PROTOCOL, length, Side.CLIENT);
    }
  }

  /** A segment without data from a client. */
  static Frame request(
      Endpoint client, Endpoint virtual, int sequence, int acknowledgment, int flags) {
    return segment(client, virtual, sequence, acknowledgment, flags, Side.CLIENT);
  }

  /** A segment without data from a server. */
  static Frame reply(
      Endpoint server, Endpoint client, int sequence, int acknowledgment, int flags) {
    return segment(server, client, sequence, acknowledgment, flags, Side.SERVER);
  }

  private static Frame segment(
      Endpoint from, Endpoint to, int sequence, int acknowledgment, int flags, Side side) {
    int length = TcpHeader.MIN_LENGTH;
    try (Arena arena = Arena.ofConfined()) {
      long frame = arena.allocate(LARGEST, 8).address();
      long address = frame + ETHERNET + headerLength(from);
      TcpHeader tcp = new TcpHeader().wrap(address, length);
      tcp.write(from.port(), to.port(), sequence, acknowledgment, flags);
      Memory.put16(address + 14, WINDOW);
      long sum = pseudo(from, to, TcpHeader.PROTOCOL, length) + Checksum.sum(address, length);
      tcp.checksum(Checksum.finish(sum));
      return finished(frame, from, to, TcpHeader.PROTOCOL, length, side);
    }
  }

  private static int headerLength(Endpoint from) {
    return from.address().isV4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
  }

  private static long pseudo(Endpoint from, Endpoint to, int protocol, int length) {
    IpAddress source = from.address();
    IpAddress destination = to.address();
    return source.isV4()
        ? Checksum.pseudoV4(source.v4(), destination.v4(), protocol, length)
        : Checksum.pseudoV6(
            source.high(), source.low(), destination.high(), destination.low(), protocol, length);
  }

  private static Frame finished(
      long frame, Endpoint from, Endpoint to, int protocol, int length, Side side) {
    IpAddress source = from.address();
    IpAddress destination = to.address();
    long sender = side == Side.CLIENT ? TestBed.ROUTER_MAC : TestBed.serverMac(source);
    new EthernetHeader().wrap(frame, LARGEST).addresses(side.mac(), sender);
    long ip = frame + ETHERNET;
    if (source.isV4()) {
      Memory.put16(ip - 2, EthernetHeader.IPV4);
      new Ipv4Header()
          .wrap(ip, LARGEST - ETHERNET)
          .write(
              0,
              Ipv4Header.MIN_LENGTH + length,
              IDENTIFICATION,
              true,
              TTL,
              protocol,
              source.v4(),
              destination.v4());
    } else {
      Memory.put16(ip - 2, EthernetHeader.IPV6);
      new Ipv6Header()
          .wrap(ip, LARGEST - ETHERNET)
          .write(
              0,
              length,
              protocol,
              TTL,
              source.high(),
              source.low(),
              destination.high(),
              destination.low());
    }
    byte[] octets = new byte[ETHERNET + headerLength(from) + length];
    Memory.copy(frame, octets, 0, octets.length);
    return Frame.of(octets);
  }
}
