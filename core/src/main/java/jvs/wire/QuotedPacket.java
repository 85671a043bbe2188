package jvs.wire;

/**
 * The packet that an ICMP error is about, as far as the error quotes it: headers and two ports.
 *
 * <p>A flyweight of its worker. After {@link #wrap} said yes the accessors may be used.
 */
public final class QuotedPacket {
  private static final int PORTS_LENGTH = 4;

  private final Ipv4Header ipv4 = new Ipv4Header();
  private final Ipv6Header ipv6 = new Ipv6Header();
  private long address;
  private int length;
  private boolean isV6;
  private int protocol;
  private int transport;
  private boolean hasPorts;
  private boolean isLaterFragment;

  /** Looks at {@code length} quoted bytes; false if they hold no IP header. */
  public boolean wrap(long address, int length, boolean isV6) {
    this.address = address;
    this.length = length;
    this.isV6 = isV6;
    int reason;
    if (isV6) {
      reason = ipv6.wrap(address, length).checkQuoted();
      protocol = ipv6.protocol();
      transport = ipv6.transportOffset();
      isLaterFragment = ipv6.fragmentOffset() > 0;
    } else {
      reason = ipv4.wrap(address, length).checkQuoted();
      protocol = reason == 0 ? ipv4.protocol() : 0;
      transport = reason == 0 ? ipv4.headerLength() : 0;
      isLaterFragment = reason == 0 && ipv4.fragmentOffset() > 0;
    }
    hasPorts =
        reason == 0
            && !isLaterFragment
            && (protocol == TcpHeader.PROTOCOL
                || protocol == UdpHeader.PROTOCOL
                || protocol == SctpHeader.PROTOCOL)
            && transport + PORTS_LENGTH <= length;
    return reason == 0;
  }

  /** Address of its first octet. */
  public long address() {
    return address;
  }

  /** Quoted bytes. */
  public int length() {
    return length;
  }

  /** The IPv4 header, if it is not IPv6. */
  public Ipv4Header ipv4() {
    return ipv4;
  }

  /** The IPv6 header, if it is IPv6. */
  public Ipv6Header ipv6() {
    return ipv6;
  }

  /** Transport protocol. */
  public int protocol() {
    return protocol;
  }

  /** Offset of the transport header. */
  public int transport() {
    return transport;
  }

  /** Whether it is a fragment but not the first. */
  public boolean isLaterFragment() {
    return isLaterFragment;
  }

  /** Whether its protocol has ports and they are quoted. */
  public boolean hasPorts() {
    return hasPorts;
  }

  /** First half of an IPv6 source; 0 for IPv4. */
  public long sourceHigh() {
    return isV6 ? ipv6.sourceHigh() : 0;
  }

  /** Second half of the source; IPv4 in the low 32 bits. */
  public long sourceLow() {
    return isV6 ? ipv6.sourceLow() : ipv4.source() & 0xffff_ffffL;
  }

  /** First half of an IPv6 destination; 0 for IPv4. */
  public long destinationHigh() {
    return isV6 ? ipv6.destinationHigh() : 0;
  }

  /** Second half of the destination; IPv4 in the low 32 bits. */
  public long destinationLow() {
    return isV6 ? ipv6.destinationLow() : ipv4.destination() & 0xffff_ffffL;
  }

  /** Source port, if {@link #hasPorts()}. */
  public int sourcePort() {
    return Memory.u16(address + transport);
  }

  /** Destination port, if {@link #hasPorts()}. */
  public int destinationPort() {
    return Memory.u16(address + transport + 2);
  }

  /** Sets source address and port, the IPv4 checksum too; transport checksums stay. */
  public void source(long high, long low, int port) {
    if (isV6) {
      ipv6.source(high, low);
    } else {
      ipv4.source((int) low);
      ipv4.writeChecksum();
    }
    Memory.put16(address + transport, port);
  }

  /** Sets destination address and port, the IPv4 checksum too; transport checksums stay. */
  public void destination(long high, long low, int port) {
    if (isV6) {
      ipv6.destination(high, low);
    } else {
      ipv4.destination((int) low);
      ipv4.writeChecksum();
    }
    Memory.put16(address + transport + 2, port);
  }
}
