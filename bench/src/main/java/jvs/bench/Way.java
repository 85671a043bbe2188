package jvs.bench;

import jvs.service.ServerSpec;

/** What the packets of a benchmark are. */
public enum Way {
  /** NAT, client to server. */
  NAT_IN(ServerSpec.MASQ),
  /** NAT, server to client. */
  NAT_OUT(ServerSpec.MASQ),
  /** Direct routing, client to server. */
  DR(ServerSpec.ROUTE),
  /** Tunnelling (IP in IP), client to server. */
  TUN(ServerSpec.TUNNEL),
  /** FULLNAT, client to server. */
  FULLNAT(ServerSpec.FULLNAT),
  /** NAT, the first packet of each connection, which expires meanwhile. */
  NEW(ServerSpec.MASQ),
  /** NAT, first packets for which the connection table has no room. */
  DROP(ServerSpec.MASQ);

  final int method;

  Way(int method) {
    this.method = method;
  }

  /** Whether the packets come from the server. */
  boolean isReply() {
    return this == NAT_OUT;
  }
}
