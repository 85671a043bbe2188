package jvs.director.conformance;

import jvs.wire.IpAddress;

/**
 * Address and port as recordings write them: {@code 10.1.0.1:80} or {@code [fd00:1::1]:80}.
 *
 * @param address IP address
 * @param port 0..65535
 */
record Endpoint(IpAddress address, int port) {
  /** Reads the text of one. */
  static Endpoint parse(String text) throws MalformedException {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, colon);
      boolean isV6 = host.startsWith("[") && host.endsWith("]");
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port >= 0 && port <= 65535 && isV6 == host.indexOf(':') >= 0) {
        return new Endpoint(
            IpAddress.parse(isV6 ? host.substring(1, host.length() - 1) : host), port);
      }
    } catch (IllegalArgumentException | IndexOutOfBoundsException notOne) {
      // said below
    }
    throw new MalformedException("'" + text + "' found, expected ADDRESS:PORT");
  }

  @Override
  public String toString() {
    return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
  }
}
