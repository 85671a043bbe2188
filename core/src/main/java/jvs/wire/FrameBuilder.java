package jvs.wire;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;

/**
 * Builds complete Ethernet frames with right checksums, for tests, benchmarks and warm-up.
 *
 * <p>Set what matters, then call {@link #tcp} or {@link #udp}; every call gives a new array. One
 * thread.
 */
public final class FrameBuilder {
  private static final int ETHERNET_LENGTH = 14;
  private static final int LARGEST = 1 << 16;

  private long sourceMac = 0x0200_0000_00feL;
  private long destinationMac = 0x0200_0000_0001L;
  private IpAddress source = IpAddress.parse("192.0.2.7");
  private IpAddress destination = IpAddress.parse("10.99.0.1");
  private int sourcePort = 40000;
  private int destinationPort = 80;
  private int timeToLive = 64;
  private int identification = 0x1234;
  private boolean dontFragment = true;
  private int payloadLength;
  private byte[] text = {};
  private int sequence = 1000;
  private int acknowledgment;

  /** Ethernet addresses. */
  public FrameBuilder macs(long from, long to) {
    sourceMac = from;
    destinationMac = to;
    return this;
  }

  /** IP source and port. */
  public FrameBuilder from(String address, int port) {
    source = IpAddress.parse(address);
    sourcePort = port;
    return this;
  }

  /** IP source and port. */
  public FrameBuilder from(IpAddress address, int port) {
    source = address;
    sourcePort = port;
    return this;
  }

  /** IP destination and port. */
  public FrameBuilder to(String address, int port) {
    destination = IpAddress.parse(address);
    destinationPort = port;
    return this;
  }

  /** IP destination and port. */
  public FrameBuilder to(IpAddress address, int port) {
    destination = address;
    destinationPort = port;
    return this;
  }

  /** TTL or hop limit. */
  public FrameBuilder timeToLive(int value) {
    timeToLive = value;
    return this;
  }

  /** The DF bit of IPv4. */
  public FrameBuilder dontFragment(boolean value) {
    dontFragment = value;
    return this;
  }

  /** Bytes of payload; their content is a pattern. */
  public FrameBuilder payload(int length) {
    payloadLength = length;
    text = new byte[0];
    return this;
  }

  /** Payload of ASCII text. */
  public FrameBuilder text(String words) {
    text = words.getBytes(StandardCharsets.US_ASCII);
    payloadLength = text.length;
    return this;
  }

  /** TCP sequence and acknowledgment numbers. */
  public FrameBuilder numbers(int sequenceNumber, int acknowledgmentNumber) {
    sequence = sequenceNumber;
    acknowledgment = acknowledgmentNumber;
    return this;
  }

  /** A TCP segment with these control bits, {@link TcpHeader#SYN} and so on. */
  public byte[] tcp(int flags) {
    return build(TcpHeader.PROTOCOL, TcpHeader.MIN_LENGTH, flags);
  }

  /** A UDP datagram. */
  public byte[] udp() {
    return build(UdpHeader.PROTOCOL, UdpHeader.LENGTH, 0);
  }

  private byte[] build(int protocol, int headerLength, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long frame = arena.allocate(LARGEST).address();
      int network = source.isV4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
      long transport = frame + ETHERNET_LENGTH + network;
      int length = headerLength + payloadLength;
      for (int i = 0; i < payloadLength; i++) {
        Memory.put8(transport + headerLength + i, 3 + 7 * i);
      }
      Memory.copy(text, 0, transport + headerLength, text.length);
      EthernetHeader.putMac(frame, destinationMac);
      EthernetHeader.putMac(frame + 6, sourceMac);
      Memory.put16(frame + 12, source.isV4() ? EthernetHeader.IPV4 : EthernetHeader.IPV6);
      writeNetwork(frame + ETHERNET_LENGTH, protocol, length);
      writeTransport(transport, protocol, length, flags);
      byte[] octets = new byte[ETHERNET_LENGTH + network + length];
      Memory.copy(frame, octets, 0, octets.length);
      return octets;
    }
  }

  private void writeNetwork(long address, int protocol, int length) {
    if (source.isV4()) {
      new Ipv4Header()
          .wrap(address, Ipv4Header.MIN_LENGTH)
          .write(
              0,
              Ipv4Header.MIN_LENGTH + length,
              identification,
              dontFragment,
              timeToLive,
              protocol,
              source.v4(),
              destination.v4());
    } else {
      new Ipv6Header()
          .wrap(address, Ipv6Header.LENGTH)
          .write(
              0,
              length,
              protocol,
              timeToLive,
              source.high(),
              source.low(),
              destination.high(),
              destination.low());
    }
  }

  private void writeTransport(long address, int protocol, int length, int flags) {
    long pseudo =
        source.isV4()
            ? Checksum.pseudoV4(source.v4(), destination.v4(), protocol, length)
            : Checksum.pseudoV6(
                source.high(),
                source.low(),
                destination.high(),
                destination.low(),
                protocol,
                length);
    if (protocol == TcpHeader.PROTOCOL) {
      TcpHeader tcp = new TcpHeader().wrap(address, TcpHeader.MIN_LENGTH);
      tcp.write(sourcePort, destinationPort, sequence, acknowledgment, flags);
      tcp.checksum(Checksum.finish(pseudo + Checksum.sum(address, length)));
    } else {
      Memory.put16(address, sourcePort);
      Memory.put16(address + 2, destinationPort);
      Memory.put16(address + 4, length);
      Memory.put16(address + 6, 0);
      int checksum = Checksum.finish(pseudo + Checksum.sum(address, length));
      Memory.put16(address + 6, checksum == 0 ? 0xffff : checksum);
    }
  }
}
