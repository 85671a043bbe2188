package jvs.flow;

import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;

/**
 * Whether what an earlier process left in a slot can be gone on with. A killed one may have been in
 * the middle of writing, and nothing of the packet path checks again what is in a slot.
 */
final class Soundness {
  private static final int KNOWN_FLAGS =
      ConnectionFlags.METHOD_MASK
          | ConnectionFlags.SYNC
          | ConnectionFlags.HASHED
          | ConnectionFlags.NO_OUTPUT
          | ConnectionFlags.INACTIVE
          | ConnectionFlags.OUT_SEQ
          | ConnectionFlags.IN_SEQ
          | ConnectionFlags.NO_CLIENT_PORT
          | ConnectionFlags.TEMPLATE
          | ConnectionFlags.IPV6
          | ConnectionFlags.OTHER_FAMILY
          | ConnectionFlags.CONTROLLED_HERE
          | ConnectionFlags.FTP_PASV
          | ConnectionFlags.FTP_EPSV
          | ConnectionFlags.PROXY_PROTOCOL;
  private static final int TEMPLATE_STATES = 2;

  private Soundness() {}

  /** Whether the slot holds a connection that is complete. */
  static boolean isSound(Connection connection) {
    return connection.isPresent()
        && (connection.flags() & ~KNOWN_FLAGS) == 0
        && connection.method() <= ConnectionFlags.FULLNAT
        && connection.state() < states(connection)
        && (!connection.isFullNat() || LocalEnd.port(connection) != 0);
  }

  /** How many states the connection's protocol has, 0 if it is none of ours. */
  private static int states(Connection connection) {
    if (connection.isTemplate()) {
      return TEMPLATE_STATES;
    }
    return switch (connection.protocol()) {
      case TcpHeader.PROTOCOL -> TcpState.COUNT;
      case SctpHeader.PROTOCOL -> SctpState.COUNT;
      case UdpHeader.PROTOCOL -> 1;
      default -> 0;
    };
  }
}
