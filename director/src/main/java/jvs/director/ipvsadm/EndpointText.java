package jvs.director.ipvsadm;

import jvs.wire.IpAddress;

/** Addresses with ports as listings print them: with names, or as numbers ({@code -n}). */
final class EndpointText {
  /** The original's buffer. */
  private static final int MAX_LENGTH = 59;

  private static final int LIST_WIDTH = 28;

  private final Names names;
  private final boolean isNumeric;

  EndpointText(Names names, boolean isNumeric) {
    this.names = names;
    this.isNumeric = isNumeric;
  }

  /** In full. */
  String format(IpAddress address, int port, int protocol) {
    String host = host(address);
    String text = (address.isV4() ? host : "[" + host + "]") + ":" + service(port, protocol);
    return cut(text, MAX_LENGTH);
  }

  /** For the columns of a listing, where IPv4 is cut. */
  String formatForList(IpAddress address, int port, int protocol) {
    String text = format(address, port, protocol);
    return address.isV4() ? cut(text, LIST_WIDTH) : text;
  }

  private String host(IpAddress address) {
    String name = isNumeric ? null : names.hostOf(address);
    return name == null ? address.toString() : name;
  }

  private String service(int port, int protocol) {
    String name = isNumeric || port == 0 ? null : names.serviceOf(protocol, port);
    return name == null ? Integer.toString(port) : name;
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length);
  }
}
