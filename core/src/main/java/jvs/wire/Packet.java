package jvs.wire;

/**
 * A frame taken apart: where its headers lie and what the director looks at.
 *
 * <p>One object a worker, dissected anew for each frame; nothing is copied. After {@link #dissect}
 * returned 0 the accessors may be used as far as {@link #isIp()} and {@link #hasPorts()} say. The
 * frame may move within its headroom ({@link #moveTo}); everything else stays relative to it.
 */
public final class Packet {
  /** IPPROTO_ESP. */
  public static final int ESP = 50;

  /** IPPROTO_AH. */
  public static final int AH = 51;

  private final EthernetHeader ethernet = new EthernetHeader();
  private final Ipv4Header ipv4 = new Ipv4Header();
  private final Ipv6Header ipv6 = new Ipv6Header();
  private final TcpHeader tcp = new TcpHeader();
  private final UdpHeader udp = new UdpHeader();
  private final IcmpHeader icmp = new IcmpHeader();
  private final SctpHeader sctp = new SctpHeader();
  private final QuotedPacket quoted = new QuotedPacket();

  private long address;
  private int length;
  private int linkIndex;
  private long mark;
  private int network;
  private int transport;
  private int protocol;
  private boolean isV4;
  private boolean isV6;
  private boolean isFragment;
  private boolean hasPorts;
  private boolean isIcmp;
  private int ipLength;
  private int largestFragment;
  private long sourceHigh;
  private long sourceLow;
  private long destinationHigh;
  private long destinationLow;
  private int sourcePort;
  private int destinationPort;

  /**
   * Takes the frame apart.
   *
   * @param linkIndex interface it came in on
   * @return 0, or the drop reason's code if a field makes it unusable
   */
  public int dissect(long address, int length, int linkIndex) {
    this.address = address;
    this.length = length;
    this.linkIndex = linkIndex;
    mark = 0;
    isV4 = false;
    isV6 = false;
    isFragment = false;
    hasPorts = false;
    isIcmp = false;
    largestFragment = 0;
    sourcePort = 0;
    destinationPort = 0;
    int reason = ethernet.wrap(address, length).check();
    if (reason != 0) {
      return reason;
    }
    network = ethernet.length();
    return switch (ethernet.type()) {
      case EthernetHeader.IPV4 -> dissectV4();
      case EthernetHeader.IPV6 -> dissectV6();
      default -> 0;
    };
  }

  private int dissectV4() {
    int reason = ipv4.wrap(address + network, length - network).check();
    if (reason != 0) {
      return reason;
    }
    isV4 = true;
    ipLength = ipv4.totalLength();
    length = network + ipLength;
    protocol = ipv4.protocol();
    transport = network + ipv4.headerLength();
    isFragment = ipv4.isFragment();
    sourceHigh = 0;
    long addresses = ipv4.addresses();
    sourceLow = addresses >>> 32;
    destinationHigh = 0;
    destinationLow = addresses & 0xffff_ffffL;
    // A first fragment may end within its transport header: it will be put together.
    int transportReason = isFragment && ipv4.fragmentOffset() > 0 ? 0 : dissectTransport();
    return isFragment ? 0 : transportReason;
  }

  private int dissectV6() {
    int reason = ipv6.wrap(address + network, length - network).check();
    if (reason != 0) {
      return reason;
    }
    isV6 = true;
    ipLength = Ipv6Header.LENGTH + ipv6.payloadLength();
    length = network + ipLength;
    protocol = ipv6.protocol();
    transport = network + ipv6.transportOffset();
    isFragment = ipv6.isFragment();
    sourceHigh = ipv6.sourceHigh();
    sourceLow = ipv6.sourceLow();
    destinationHigh = ipv6.destinationHigh();
    destinationLow = ipv6.destinationLow();
    int transportReason = isFragment && ipv6.fragmentOffset() > 0 ? 0 : dissectTransport();
    return isFragment ? 0 : transportReason;
  }

  private int dissectTransport() {
    int available = network + ipLength - transport;
    long header = address + transport;
    if (protocol == (isV4 ? IcmpHeader.PROTOCOL : IcmpHeader.PROTOCOL_V6)) {
      int reason = icmp.wrap(header, available).check();
      isIcmp = reason == 0;
      return reason;
    }
    int reason =
        switch (protocol) {
          case TcpHeader.PROTOCOL -> tcp.wrap(header, available).check();
          case UdpHeader.PROTOCOL -> udp.wrap(header, available).check();
          case SctpHeader.PROTOCOL -> sctp.wrap(header, available).check();
          default -> -1;
        };
    hasPorts = reason == 0;
    if (hasPorts) { // where all three have them
      int ports = Memory.i32(header);
      sourcePort = ports >>> 16;
      destinationPort = ports & 0xffff;
    }
    return Math.max(0, reason);
  }

  /** The frame was moved: the same bytes begin at {@code address} now, {@code grown} longer. */
  public void moveTo(long newAddress, int grown) {
    address = newAddress;
    length += grown;
  }

  /**
   * Makes a TCP packet longer: what lies before {@code offset} moves down into the headroom, {@code
   * bytes} behind it are to be filled in. IP's length fields follow; the rest is the caller's.
   */
  public void open(int offset, int bytes) {
    long before = address - VnetHeader.LENGTH;
    Memory.copy(before, before - bytes, (long) VnetHeader.LENGTH + offset);
    moveTo(address - bytes, bytes);
    ipLength += bytes;
    ethernet.wrap(address, length);
    if (isV4) {
      ipv4.wrap(address + network, ipLength).totalLength(ipLength);
    } else {
      ipv6.wrap(address + network, ipLength).payloadLength(ipLength - Ipv6Header.LENGTH);
    }
    tcp.wrap(address + transport, transportLength());
  }

  /**
   * Adds up the transport checksum that the sender left to the hardware
   * (VIRTIO_NET_HDR_F_NEEDS_CSUM) and marks the frame as complete. Not for super-frames.
   */
  public void finishChecksum() {
    if (!VnetHeader.needsChecksum(address)) {
      return;
    }
    if (isSctp()) {
      sctp.writeChecksum();
      VnetHeader.clear(address);
      return;
    }
    int start = VnetHeader.checksumStart(address);
    int field = start + VnetHeader.checksumOffset(address);
    if (start <= length && field + 2 <= length) {
      int checksum = Checksum.finish(Checksum.sum(address + start, length - start));
      Memory.put16(address + field, checksum == 0 && isUdp() ? 0xffff : checksum);
    }
    VnetHeader.clear(address);
  }

  /** Address of the frame's first octet. */
  public long address() {
    return address;
  }

  /** Frame's length in bytes, without padding behind an IP packet. */
  public int length() {
    return length;
  }

  /** Interface it came in on. */
  public int linkIndex() {
    return linkIndex;
  }

  /** Its firewall mark, 0 if it has none (skb->mark). */
  public long mark() {
    return mark;
  }

  /** Gives it a firewall mark. */
  public void mark(long value) {
    mark = value;
  }

  /** The Ethernet header. */
  public EthernetHeader ethernet() {
    return ethernet;
  }

  /** The IPv4 header, if {@link #isV4()}. */
  public Ipv4Header ipv4() {
    return ipv4;
  }

  /** The IPv6 header, if {@link #isV6()}. */
  public Ipv6Header ipv6() {
    return ipv6;
  }

  /** The TCP header, if {@link #isTcp()}. */
  public TcpHeader tcp() {
    return tcp;
  }

  /** The UDP header, if {@link #isUdp()}. */
  public UdpHeader udp() {
    return udp;
  }

  /** The ICMP header, if {@link #isIcmp()}. */
  public IcmpHeader icmp() {
    return icmp;
  }

  /** The SCTP header, if {@link #isSctp()}. */
  public SctpHeader sctp() {
    return sctp;
  }

  /** The packet that an ICMP error is about, if {@link #dissectQuoted()}. */
  public QuotedPacket quoted() {
    return quoted;
  }

  /** Takes apart what an ICMP error quotes; false if that is no IP packet. */
  public boolean dissectQuoted() {
    return quoted.wrap(
        address + transport + IcmpHeader.LENGTH, transportLength() - IcmpHeader.LENGTH, isV6);
  }

  /** Whether it is IPv4 or IPv6. */
  public boolean isIp() {
    return isV4 | isV6;
  }

  /** Whether it is IPv4. */
  public boolean isV4() {
    return isV4;
  }

  /** Whether it is IPv6. */
  public boolean isV6() {
    return isV6;
  }

  /** Whether the frame is ARP. */
  public boolean isArp() {
    return ethernet.type() == EthernetHeader.ARP;
  }

  /** Whether it is TCP and its header is here. */
  public boolean isTcp() {
    return hasPorts && protocol == TcpHeader.PROTOCOL;
  }

  /** Whether it is UDP and its header is here. */
  public boolean isUdp() {
    return hasPorts && protocol == UdpHeader.PROTOCOL;
  }

  /** Whether it is SCTP and its header is here. */
  public boolean isSctp() {
    return hasPorts && protocol == SctpHeader.PROTOCOL;
  }

  /** Whether it is ICMP of its IP version and its header is here. */
  public boolean isIcmp() {
    return isIcmp;
  }

  /** Whether it is a fragment, first or later. */
  public boolean isFragment() {
    return isFragment;
  }

  /** It was put together from fragments of up to {@code bytes} bytes, header included. */
  public void reassembledFrom(int bytes) {
    largestFragment = bytes;
  }

  /** Length of the largest fragment that it was put together from, 0 if it came whole. */
  public int largestFragment() {
    return largestFragment;
  }

  /** Whether it is TCP, UDP or SCTP and the ports are here. */
  public boolean hasPorts() {
    return hasPorts;
  }

  /** Whether it is ESP, or AH over IPv4; fragments too. Over IPv6 AH is an extension header. */
  public boolean isIpsec() {
    return isIp() && (protocol == ESP || protocol == AH);
  }

  /** Offset of the IP header in the frame. */
  public int network() {
    return network;
  }

  /** Offset of the transport header in the frame. */
  public int transport() {
    return transport;
  }

  /** Transport protocol. */
  public int protocol() {
    return protocol;
  }

  /** Bytes of the IP packet: header and payload, without padding. */
  public int ipLength() {
    return ipLength;
  }

  /** Bytes of the IP packet behind its headers. */
  public int transportLength() {
    return network + ipLength - transport;
  }

  /** First half of an IPv6 source; 0 for IPv4. */
  public long sourceHigh() {
    return sourceHigh;
  }

  /** Second half of the source; IPv4 in the low 32 bits. */
  public long sourceLow() {
    return sourceLow;
  }

  /** First half of an IPv6 destination; 0 for IPv4. */
  public long destinationHigh() {
    return destinationHigh;
  }

  /** Second half of the destination; IPv4 in the low 32 bits. */
  public long destinationLow() {
    return destinationLow;
  }

  /** Source port, if {@link #hasPorts()}. */
  public int sourcePort() {
    return sourcePort;
  }

  /** Destination port, if {@link #hasPorts()}. */
  public int destinationPort() {
    return destinationPort;
  }

  /** TTL or hop limit. */
  public int timeToLive() {
    return isV4 ? ipv4.timeToLive() : ipv6.hopLimit();
  }

  /** Decrements TTL or hop limit, checksum included. */
  public void decrementTimeToLive() {
    if (isV4) {
      ipv4.decrementTimeToLive();
    } else {
      ipv6.decrementHopLimit();
    }
  }

  @Override
  public String toString() {
    Object inner = isTcp() ? tcp : isUdp() ? udp : isIcmp() ? icmp : "";
    return isIp() ? (isV4 ? ipv4.toString() : ipv6.toString()) + " " + inner : ethernet.toString();
  }
}
