package jvs.service;

import jvs.wire.IpAddress;

/**
 * What identifies a real server inside its service.
 *
 * @param address unicast or local address
 * @param port 0..65535; 0 means the port of the packet
 */
public record ServerKey(IpAddress address, int port) implements Comparable<ServerKey> {
  /** Checks the range. */
  public ServerKey {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port " + port + ", expected 0..65535");
    }
  }

  @Override
  public int compareTo(ServerKey other) {
    int order = address.compareTo(other.address);
    return order != 0 ? order : Integer.compare(port, other.port);
  }

  /** {@code 10.0.0.1:80} or {@code [fd00::1]:80}. */
  @Override
  public String toString() {
    return format(address, port);
  }

  static String format(IpAddress address, int port) {
    return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
