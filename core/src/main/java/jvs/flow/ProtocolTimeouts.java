package jvs.flow;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long a connection in each state lives without packets (pd->timeout_table of the kernel).
 *
 * <p>Any thread; a change takes effect at the next packet of each connection.
 */
public final class ProtocolTimeouts {
  private static final int[] TCP_SECONDS = {2, 900, 120, 60, 120, 120, 10, 60, 30, 120, 120};
  private static final int[] SCTP_SECONDS = {2, 4, 61, 61, 61, 61, 61, 61, 900, 61, 61, 61, 4, 61};
  private static final int UDP_SECONDS = 300;

  private final AtomicIntegerArray tcp = new AtomicIntegerArray(TCP_SECONDS);
  private volatile int udp = UDP_SECONDS;

  /** Milliseconds for a TCP state. */
  public long tcpMillis(int state) {
    return tcp.getOpaque(state) * 1000L;
  }

  /** Milliseconds for an SCTP state. */
  public long sctpMillis(int state) {
    return SCTP_SECONDS[state] * 1000L;
  }

  /** Milliseconds for UDP. */
  public long udpMillis() {
    return udp * 1000L;
  }

  /** Seconds of ESTABLISHED. */
  public int tcpSeconds() {
    return tcp.get(TcpState.ESTABLISHED);
  }

  /** Seconds of FIN_WAIT. */
  public int tcpFinSeconds() {
    return tcp.get(TcpState.FIN_WAIT);
  }

  /** Seconds of UDP. */
  public int udpSeconds() {
    return udp;
  }

  /** Sets what is not 0. */
  public void set(int tcpSeconds, int tcpFinSeconds, int udpSeconds) {
    if (tcpSeconds != 0) {
      tcp.set(TcpState.ESTABLISHED, tcpSeconds);
    }
    if (tcpFinSeconds != 0) {
      tcp.set(TcpState.FIN_WAIT, tcpFinSeconds);
    }
    if (udpSeconds != 0) {
      udp = udpSeconds;
    }
  }
}
