package jvs.forwarders;

/**
 * What a type of tunnel puts between the outer IP header and the packet: nothing, GRE, or UDP with
 * GUE. Stateless.
 */
interface Encapsulation {
  /** Protocol of the outer IP header for a packet of IPv4 or IPv6. */
  int protocol(boolean isV6);

  /** Bytes of the header for a server with these ServerSpec.TUNNEL_ flags. */
  int headerLength(int flags);

  /**
   * Writes the header at {@code address}; the packet follows it.
   *
   * @param length bytes of header and packet
   * @param isV6 whether the packet is IPv6
   * @param flags the server's
   * @param port the server's tunnel port
   * @param flow a number that is the same for all packets of a connection
   * @param addresses sum of the outer addresses for a pseudo-header
   */
  void write(long address, int length, boolean isV6, int flags, int port, int flow, long addresses);
}
