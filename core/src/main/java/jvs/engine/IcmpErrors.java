package jvs.engine;

import jvs.route.NextHop;
import jvs.route.RouteTable;
import jvs.wire.Checksum;
import jvs.wire.EthernetHeader;
import jvs.wire.IcmpHeader;
import jvs.wire.IpAddress;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;

/**
 * Tells the sender of a packet why it went no further (icmp_send and icmpv6_send of the kernel; RFC
 * 792, RFC 1812 section 4.3.2, RFC 4443).
 *
 * <p>Never about an ICMP error, a later fragment, a broadcast or a multicast. One thread.
 */
public final class IcmpErrors {
  private static final int ETHERNET_LENGTH = 14;
  private static final int LARGEST_V4 = 576;
  private static final int LARGEST_V6 = 1280;
  private static final int INTERNETWORK_CONTROL = 0xc0;
  private static final int TOS_BITS = 0x1e;
  private static final int TTL = 64;

  private final Outbound outbound;
  private final Ipv4Header ipv4 = new Ipv4Header();
  private final Ipv6Header ipv6 = new Ipv6Header();
  private final IcmpHeader icmp = new IcmpHeader();
  private int identification;
  private long sourceHigh;
  private long sourceLow;

  /** Sends through {@code outbound}. */
  public IcmpErrors(Outbound outbound) {
    this.outbound = outbound;
  }

  /** Port unreachable: nobody serves what {@code packet} asks for. */
  void portUnreachable(Packet packet, long nowMillis) {
    if (packet.isV4()) {
      send(packet, IcmpHeader.UNREACHABLE, IcmpHeader.PORT, 0, nowMillis);
    } else {
      send(packet, IcmpHeader.V6_UNREACHABLE, IcmpHeader.V6_PORT, 0, nowMillis);
    }
  }

  /** Protocol unreachable: nobody here speaks it. */
  void protocolUnreachable(Packet packet, long nowMillis) {
    if (packet.isV4()) {
      send(packet, IcmpHeader.UNREACHABLE, IcmpHeader.NO_PROTOCOL, 0, nowMillis);
    }
  }

  /** Host unreachable: there is no way to the next hop. */
  void hostUnreachable(Packet packet, long nowMillis) {
    if (packet.isV4()) {
      send(packet, IcmpHeader.UNREACHABLE, IcmpHeader.HOST, 0, nowMillis);
    } else {
      send(packet, IcmpHeader.V6_UNREACHABLE, 0, 0, nowMillis);
    }
  }

  /** Time exceeded in transit. */
  void timeExceeded(Packet packet, long nowMillis) {
    if (packet.isV4()) {
      send(packet, IcmpHeader.TIME_EXCEEDED, 0, 0, nowMillis);
    } else {
      send(packet, IcmpHeader.V6_TIME_EXCEEDED, 0, 0, nowMillis);
    }
  }

  /** Not all fragments came in time. */
  void reassemblyTimeExceeded(Packet packet, long nowMillis) {
    int type = packet.isV4() ? IcmpHeader.TIME_EXCEEDED : IcmpHeader.V6_TIME_EXCEEDED;
    send(packet, type, IcmpHeader.REASSEMBLY, 0, nowMillis);
  }

  /** Too big for a link of {@code mtu} bytes. */
  void tooBig(Packet packet, int mtu, long nowMillis) {
    if (packet.isV4()) {
      send(packet, IcmpHeader.UNREACHABLE, IcmpHeader.FRAGMENTATION_NEEDED, mtu, nowMillis);
    } else {
      send(packet, IcmpHeader.V6_TOO_BIG, 0, mtu, nowMillis);
    }
  }

  private void send(Packet packet, int type, int code, int rest, long nowMillis) {
    if (!mayComplainAbout(packet)) {
      return;
    }
    if (packet.isV4()) {
      long network = packet.address() + packet.network();
      sendAboutV4(network, packet.ipLength(), type, code, rest, nowMillis);
      return;
    }
    NextHop hop = outbound.lookup(true, packet.sourceHigh(), packet.sourceLow());
    if (!hop.isLocal() && hop.link() != null) {
      chooseSource(true, packet.destinationHigh(), packet.destinationLow(), hop);
      sendV6(packet, type, code, rest, hop, nowMillis);
    }
  }

  /** Sends an error about the IPv4 packet of which {@code length} bytes lie at an address. */
  void sendAboutV4(long packet, int length, int type, int code, int rest, long nowMillis) {
    ipv4.wrap(packet, length);
    int client = ipv4.source();
    int typeOfService = ipv4.typeOfService() & TOS_BITS | INTERNETWORK_CONTROL;
    NextHop hop = outbound.lookup(false, 0, client & 0xffff_ffffL);
    if (hop.isLocal() || hop.link() == null) {
      return;
    }
    chooseSource(false, 0, ipv4.destination() & 0xffff_ffffL, hop);
    int quoted = Math.min(length, LARGEST_V4 - Ipv4Header.MIN_LENGTH - IcmpHeader.LENGTH);
    int icmpLength = IcmpHeader.LENGTH + quoted;
    long frame = outbound.newFrame();
    long network = frame + ETHERNET_LENGTH;
    long transport = network + Ipv4Header.MIN_LENGTH;
    Memory.put16(frame + ETHERNET_LENGTH - 2, EthernetHeader.IPV4);
    Memory.copy(packet, transport + IcmpHeader.LENGTH, quoted);
    icmp.wrap(transport, icmpLength).write(type, code, rest);
    icmp.checksum(Checksum.finish(Checksum.sum(transport, icmpLength)));
    Ipv4Header.writeAt(
        network,
        typeOfService,
        Ipv4Header.MIN_LENGTH + icmpLength,
        identification++,
        false,
        TTL,
        IcmpHeader.PROTOCOL,
        (int) sourceLow,
        client);
    outbound.sendOwn(frame, ETHERNET_LENGTH + Ipv4Header.MIN_LENGTH + icmpLength, hop, nowMillis);
  }

  private static boolean mayComplainAbout(Packet packet) {
    if (EthernetHeader.isGroup(packet.ethernet().destination())) {
      return false;
    }
    if (packet.isV4()) {
      boolean isQuery =
          packet.isIcmp()
              && (packet.icmp().type() == IcmpHeader.ECHO_REQUEST
                  || packet.icmp().type() == IcmpHeader.ECHO_REPLY
                  || packet.icmp().type() > 12);
      return packet.ipv4().fragmentOffset() == 0
          && (packet.protocol() != IcmpHeader.PROTOCOL || isQuery)
          && packet.sourceLow() != 0;
    }
    boolean isQuery = packet.isIcmp() && packet.icmp().type() >= IcmpHeader.V6_ECHO_REQUEST;
    return packet.ipv6().fragmentOffset() == 0
        && (packet.protocol() != IcmpHeader.PROTOCOL_V6 || isQuery)
        && (packet.sourceHigh() != 0 || packet.sourceLow() != 0);
  }

  /**
   * Answers for a local address come from it, others from the way back's own address. For IPv6 a
   * local network that is no address does not count (icmp6_send).
   */
  private void chooseSource(boolean isV6, long high, long low, NextHop hop) {
    IpAddress own = hop.source();
    RouteTable routes = outbound.routes().table();
    boolean isLocal = isV6 ? routes.isAddressV6(high, low) : routes.isLocal(false, high, low);
    sourceHigh = isLocal || own == null ? high : own.high();
    sourceLow = isLocal || own == null ? low : own.low();
  }

  private void sendV6(Packet packet, int type, int code, int rest, NextHop hop, long nowMillis) {
    int quoted = Math.min(packet.ipLength(), LARGEST_V6 - Ipv6Header.LENGTH - IcmpHeader.LENGTH);
    int icmpLength = IcmpHeader.LENGTH + quoted;
    long frame = outbound.newFrame();
    long network = frame + ETHERNET_LENGTH;
    long transport = network + Ipv6Header.LENGTH;
    Memory.put16(frame + ETHERNET_LENGTH - 2, EthernetHeader.IPV6);
    Memory.copy(packet.address() + packet.network(), transport + IcmpHeader.LENGTH, quoted);
    icmp.wrap(transport, icmpLength).write(type, code, rest);
    long pseudo =
        Checksum.pseudoV6(
            sourceHigh,
            sourceLow,
            packet.sourceHigh(),
            packet.sourceLow(),
            IcmpHeader.PROTOCOL_V6,
            icmpLength);
    icmp.checksum(Checksum.finish(pseudo + Checksum.sum(transport, icmpLength)));
    ipv6.wrap(network, Ipv6Header.LENGTH + icmpLength)
        .write(
            0,
            icmpLength,
            IcmpHeader.PROTOCOL_V6,
            TTL,
            sourceHigh,
            sourceLow,
            packet.sourceHigh(),
            packet.sourceLow());
    outbound.sendOwn(frame, ETHERNET_LENGTH + Ipv6Header.LENGTH + icmpLength, hop, nowMillis);
  }
}
