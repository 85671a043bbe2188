package jvs.bench;

import jvs.service.ServerSpec;

/** What the packets of a benchmark are. */
public enum Way {
  /** NAT, client to server. */
  NAT_IN("NAT, request", ServerSpec.MASQ),
  /** NAT, server to client. */
  NAT_OUT("NAT, reply", ServerSpec.MASQ),
  /** Direct routing, client to server. */
  DR("direct routing, request", ServerSpec.ROUTE),
  /** Tunnelling (IP in IP), client to server. */
  TUN("tunnel (IP in IP), request", ServerSpec.TUNNEL),
  /** FULLNAT, client to server. */
  FULLNAT("FULLNAT, request", ServerSpec.FULLNAT),
  /** NAT over IPv6, client to server. */
  NAT_IN_V6("NAT over IPv6, request", ServerSpec.MASQ),
  /** NAT, the first packet of each connection, which expires meanwhile. */
  NEW("NAT, first packet", ServerSpec.MASQ),
  /** NAT, first packets for which the connection table has no room. */
  DROP("NAT, first packet, no room", ServerSpec.MASQ);

  /** For people. */
  final String title;

  final int method;

  Way(String title, int method) {
    this.title = title;
    this.method = method;
  }

  /** Whether the packets come from the server. */
  boolean isReply() {
    return this == NAT_OUT;
  }

  /** Whether they are IPv6. */
  boolean isV6() {
    return this == NAT_IN_V6;
  }

  /** Whether they belong to connections that are there. */
  boolean isEstablished() {
    return this != NEW && this != DROP;
  }
}
