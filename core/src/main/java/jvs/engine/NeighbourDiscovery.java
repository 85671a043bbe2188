package jvs.engine;

import jvs.route.Link;
import jvs.route.NeighbourTable;
import jvs.wire.Checksum;
import jvs.wire.Endpoint;
import jvs.wire.IcmpHeader;
import jvs.wire.NeighbourMessage;
import jvs.wire.Packet;

/**
 * Learns IPv6 neighbours from what they say and answers for the VIPs that are the director's own
 * (RFC 4861 section 7).
 *
 * <p>One thread, its worker's; the neighbour table is shared by all.
 */
final class NeighbourDiscovery {
  private static final int HOP_LIMIT = 255;

  private final NeighbourTable neighbours;
  private final Outbound outbound;
  private final NeighbourMessage message = new NeighbourMessage();

  /** Writes to {@code neighbours}, answers through {@code outbound}. */
  NeighbourDiscovery(NeighbourTable neighbours, Outbound outbound) {
    this.neighbours = neighbours;
    this.outbound = outbound;
  }

  /** Whether a packet is a neighbour solicitation or advertisement. */
  static boolean concerns(Packet packet) {
    if (!packet.isV6() || !packet.isIcmp() || packet.isFragment()) {
      return false;
    }
    int type = packet.icmp().type();
    return type == NeighbourMessage.SOLICITATION || type == NeighbourMessage.ADVERTISEMENT;
  }

  /** A solicitation or advertisement came in; what is not valid is the host's to drop. */
  int receive(Packet packet, Snapshot snapshot, long nowMillis) {
    int length = packet.transportLength();
    int reason = message.wrap(packet.address() + packet.transport(), length).check();
    Link link = snapshot.routes().link(packet.linkIndex());
    if (reason != 0 || link == null || !isValid(packet)) {
      return Verdict.PASSED;
    }
    long high = message.targetHigh();
    long low = message.targetLow();
    long mac = message.mac();
    if (message.type() == NeighbourMessage.ADVERTISEMENT) {
      if (mac != NeighbourMessage.NO_MAC) {
        neighbours.learn(packet.linkIndex(), high, low, mac, nowMillis, true);
      }
      return Verdict.PASSED;
    }
    // Who asks whether its address is free has none yet (RFC 4862).
    boolean hasAddress = packet.sourceHigh() != 0 || packet.sourceLow() != 0;
    if (hasAddress && mac != NeighbourMessage.NO_MAC) {
      boolean onlyKnown = !snapshot.routes().isAddressV6(high, low);
      neighbours.learn(
          packet.linkIndex(), packet.sourceHigh(), packet.sourceLow(), mac, nowMillis, onlyKnown);
    }
    if (!snapshot.isOwnVip(high, low)) {
      return Verdict.PASSED;
    }
    if (hasAddress) {
      outbound.advertise(
          link,
          NeighbourMessage.SOLICITED | NeighbourMessage.OVERRIDE,
          high,
          low,
          packet.ethernet().source(),
          packet.sourceHigh(),
          packet.sourceLow());
    } else {
      advertiseToAll(link, high, low);
    }
    return Verdict.CONSUMED;
  }

  /** RFC 4861 section 7.1: not from beyond the link, and intact. */
  private boolean isValid(Packet packet) {
    int length = packet.transportLength();
    long sum =
        Checksum.pseudoV6(
                packet.sourceHigh(),
                packet.sourceLow(),
                packet.destinationHigh(),
                packet.destinationLow(),
                IcmpHeader.PROTOCOL_V6,
                length)
            + Checksum.sum(packet.address() + packet.transport(), length);
    return packet.timeToLive() == HOP_LIMIT
        && message.code() == 0
        && message.targetHigh() >>> 56 != 0xff
        && Checksum.fold(sum) == 0xffff;
  }

  /** Tells everybody that own VIPs are here which were not before (RFC 4861 section 7.2.6). */
  void announce(Snapshot before, Snapshot now) {
    for (Endpoint vip : now.ownVips().endpoints()) {
      long high = vip.address().high();
      long low = vip.address().low();
      if (!vip.address().isV4() && !before.isOwnVip(high, low)) {
        for (Link link : outbound.links(now.routes())) {
          advertiseToAll(link, high, low);
        }
      }
    }
  }

  private void advertiseToAll(Link link, long high, long low) {
    outbound.advertise(
        link,
        NeighbourMessage.OVERRIDE,
        high,
        low,
        NeighbourFrames.groupMac(NeighbourFrames.ALL_NODES_LOW),
        NeighbourFrames.ALL_NODES_HIGH,
        NeighbourFrames.ALL_NODES_LOW);
  }
}
