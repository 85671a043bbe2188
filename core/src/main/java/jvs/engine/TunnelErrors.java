package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerSpec;
import jvs.wire.Checksum;
import jvs.wire.DropReason;
import jvs.wire.EthernetHeader;
import jvs.wire.Ipv4Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.QuotedPacket;
import jvs.wire.UdpHeader;

/**
 * ICMP errors about our own tunnels' packets: the client is told in turn, and what fits through the
 * path is remembered (the tunnel part of ip_vs_in_icmp; IPv4 only, as there). One thread.
 */
final class TunnelErrors {
  private static final int IP_IN_IP = 4;
  private static final int GRE = 47;
  private static final int GRE_LENGTH = 4;
  private static final int GRE_CHECKSUM_PRESENT = 0x8000;
  private static final int GUE_LENGTH = UdpHeader.LENGTH + 4;
  private static final int SMALLEST_MTU = 68;

  private final ConnectionTable table;
  private final RealServers servers;
  private final TrafficCounters traffic;
  private final Transmitter transmitter;
  private final Outbound outbound;
  private final IcmpErrors errors;
  private final FlowKey flow;
  private final Connection connection;
  private final QuotedPacket inner = new QuotedPacket();

  TunnelErrors(
      ConnectionTable table,
      RealServers servers,
      TrafficCounters traffic,
      Transmitter transmitter,
      Outbound outbound,
      IcmpErrors errors,
      FlowKey flow) {
    this.table = table;
    this.servers = servers;
    this.traffic = traffic;
    this.transmitter = transmitter;
    this.outbound = outbound;
    this.errors = errors;
    this.flow = flow;
    connection = new Connection(table);
  }

  /** An error whose quoted packet was looked at: a verdict, or {@link RelatedIcmp#UNRELATED}. */
  int receive(Packet packet, long nowMillis) {
    QuotedPacket outer = packet.quoted();
    if (packet.isV6() || !isOurs(outer)) {
      return RelatedIcmp.UNRELATED;
    }
    int header = headerLength(outer);
    int offset = outer.transport() + header;
    if (header < 0
        || offset > outer.length()
        || !inner.wrap(outer.address() + offset, outer.length() - offset, false)
        || !inner.hasPorts()) {
      return RelatedIcmp.UNRELATED;
    }
    flow.set(
        false,
        inner.protocol(),
        0,
        inner.sourceLow(),
        inner.sourcePort(),
        0,
        inner.destinationLow(),
        inner.destinationPort());
    int slot = table.findRequest(flow);
    if (slot == ConnectionTable.NONE || !goesThrough(outer, slot)) {
      return RelatedIcmp.UNRELATED;
    }
    long sum = Checksum.sum(packet.address() + packet.transport(), packet.transportLength());
    if (Checksum.fold(sum) != 0xffff) {
      return DropReason.ICMP_CHECKSUM.code();
    }
    return tell(packet, outer, nowMillis);
  }

  private boolean isOurs(QuotedPacket outer) {
    return outbound.routes().table().isLocal(false, 0, outer.sourceLow());
  }

  /** Bytes between the outer IP header and the client's packet, or -1 if this is no tunnel. */
  private static int headerLength(QuotedPacket outer) {
    long header = outer.address() + outer.transport();
    int available = outer.length() - outer.transport();
    return switch (outer.protocol()) {
      case IP_IN_IP -> 0;
      case GRE -> greLength(header, available);
      case UdpHeader.PROTOCOL -> gueLength(header, available);
      default -> -1;
    };
  }

  private static int greLength(long header, int available) {
    if (available < GRE_LENGTH || Memory.u16(header + 2) != EthernetHeader.IPV4) {
      return -1;
    }
    boolean hasChecksum = (Memory.u16(header) & GRE_CHECKSUM_PRESENT) != 0;
    return hasChecksum ? 2 * GRE_LENGTH : GRE_LENGTH;
  }

  private static int gueLength(long header, int available) {
    if (available < GUE_LENGTH || Memory.u8(header + UdpHeader.LENGTH + 1) != IP_IN_IP) {
      return -1;
    }
    return GUE_LENGTH + (Memory.u8(header + UdpHeader.LENGTH) & 31) * 4;
  }

  /** Whether the connection's packets travel in such a tunnel. */
  private boolean goesThrough(QuotedPacket outer, int slot) {
    RealServer server = servers.byId(connection.at(slot).serverId());
    if (server == null
        || connection.method() != ServerSpec.TUNNEL
        || connection.isServerV6()
        || connection.serverLow() != outer.destinationLow()) {
      return false;
    }
    ServerSpec spec = server.spec();
    return switch (outer.protocol()) {
      case IP_IN_IP -> spec.tunnelType() == ServerSpec.TUNNEL_IPIP;
      case GRE -> spec.tunnelType() == ServerSpec.TUNNEL_GRE;
      default ->
          spec.tunnelType() == ServerSpec.TUNNEL_GUE
              && spec.tunnelPort() == outer.destinationPort();
    };
  }

  /**
   * Tells the client. Of what does not fit it hears only if it set DF, and the MTU is that known
   * before less the outer IP header: IPVS asks a route that has not heard yet.
   */
  private int tell(Packet packet, QuotedPacket outer, long nowMillis) {
    int type = packet.icmp().type();
    int code = packet.icmp().code();
    int rest = packet.icmp().rest();
    if (packet.icmp().isFragmentationNeeded()) {
      int before = transmitter.pathMtu(connection, nowMillis);
      transmitter.paths().learn(0, outer.destinationLow(), rest & 0xffff, nowMillis);
      if (!inner.ipv4().dontFragment()) {
        return Verdict.CONSUMED;
      }
      boolean isRoomy = before > SMALLEST_MTU + Ipv4Header.MIN_LENGTH;
      rest = isRoomy ? before - Ipv4Header.MIN_LENGTH : before;
    }
    errors.sendAboutV4(inner.address(), inner.length(), type, code, rest, nowMillis);
    RealServer server = servers.byId(connection.serverId());
    if (server != null && server.isAvailable()) {
      traffic.reply(server.id(), server.serviceId(), packet.ipLength());
    }
    return Verdict.CONSUMED;
  }
}
