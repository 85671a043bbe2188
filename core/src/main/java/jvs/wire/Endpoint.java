package jvs.wire;

/**
 * One end of traffic: an address, a protocol and a port. Immutable.
 *
 * @param address of a virtual service or a real server
 * @param protocol IP protocol number: 6 TCP, 17 UDP, 132 SCTP
 * @param port 0 for every port
 */
public record Endpoint(IpAddress address, int protocol, int port) {
  /** Checks the numbers' ranges. */
  public Endpoint {
    if (protocol < 0 || protocol > 255) {
      throw new IllegalArgumentException("protocol " + protocol + ", expected 0 to 255");
    }
    if (port < 0 || port > 0xffff) {
      throw new IllegalArgumentException("port " + port + ", expected 0 to 65535");
    }
  }
}
