package jvs.engine;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.ConnectionTable;
import jvs.flow.ProtocolTimeouts;
import jvs.flow.SctpState;
import jvs.flow.TcpState;
import jvs.flow.TimingWheel;
import jvs.service.RealServer;
import jvs.service.Settings;
import jvs.wire.Packet;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;
import org.jspecify.annotations.Nullable;

/**
 * Takes a connection to its next state: timeout, active and inactive counts (set_tcp_state,
 * set_sctp_state, udp_state_transition). One thread, its worker's.
 */
final class ConnectionStates {
  private final TimingWheel wheel;
  private final ProtocolTimeouts timeouts;
  private final Settings settings;
  private final Persistence persistence;

  ConnectionStates(
      TimingWheel wheel, ProtocolTimeouts timeouts, Settings settings, Persistence persistence) {
    this.wheel = wheel;
    this.timeouts = timeouts;
    this.settings = settings;
    this.persistence = persistence;
  }

  /**
   * A packet of the connection passes.
   *
   * @param requestOrReply {@link TcpState#INPUT} or {@link TcpState#OUTPUT}
   * @param server where the connection counts, null if nowhere (BYPASS)
   */
  void next(
      Connection connection,
      Packet packet,
      int requestOrReply,
      @Nullable RealServer server,
      long nowMillis) {
    int direction = requestOrReply;
    if (connection.hasFlag(ConnectionFlags.NO_OUTPUT)) {
      if (direction == TcpState.OUTPUT) {
        connection.removeFlags(ConnectionFlags.NO_OUTPUT);
      } else {
        direction = TcpState.INPUT_ONLY;
      }
    }
    long before = connection.timeoutMillis();
    long after = timeouts.udpMillis();
    boolean isAnswered = requestOrReply == TcpState.OUTPUT;
    if (packet.isTcp()) {
      int flags = packet.tcp().flags();
      int present = connection.state();
      int state = TcpState.next(present, direction, flags, settings.isSecureTcp);
      if (state != present) {
        enter(connection, state, TcpState.isActive(state), server);
      }
      after = timeouts.tcpMillis(state);
      isAnswered = state == TcpState.ESTABLISHED;
    } else if (packet.isSctp()) {
      SctpHeader sctp = packet.sctp();
      int present = connection.state();
      int state = SctpState.next(present, direction, sctp.chunkType(), sctp.secondChunkType());
      if (state != present) {
        enter(connection, state, state == SctpState.ESTABLISHED, server);
      }
      after = timeouts.sctpMillis(state);
      isAnswered = state == SctpState.ESTABLISHED;
    }
    if (isAnswered
        && connection.controller() != ConnectionTable.NONE
        && !connection.hasFlag(ConnectionFlags.CONTROLLED_HERE)) {
      persistence.assure(connection.controller());
    }
    if (after != before) {
      setTimeout(connection, before, after, nowMillis);
    }
  }

  private void setTimeout(Connection connection, long before, long after, long nowMillis) {
    connection.timeoutMillis(after);
    if (after < before && connection.hasFlag(ConnectionFlags.HASHED)) {
      connection.touch(nowMillis);
      wheel.rearm(connection.slot(), nowMillis);
    }
  }

  /** Whether the handshake is not over: the client may not even exist. */
  static boolean isOpening(Connection connection) {
    int state = connection.state();
    return switch (connection.protocol()) {
      case TcpHeader.PROTOCOL -> state == TcpState.SYN_RECV || state == TcpState.SYNACK;
      case SctpHeader.PROTOCOL -> state == SctpState.INIT1 || state == SctpState.INIT2;
      default -> false;
    };
  }

  /** The connection is expected, or again (ip_vs_tcp_conn_listen). */
  void listen(Connection connection, long nowMillis) {
    connection.state(TcpState.LISTEN);
    connection.touch(nowMillis);
    long after = timeouts.tcpMillis(TcpState.LISTEN);
    setTimeout(connection, connection.timeoutMillis(), after, nowMillis);
  }

  private static void enter(
      Connection connection, int state, boolean isActive, @Nullable RealServer server) {
    connection.state(state);
    if (server == null) {
      return;
    }
    boolean isInactive = connection.hasFlag(ConnectionFlags.INACTIVE);
    if (isInactive && isActive) {
      connection.removeFlags(ConnectionFlags.INACTIVE);
      server.activate();
    } else if (!isInactive && !isActive) {
      connection.addFlags(ConnectionFlags.INACTIVE);
      server.deactivate();
    }
  }
}
