package jvs.director.ipvsadm;

import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * An address with or without a port, as typed: {@code 10.0.0.1:80}, {@code www:http}, {@code
 * [fd00::1]:80}, {@code fd00::1}.
 *
 * @param address the address
 * @param port 0..65535, or -1 if none was typed
 */
record Endpoint(IpAddress address, int port) {
  /**
   * Reads one; null if it is none.
   *
   * @param protocol whose services may be named; 0 for none
   */
  static @Nullable Endpoint parse(String text, int protocol, Names names) {
    // A lone number might be meant as a port.
    if (isNumber(text)) {
      return null;
    }
    return text.startsWith("[")
        ? parseBracketed(text.substring(1), protocol, names)
        : parsePlain(text, protocol, names);
  }

  private static @Nullable Endpoint parseBracketed(String text, int protocol, Names names) {
    int bracket = text.indexOf(']');
    if (bracket < 0 || !text.startsWith(":", bracket + 1)) {
      return null;
    }
    String host = text.substring(0, bracket);
    IpAddress address = AddressText.parseV6(host);
    // ipvsadm takes a bracketed IPv4 address or name too, and then forgets the port.
    return address == null
        ? parsePlain(host, protocol, names)
        : withPort(address, text.substring(bracket + 2), protocol, names);
  }

  private static @Nullable Endpoint parsePlain(String text, int protocol, Names names) {
    IpAddress v6 = AddressText.parseV6(text);
    if (v6 != null) {
      return new Endpoint(v6, -1);
    }
    int colon = text.lastIndexOf(':');
    IpAddress v4 = parseHost(colon < 0 ? text : text.substring(0, colon), names);
    if (v4 == null) {
      return null;
    }
    return colon < 0
        ? new Endpoint(v4, -1)
        : withPort(v4, text.substring(colon + 1), protocol, names);
  }

  /** An IPv4 address or the name of a host that has one. */
  static @Nullable IpAddress parseHost(String text, Names names) {
    IpAddress address = AddressText.parseV4(text);
    return address == null ? names.addressOf(text) : address;
  }

  private static @Nullable Endpoint withPort(
      IpAddress address, String text, int protocol, Names names) {
    int port = (int) Numbers.parse(text, 0, 65535);
    if (port < 0) {
      port = names.portOf(protocol, text);
    }
    return port < 0 ? null : new Endpoint(address, port);
  }

  private static boolean isNumber(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!Numbers.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }
}
