package jvs.wire;

import org.jspecify.annotations.Nullable;

/**
 * Every reason for which a frame is dropped; the only list of them.
 *
 * <p>Each has a counter whose label is {@link #label()}. Codes are 1 and up; 0 means "not dropped".
 */
public enum DropReason {
  /** Shorter than its Ethernet header and tags. */
  ETHERNET_TRUNCATED,
  /** Shorter than a minimal IPv4 header. */
  IPV4_TRUNCATED,
  /** Version is not 4. */
  IPV4_VERSION,
  /** IHL below 5 or beyond the packet. */
  IPV4_HEADER_LENGTH,
  /** Total length below the header's or beyond the frame. */
  IPV4_TOTAL_LENGTH,
  /** Header checksum is wrong. */
  IPV4_CHECKSUM,
  /** An option that its header cannot hold, or a source route, which routers refuse. */
  IPV4_OPTIONS,
  /**
   * Source is multicast, broadcast, loopback, unspecified or an address of this host (RFC 1812
   * section 5.3.7).
   */
  MARTIAN_SOURCE,
  /** Shorter than the IPv6 header. */
  IPV6_TRUNCATED,
  /** Version is not 6. */
  IPV6_VERSION,
  /** Payload length beyond the frame. */
  IPV6_PAYLOAD_LENGTH,
  /** Extension headers end beyond the packet or are too many. */
  IPV6_EXTENSIONS,
  /** Too short for its TCP header, or its data offset is impossible. */
  TCP_TRUNCATED,
  /** Too short for its UDP header, or its length field is impossible. */
  UDP_TRUNCATED,
  /** Too short for its SCTP header and a chunk. */
  SCTP_TRUNCATED,
  /** Too short for its ICMP header. */
  ICMP_TRUNCATED,
  /** An ARP packet for IPv4 over Ethernet that is too short. */
  ARP_TRUNCATED,
  /** An IPv6 fragment of a fragment; those are not put together. */
  FRAGMENT,
  /** A fragment that belongs to no possible datagram: empty, odd, too far behind. */
  FRAGMENT_INVALID,
  /** A fragment that was here before. */
  FRAGMENT_DUPLICATE,
  /** A fragment that contradicts others; its datagram is given up. */
  FRAGMENT_OVERLAP,
  /** Its connection's server was deleted. */
  SERVER_UNAVAILABLE,
  /** No server could take the connection; the client was told. */
  NO_SERVER,
  /** The service has no local address for FULLNAT; the client was told. */
  NO_LOCAL_ADDRESS,
  /** No port of the service's local addresses is free towards the server; the client was told. */
  NO_LOCAL_PORT,
  /** The connection table is full. */
  CONNECTION_TABLE_FULL,
  /** A scheduler threw: counted, and the connection is refused. */
  SCHEDULER_FAILED,
  /** The service's engine is sip, and the datagram has no Call-ID. */
  NO_CALL_ID,
  /** Dropped on purpose by drop_packet. */
  DROP_PACKET_DEFENCE,
  /** TTL or hop limit used up; the client was told. */
  TTL_EXCEEDED,
  /** Longer than the path's MTU with DF set; the client was told. */
  FRAGMENTATION_NEEDED,
  /** No route to the next hop. */
  NO_ROUTE,
  /** The route leads to an interface that the director does not work on. */
  NO_INTERFACE,
  /** The next hop's hardware address could not be resolved. */
  NEIGHBOUR_UNREACHABLE,
  /** Too many frames wait for hardware addresses. */
  NEIGHBOUR_QUEUE_FULL,
  /** The server is an address of this host, which this method cannot reach. */
  LOCAL_SERVER,
  /** An ICMP error about a connection whose checksum is wrong. */
  ICMP_CHECKSUM,
  /** The tunnel has no source address, or the packet with its outer header is too long. */
  TUNNEL_IMPOSSIBLE,
  /** A frame that stands for several segments cannot go into a tunnel. */
  SUPER_FRAME_IN_TUNNEL,
  /** The service's forwarding method is not provided. */
  METHOD_UNAVAILABLE,
  /** For this host, which was told to ignore it, and nobody listens. */
  NOT_FORWARDED,
  /** A bug of ours; the frame is kept for a dump. */
  INTERNAL_ERROR;

  private static final DropReason[] ALL = values();

  /** 1 and up. */
  public int code() {
    return ordinal() + 1;
  }

  /** The counter's label: the name in lower case. */
  public String label() {
    StringBuilder label = new StringBuilder(name().length());
    for (int i = 0; i < name().length(); i++) {
      label.append(Character.toLowerCase(name().charAt(i)));
    }
    return label.toString();
  }

  /** The reason with this code, null for 0. */
  public static @Nullable DropReason of(int code) {
    return code == 0 ? null : ALL[code - 1];
  }
}
