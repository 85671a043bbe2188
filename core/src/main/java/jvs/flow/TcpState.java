package jvs.flow;

import jvs.wire.TcpHeader;

/**
 * TCP's states as a packet in the middle sees them (ip_vs_proto_tcp.c). Immutable, any thread.
 *
 * <p>The tables have a row for each event of each direction and a column for each state, in the
 * order of the state numbers.
 */
public final class TcpState {
  /** Nothing seen. */
  public static final int NONE = 0;

  /** Handshake done. */
  public static final int ESTABLISHED = 1;

  /** The server opened. */
  public static final int SYN_SENT = 2;

  /** The client opened. */
  public static final int SYN_RECV = 3;

  /** One side closed. */
  public static final int FIN_WAIT = 4;

  /** Both sides closed. */
  public static final int TIME_WAIT = 5;

  /** Reset. */
  public static final int CLOSE = 6;

  /** The client closed. */
  public static final int CLOSE_WAIT = 7;

  /** The last acknowledgment is awaited. */
  public static final int LAST_ACK = 8;

  /** Made in advance. */
  public static final int LISTEN = 9;

  /** Secure table: SYN answered, not yet acknowledged. */
  public static final int SYNACK = 10;

  /** Number of states. */
  public static final int COUNT = 11;

  /** A request. */
  public static final int INPUT = 0;

  /** A reply. */
  public static final int OUTPUT = 1;

  /** A request of a connection whose replies do not pass here. */
  public static final int INPUT_ONLY = 2;

  private static final String[] NAMES = {
    "NONE",
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "SYNACK"
  };

  private static final String CODES = "NO ES SS SR FW TW CL CW LA LI SA";

  private static final byte[] NORMAL =
      parse(
          """
          SR ES ES SR SR SR SR SR SR SR SR
          CL CW SS TW TW TW CL CW LA LI TW
          ES ES SS ES FW TW CL CW CL LI ES
          CL CL CL SR CL CL CL CL LA LI SR
          SS ES SS SR SS SS SS SS SS LI SR
          TW FW SS TW FW TW CL TW LA LI TW
          ES ES SS ES FW TW CL CW LA ES ES
          CL CL SS CL CL TW CL CL CL CL CL
          SR ES ES SR SR SR SR SR SR SR SR
          CL FW SS TW FW TW CL CW LA LI TW
          ES ES SS ES FW TW CL CW CL LI ES
          CL CL CL SR CL CL CL CL LA LI CL
          """);

  private static final byte[] SECURE =
      parse(
          """
          SR ES ES SR SR SR SR SR SR SR SA
          CL CW SS TW TW TW CL CW LA LI SA
          ES ES SS SR FW TW CL CW CL LI SA
          CL CL CL SR CL CL CL CL LA LI CL
          SS ES SS SA SS SS SS SS SS LI SA
          TW FW SS TW FW TW CL TW LA LI TW
          ES ES SS ES FW TW CL CW LA ES ES
          CL CL SS CL CL TW CL CL CL CL CL
          SA ES ES SR SA SA SA SA SA SA SA
          CL FW SS TW FW TW CL CW LA LI TW
          ES ES SS ES FW TW CL CW CL LI ES
          CL CL CL SR CL CL CL CL LA LI CL
          """);

  private static final int EVENTS = 4;
  private static final int ACTIVE_STATES =
      1 << ESTABLISHED | 1 << SYN_SENT | 1 << SYN_RECV | 1 << SYNACK;

  private TcpState() {}

  private static byte[] parse(String rows) {
    String[] cells = rows.trim().split("\\s+");
    byte[] table = new byte[cells.length];
    for (int i = 0; i < cells.length; i++) {
      table[i] = (byte) (CODES.indexOf(cells[i]) / 3);
    }
    return table;
  }

  /**
   * The state after a segment.
   *
   * @param state state before it
   * @param direction {@link #INPUT}, {@link #OUTPUT} or {@link #INPUT_ONLY}
   * @param flags the segment's control bits; RST, SYN, FIN, ACK count in this order
   * @param isSecure whether the secure_tcp defence is on
   */
  public static int next(int state, int direction, int flags, boolean isSecure) {
    int event;
    if ((flags & TcpHeader.RST) != 0) {
      event = 3;
    } else if ((flags & TcpHeader.SYN) != 0) {
      event = 0;
    } else if ((flags & TcpHeader.FIN) != 0) {
      event = 1;
    } else if ((flags & TcpHeader.ACK) != 0) {
      event = 2;
    } else {
      return CLOSE;
    }
    return (isSecure ? SECURE : NORMAL)[(direction * EVENTS + event) * COUNT + state];
  }

  /** Whether connections in this state count as active. */
  public static boolean isActive(int state) {
    return (ACTIVE_STATES >> state & 1) != 0;
  }

  /** The state's name as listings print it. */
  public static String name(int state) {
    return state >= 0 && state < COUNT ? NAMES[state] : "ERR!";
  }
}
