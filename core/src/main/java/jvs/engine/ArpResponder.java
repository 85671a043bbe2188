package jvs.engine;

import jvs.route.Link;
import jvs.route.NeighbourTable;
import jvs.wire.ArpHeader;
import jvs.wire.Endpoint;
import jvs.wire.Packet;

/**
 * Learns neighbours from ARP and answers for the VIPs that are the director's own (RFC 826); for
 * IPv6 by {@link NeighbourDiscovery}.
 *
 * <p>One thread, its worker's; the neighbour table is shared by all.
 */
public final class ArpResponder {
  private static final long BROADCAST = 0xffff_ffff_ffffL;

  private final NeighbourTable neighbours;
  private final Outbound outbound;
  private final NeighbourDiscovery discovery;
  private final ArpHeader arp = new ArpHeader();

  /** Writes to {@code neighbours}, answers through {@code outbound}. */
  public ArpResponder(NeighbourTable neighbours, Outbound outbound) {
    this.neighbours = neighbours;
    this.outbound = outbound;
    discovery = new NeighbourDiscovery(neighbours, outbound);
  }

  /** Whether a frame is about who has which address. */
  static boolean concerns(Packet packet) {
    return packet.isArp() || NeighbourDiscovery.concerns(packet);
  }

  /** Such a frame came in. */
  int receive(Packet packet, Snapshot snapshot, long nowMillis) {
    if (packet.isV6()) {
      return discovery.receive(packet, snapshot, nowMillis);
    }
    int offset = packet.ethernet().length();
    int reason = arp.wrap(packet.address() + offset, packet.length() - offset).check();
    if (reason != 0) {
      return reason;
    }
    if (!arp.isIpv4OverEthernet() || arp.senderIp() == 0) {
      return Verdict.PASSED;
    }
    long sender = arp.senderIp() & 0xffff_ffffL;
    long target = arp.targetIp() & 0xffff_ffffL;
    boolean isForUs = snapshot.routes().isLocal(false, 0, target);
    neighbours.learn(packet.linkIndex(), 0, sender, arp.senderMac(), nowMillis, !isForUs);
    Link link = snapshot.routes().link(packet.linkIndex());
    if (arp.operation() != ArpHeader.REQUEST || link == null || !snapshot.isOwnVip(0, target)) {
      return Verdict.PASSED;
    }
    long requester = arp.senderMac();
    int vip = arp.targetIp();
    outbound.sendArp(link, ArpHeader.REPLY, requester, vip, requester, (int) sender);
    return Verdict.CONSUMED;
  }

  /** Tells everybody that own VIPs are here which were not before (gratuitous ARP, RFC 5227). */
  void announce(Snapshot before, Snapshot now) {
    for (Endpoint vip : now.ownVips().endpoints()) {
      if (vip.address().isV4() && !before.isOwnVip(0, vip.address().low())) {
        for (Link link : outbound.links(now.routes())) {
          int address = vip.address().v4();
          outbound.sendArp(link, ArpHeader.REQUEST, BROADCAST, address, 0, address);
        }
      }
    }
    discovery.announce(before, now);
    outbound.flush();
  }
}
