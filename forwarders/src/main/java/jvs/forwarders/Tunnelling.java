package jvs.forwarders;

import java.util.concurrent.atomic.AtomicInteger;
import jvs.flow.Connection;
import jvs.service.ServerSpec;
import jvs.spi.Forwarder;
import jvs.wire.Checksum;
import jvs.wire.DropReason;
import jvs.wire.EthernetHeader;
import jvs.wire.IpAddress;
import jvs.wire.Ipv4Header;
import jvs.wire.Ipv6Header;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.VnetHeader;
import org.jspecify.annotations.Nullable;

/**
 * Tunnelling, {@code -i}: the packet travels inside another one to the server, which unpacks it,
 * holds the VIP too and answers the client by itself (ip_vs_tunnel_xmit).
 *
 * <pre>
 *   Ethernet │ IP and TCP of the client              before
 *   Ethernet │ outer IP │ [GRE or UDP, GUE] │ IP …   after; grows into the headroom
 * </pre>
 *
 * <p>TTL, DF and TOS are copied outwards, but "congestion experienced" becomes "ECN capable"
 * (INET_ECN_encapsulate). The packet's own checksum is finished first: nobody will do it inside.
 */
final class Tunnelling implements Forwarder {
  private static final Encapsulation IPIP = new IpInIp();
  private static final Encapsulation GUE = new Gue();
  private static final Encapsulation GRE = new Gre();
  private static final int ECN = 3;
  private static final int ECN_CAPABLE = 2;
  private static final int FLOW_FACTOR = 0x9e3779b9;

  private final AtomicInteger identification = new AtomicInteger();

  @Override
  public int method() {
    return ServerSpec.TUNNEL;
  }

  private static Encapsulation encapsulation(ServerSpec server) {
    return switch (server.tunnelType()) {
      case ServerSpec.TUNNEL_GUE -> GUE;
      case ServerSpec.TUNNEL_GRE -> GRE;
      default -> IPIP;
    };
  }

  @Override
  public int overheadBytes(Connection connection, ServerSpec server) {
    return outerLength(connection) + encapsulation(server).headerLength(server.tunnelFlags());
  }

  private static int outerLength(Connection connection) {
    return connection.isServerV6() ? Ipv6Header.LENGTH : Ipv4Header.MIN_LENGTH;
  }

  @Override
  public int request(
      Packet packet,
      Connection connection,
      ServerSpec server,
      @Nullable IpAddress source,
      boolean copiesDontFragment) {
    int length = overheadBytes(connection, server) + packet.ipLength();
    if (source == null || length > 0xffff) {
      return DropReason.TUNNEL_IMPOSSIBLE.code();
    }
    if (VnetHeader.isSuperFrame(packet.address())) {
      return DropReason.SUPER_FRAME_IN_TUNNEL.code();
    }
    packet.finishChecksum();
    grow(packet, length - packet.ipLength());
    long outer = packet.address() + packet.network();
    Memory.put16(outer - 2, source.isV4() ? EthernetHeader.IPV4 : EthernetHeader.IPV6);
    Encapsulation encapsulation = encapsulation(server);
    encapsulation.write(
        outer + outerLength(connection),
        length - outerLength(connection),
        packet.isV6(),
        server.tunnelFlags(),
        server.tunnelPort(),
        flow(connection),
        addresses(source, connection));
    int protocol = encapsulation.protocol(packet.isV6());
    if (source.isV4()) {
      boolean dontFragment = copiesDontFragment && packet.isV4() && packet.ipv4().dontFragment();
      writeV4(outer, length, packet, protocol, dontFragment, source, connection);
    } else {
      writeV6(outer, length - Ipv6Header.LENGTH, packet, protocol, source, connection);
    }
    return 0;
  }

  /** Moves everything before the IP header down: virtio-net header, Ethernet header, tags. */
  private static void grow(Packet packet, int bytes) {
    long before = packet.address();
    long after = before - bytes;
    // A multiple of four bytes, tags too; too few for Memory.copy.
    for (int i = -VnetHeader.LENGTH; i < packet.network(); i += 4) {
      Memory.putInt(after + i, Memory.getInt(before + i));
    }
    packet.moveTo(after, bytes);
  }

  private void writeV4(
      long address,
      int length,
      Packet packet,
      int protocol,
      boolean dontFragment,
      IpAddress source,
      Connection connection) {
    Ipv4Header.writeAt(
        address,
        outerTypeOfService(packet),
        length,
        dontFragment ? 0 : identification.getAndIncrement(),
        dontFragment,
        packet.timeToLive(),
        protocol,
        source.v4(),
        (int) connection.serverLow());
  }

  private static void writeV6(
      long address,
      int payload,
      Packet packet,
      int protocol,
      IpAddress source,
      Connection connection) {
    Ipv6Header.writeAt(
        address,
        outerTypeOfService(packet),
        payload,
        protocol,
        packet.timeToLive(),
        source.high(),
        source.low(),
        connection.serverHigh(),
        connection.serverLow());
  }

  private static int outerTypeOfService(Packet packet) {
    int inner = packet.isV4() ? packet.ipv4().typeOfService() : packet.ipv6().trafficClass();
    return (inner & ECN) == ECN ? inner & ~ECN | ECN_CAPABLE : inner;
  }

  private static long addresses(IpAddress source, Connection connection) {
    return Checksum.halves(source.high())
        + Checksum.halves(source.low())
        + Checksum.halves(connection.serverHigh())
        + Checksum.halves(connection.serverLow());
  }

  private static int flow(Connection connection) {
    long client = connection.clientHigh() ^ connection.clientLow();
    int ports = connection.clientPort() << 16 | connection.virtualPort();
    int mixed = (Long.hashCode(client) * 31 + ports) * FLOW_FACTOR;
    return mixed ^ mixed >>> 15;
  }
}
