package jvs.engine;

import jvs.route.RouteTable;
import jvs.service.MarkRules;
import jvs.table.ServiceIndex;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Packet;
import jvs.wire.QuotedPacket;

/**
 * What the control plane tells the workers, as one immutable object that they pick up at the start
 * of a duty cycle.
 *
 * @param services the services
 * @param marks firewall marks of packets
 * @param routes the routes; own VIPs have a local route each
 * @param servicePorts virtual endpoints, whose packets the host's stack does not see
 * @param serverPorts endpoints of NAT servers, whose packets the host's stack does not see
 * @param hostPorts endpoints that servers on this host send replies from
 * @param ownVips VIPs and local addresses that are the director's alone: it answers ARP and ping
 *     for them
 * @param localAddresses what FULLNAT connections may come from, with any port
 * @param fullNatServers endpoints of FULLNAT servers, whose replies go to local addresses
 * @param workers how many share the traffic
 * @param standsForHost whether no host's stack sees any packet: a replay of recordings
 */
public record Snapshot(
    ServiceIndex services,
    MarkRules marks,
    RouteTable routes,
    EndpointSet servicePorts,
    EndpointSet serverPorts,
    EndpointSet hostPorts,
    EndpointSet ownVips,
    EndpointSet localAddresses,
    EndpointSet fullNatServers,
    int workers,
    boolean standsForHost) {
  /** Nothing configured. */
  public static final Snapshot EMPTY =
      new Snapshot(
          ServiceIndex.EMPTY,
          MarkRules.EMPTY,
          RouteTable.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          EndpointSet.EMPTY,
          1,
          false);

  /** Whether a packet comes to a local address of FULLNAT. */
  boolean isToLocalAddress(Packet packet) {
    return localAddresses.containsAddress(packet.destinationHigh(), packet.destinationLow());
  }

  /** Whether a packet has the ends of a FULLNAT server's reply. */
  boolean isFromFullNatServer(Packet packet) {
    return packet.hasPorts()
        && packet.destinationPort() >= LocalPorts.FIRST
        && packet.destinationPort() <= LocalPorts.LAST
        && isToLocalAddress(packet)
        && fullNatServers.contains(
            packet.protocol(), packet.sourceHigh(), packet.sourceLow(), packet.sourcePort());
  }

  /** Whether an address is a VIP of the director alone. */
  boolean isOwnVip(long high, long low) {
    return ownVips.contains(EndpointSet.ANY_PROTOCOL, high, low, 0);
  }

  /**
   * Whether the host's stack does not see this packet, which is routed through it: what a NAT
   * server sends from its port or in fragments, and errors about what it got there.
   */
  boolean isHiddenFromHost(Packet packet) {
    boolean isInPieces = packet.isFragment() || packet.largestFragment() != 0;
    return standsForHost
        || (packet.hasPorts()
            && serverPorts.contains(
                packet.protocol(), packet.sourceHigh(), packet.sourceLow(), packet.sourcePort()))
        || (isInPieces && serverPorts.containsAddress(packet.sourceHigh(), packet.sourceLow()))
        || (packet.isIcmp() && isAboutServer(packet));
  }

  private boolean isAboutServer(Packet packet) {
    if (!packet.icmp().isError(packet.isV6()) || !packet.dissectQuoted()) {
      return false;
    }
    QuotedPacket quoted = packet.quoted();
    int plainHeader = packet.isV6() ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
    return quoted.hasPorts()
        && quoted.transport() == plainHeader
        && serverPorts.contains(
            quoted.protocol(),
            quoted.destinationHigh(),
            quoted.destinationLow(),
            quoted.destinationPort());
  }
}
