package jvs.engine;

import jvs.route.NextHop;
import jvs.wire.Checksum;
import jvs.wire.DropReason;
import jvs.wire.IcmpHeader;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/**
 * Does for a packet what this host's own stack would do, had it seen it.
 *
 * <p>The kernel's stack is kept from the packets of services and of NAT servers' ports, or it would
 * answer or forward them a second time. Where IPVS lets such a packet pass after all, the client
 * still expects a reset or an error, and a server that talks to somebody through this router
 * expects to be routed. One thread.
 */
public final class HostStack {
  private static final int ETHERNET_LENGTH = 14;
  private static final int TTL = 64;

  private final Outbound outbound;
  private final IcmpErrors errors;
  private final Ipv4Header ipv4 = new Ipv4Header();
  private final Ipv6Header ipv6 = new Ipv6Header();
  private final TcpHeader tcp = new TcpHeader();

  /** Answers through {@code outbound}. */
  public HostStack(Outbound outbound, IcmpErrors errors) {
    this.outbound = outbound;
    this.errors = errors;
  }

  /** A packet that IPVS has no interest in: the host's, or ours in its stead. */
  int passed(Packet packet, boolean isLocal, Snapshot snapshot, long nowMillis) {
    if (isLocal) {
      return mustAnswer(packet, snapshot) ? answer(packet, nowMillis) : Verdict.PASSED;
    }
    return snapshot.isHiddenFromHost(packet) ? forward(packet, nowMillis) : Verdict.PASSED;
  }

  /**
   * Whether the host's stack does not see this packet to a local address, so that we stand in: it
   * is for a service's port or mark or a VIP of our own, like a FULLNAT server's reply, or we
   * replay a recording.
   */
  private static boolean mustAnswer(Packet packet, Snapshot snapshot) {
    long high = packet.destinationHigh();
    long low = packet.destinationLow();
    return snapshot.standsForHost()
        || snapshot.isOwnVip(high, low)
        || snapshot.isFromFullNatServer(packet)
        || (packet.hasPorts()
            && snapshot
                .servicePorts()
                .contains(packet.protocol(), high, low, packet.destinationPort()))
        || snapshot.marks().hides(packet);
  }

  /** Answers a packet to a local address where nothing listens: reset, or port unreachable. */
  int answer(Packet packet, long nowMillis) {
    if (isMartian(packet) || isLocal(packet.isV6(), packet.sourceHigh(), packet.sourceLow())) {
      return DropReason.MARTIAN_SOURCE.code();
    }
    if (packet.isTcp()) {
      return reset(packet, nowMillis);
    }
    if (packet.isUdp()) {
      errors.portUnreachable(packet, nowMillis);
      return Verdict.CONSUMED;
    }
    if (packet.isSctp()) {
      errors.protocolUnreachable(packet, nowMillis);
      return Verdict.CONSUMED;
    }
    if (isEchoRequest(packet)) {
      return echo(packet, nowMillis);
    }
    return DropReason.NOT_FORWARDED.code();
  }

  /** Routes a packet of somebody else, as a router does (ip_forward). */
  int forward(Packet packet, long nowMillis) {
    NextHop hop = outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
    int reason = admit(packet, hop, nowMillis);
    return reason != 0 ? reason : outbound.forward(packet, hop, nowMillis);
  }

  /** Would route a packet, but tells its sender that its port is unreachable (nat_icmp_send). */
  int refuse(Packet packet, long nowMillis) {
    NextHop hop = outbound.lookup(packet.isV6(), packet.destinationHigh(), packet.destinationLow());
    int reason = admit(packet, hop, nowMillis);
    if (reason != 0) {
      return reason;
    }
    errors.portUnreachable(packet, nowMillis);
    return DropReason.NO_SERVER.code();
  }

  private int admit(Packet packet, NextHop hop, long nowMillis) {
    if (!outbound.routes().table().state().forwardsIpv4()) {
      return DropReason.NOT_FORWARDED.code();
    }
    if (isMartian(packet)) {
      return DropReason.MARTIAN_SOURCE.code();
    }
    return passThrough(packet, hop, nowMillis);
  }

  /**
   * A packet from outside whose source no packet from there has; the kernel drops it unseen
   * (fib_validate_source, ip6_rcv_core).
   */
  boolean isMartian(Packet packet) {
    return packet.isV4()
        ? isMartianV4((int) packet.sourceLow())
        : isMartianV6(packet.sourceHigh(), packet.sourceLow());
  }

  private boolean isMartianV4(int source) {
    int first = source >>> 24;
    boolean isMulticast = first >= 224 && first < 240;
    return first == 0
        || first == 127
        || isMulticast
        || outbound.routes().table().isOwnOrBroadcast(source & 0xffff_ffffL)
        || source == -1;
  }

  /** Multicast, unspecified, loopback, or IPv4 in disguise. */
  private static boolean isMartianV6(long high, long low) {
    boolean isMapped = high == 0 && low >>> 32 == 0xffff;
    return high >>> 56 == 0xff || (high == 0 && low >>> 1 == 0) || isMapped;
  }

  /**
   * What a router does with a packet before IPVS sees it as a reply, and errors quote it as it came
   * (ip_forward up to its hook): TTL, MTU.
   *
   * @return 0, or the reason to drop it
   */
  int passThrough(Packet packet, NextHop hop, long nowMillis) {
    if (hop.link() == null || hop.neighbour() == null) {
      errors.hostUnreachable(packet, nowMillis);
      return DropReason.NO_ROUTE.code();
    }
    if (packet.timeToLive() <= 1) {
      errors.timeExceeded(packet, nowMillis);
      return DropReason.TTL_EXCEEDED.code();
    }
    boolean mustNotFragment = packet.isV6() || packet.ipv4().dontFragment();
    if (mustNotFragment && isTooBig(packet, hop.link().mtu())) {
      errors.tooBig(packet, hop.link().mtu(), nowMillis);
      return DropReason.FRAGMENTATION_NEEDED.code();
    }
    packet.decrementTimeToLive();
    return 0;
  }

  /** Whether a packet, a segment of a super-frame or what came in fragments does not fit a link. */
  static boolean isTooBig(Packet packet, int mtu) {
    int largest = packet.largestFragment();
    if ((largest == 0 ? packet.ipLength() : largest) <= mtu) {
      return false;
    }
    if (!VnetHeader.isSuperFrame(packet.address())) {
      return true;
    }
    int headers = packet.transport() - packet.network();
    int transport = packet.isTcp() ? packet.tcp().headerLength() : 8;
    return headers + transport + VnetHeader.segmentSize(packet.address()) > mtu;
  }

  private boolean isLocal(boolean isV6, long high, long low) {
    return outbound.routes().table().isLocal(isV6, high, low);
  }

  static boolean isEchoRequest(Packet packet) {
    return packet.isIcmp()
        && packet.icmp().type()
            == (packet.isV4() ? IcmpHeader.ECHO_REQUEST : IcmpHeader.V6_ECHO_REQUEST);
  }

  /** Echo reply (RFC 792): the same packet turned round. */
  int echo(Packet packet, long nowMillis) {
    int length = packet.network() + packet.ipLength();
    if (length > ScratchFrames.FRAME_BYTES || packet.isFragment() || hasOptions(packet)) {
      return DropReason.NOT_FORWARDED.code();
    }
    NextHop hop = outbound.lookup(packet.isV6(), packet.sourceHigh(), packet.sourceLow());
    long frame = outbound.newFrame();
    Memory.copy(packet.address(), frame, length);
    long icmp = frame + packet.transport();
    int before = Memory.u16(icmp);
    int type = packet.isV4() ? IcmpHeader.ECHO_REPLY : IcmpHeader.V6_ECHO_REPLY;
    Memory.put8(icmp, type);
    int after = Memory.u16(icmp);
    Memory.put16(
        icmp + 2, Checksum.update(packet.icmp().checksum(), Checksum.delta16(before, after)));
    if (packet.isV4()) {
      ipv4.wrap(frame + packet.network(), packet.ipLength())
          .write(
              packet.ipv4().typeOfService(),
              packet.ipLength(),
              packet.ipv4().identification(),
              false,
              TTL,
              IcmpHeader.PROTOCOL,
              (int) packet.destinationLow(),
              (int) packet.sourceLow());
    } else {
      ipv6.wrap(frame + packet.network(), packet.ipLength());
      ipv6.source(packet.destinationHigh(), packet.destinationLow());
      ipv6.destination(packet.sourceHigh(), packet.sourceLow());
    }
    outbound.sendOwn(frame, length, hop, nowMillis);
    return Verdict.CONSUMED;
  }

  private static boolean hasOptions(Packet packet) {
    return packet.isV4() && packet.ipv4().headerLength() != Ipv4Header.MIN_LENGTH;
  }

  /** RFC 9293 section 3.10.7.1: the reset that a closed port sends. */
  private int reset(Packet packet, long nowMillis) {
    TcpHeader got = packet.tcp();
    if ((got.flags() & TcpHeader.RST) != 0 || !isTransportIntact(packet)) {
      return Verdict.CONSUMED;
    }
    NextHop hop = outbound.lookup(packet.isV6(), packet.sourceHigh(), packet.sourceLow());
    if (hop.link() == null) {
      return DropReason.NO_ROUTE.code();
    }
    long frame = outbound.newFrame();
    long network = frame + ETHERNET_LENGTH;
    int headerLength = packet.isV4() ? Ipv4Header.MIN_LENGTH : Ipv6Header.LENGTH;
    long transport = network + headerLength;
    boolean hasAck = (got.flags() & TcpHeader.ACK) != 0;
    int consumed =
        packet.transportLength()
            - got.headerLength()
            + ((got.flags() & TcpHeader.SYN) != 0 ? 1 : 0)
            + ((got.flags() & TcpHeader.FIN) != 0 ? 1 : 0);
    tcp.wrap(transport, TcpHeader.MIN_LENGTH)
        .write(
            /* sourcePort= */ packet.destinationPort(),
            /* destinationPort= */ packet.sourcePort(),
            hasAck ? got.acknowledgmentNumber() : 0,
            hasAck ? 0 : got.sequenceNumber() + consumed,
            hasAck ? TcpHeader.RST : TcpHeader.RST | TcpHeader.ACK);
    Memory.put16(frame + ETHERNET_LENGTH - 2, packet.ethernet().type());
    long pseudo = pseudo(packet, TcpHeader.MIN_LENGTH);
    tcp.checksum(Checksum.finish(pseudo + Checksum.sum(transport, TcpHeader.MIN_LENGTH)));
    writeIpReply(network, packet, TcpHeader.PROTOCOL, TcpHeader.MIN_LENGTH);
    int length = ETHERNET_LENGTH + headerLength + TcpHeader.MIN_LENGTH;
    outbound.sendOwn(frame, length, hop, nowMillis);
    return Verdict.CONSUMED;
  }

  private void writeIpReply(long network, Packet packet, int protocol, int payload) {
    if (packet.isV4()) {
      ipv4.wrap(network, Ipv4Header.MIN_LENGTH + payload)
          .write(
              packet.ipv4().typeOfService(),
              Ipv4Header.MIN_LENGTH + payload,
              0,
              true,
              TTL,
              protocol,
              (int) packet.destinationLow(),
              (int) packet.sourceLow());
    } else {
      ipv6.wrap(network, Ipv6Header.LENGTH + payload)
          .write(
              0,
              payload,
              protocol,
              TTL,
              /* sourceHigh= */ packet.destinationHigh(),
              /* sourceLow= */ packet.destinationLow(),
              /* destinationHigh= */ packet.sourceHigh(),
              /* destinationLow= */ packet.sourceLow());
    }
  }

  private static long pseudo(Packet packet, int length) {
    return packet.isV4()
        ? Checksum.pseudoV4(
            (int) packet.destinationLow(), (int) packet.sourceLow(), packet.protocol(), length)
        : Checksum.pseudoV6(
            /* sourceHigh= */ packet.destinationHigh(),
            /* sourceLow= */ packet.destinationLow(),
            /* destinationHigh= */ packet.sourceHigh(),
            /* destinationLow= */ packet.sourceLow(),
            packet.protocol(),
            length);
  }

  /** Whether the TCP header's length and checksum are right, as the host's stack asks first. */
  private static boolean isTransportIntact(Packet packet) {
    int length = packet.transportLength();
    int header = packet.tcp().headerLength();
    if (header < TcpHeader.MIN_LENGTH || header > length) {
      return false;
    }
    if (VnetHeader.needsChecksum(packet.address())) {
      return true;
    }
    long sum = Checksum.sum(packet.address() + packet.transport(), length);
    return Checksum.fold(pseudo(packet, length) + sum) == 0xffff;
  }
}
