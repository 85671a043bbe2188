package jvs.flow;

/** States of an SCTP association as IPVS sees it, and its table (ip_vs_proto_sctp.c). */
public final class SctpState {
  /** ESTABLISHED, the only active state. */
  public static final int ESTABLISHED = 8;

  /** A client said INIT once (IP_VS_SCTP_S_INIT1). */
  public static final int INIT1 = 1;

  /** It said INIT again (IP_VS_SCTP_S_INIT). */
  public static final int INIT2 = 2;

  /** SHUTDOWN-SENT. */
  public static final int SHUTDOWN_SENT = 9;

  /** SHUTDOWN-RECEIVED. */
  public static final int SHUTDOWN_RECEIVED = 10;

  /** SHUTDOWN-ACK-SENT. */
  public static final int SHUTDOWN_ACK_SENT = 11;

  /** CLOSED. */
  public static final int CLOSED = 13;

  /** How many there are. */
  public static final int COUNT = 14;

  /** Type of an INIT chunk. */
  public static final int INIT = 1;

  /** Type of an ABORT chunk. */
  public static final int ABORT = 6;

  private static final int COOKIE_ECHO = 10;
  private static final int COOKIE_ACK = 11;

  private static final String[] NAMES = {
    "NONE",
    "INIT1",
    "INIT",
    "C-SENT",
    "C-REPLIED",
    "C-WAIT",
    "COOKIE",
    "C-ECHOED",
    "ESTABLISHED",
    "S-SENT",
    "S-RECEIVED",
    "S-ACK-SENT",
    "REJECTED",
    "CLOSED"
  };

  private static final String CODES = "NO I1 IN CS CR CW CO CE ES SS SR SA RJ CL";
  private static final int EVENTS = 10;

  // Rows: data, INIT, INIT ACK, COOKIE ECHO, COOKIE ACK, SHUTDOWN, SHUTDOWN ACK, SHUTDOWN COMPLETE,
  // ERROR, ABORT; for requests, replies, and requests whose replies are not seen.
  private static final byte[] TABLE =
      parse(
          """
          ES I1 IN CS CR CW CO CE ES SS SR SA RJ CL
          I1 IN IN CS CR CW CO CE ES SS SR SA IN IN
          CW CW CW CS CR CO CO CE ES SS SR SA RJ CL
          CR IN IN CR CR CW CO CE ES SS SR SA RJ CL
          ES I1 IN CS CR CW CO ES ES SS SR SA RJ CL
          SR I1 IN CS CR CW CO CE SR SS SR SA RJ CL
          CL IN IN CS CR CW CO CE ES CL SR CL RJ CL
          CL CL CL CS CR CW CO CE ES SS SR CL RJ CL
          CL I1 IN CS CR CW CO CL ES SS SR SA RJ CL
          CL CL CL CL CL RJ CL CL CL CL CL CL CL CL
          ES I1 IN CS CR CW CO CE ES SS SR SA RJ CL
          CW CW CW CW CW CW CW CW ES CW CW CW CW CW
          CS CS CS CS CR CW CO CE ES SS SR SA RJ CL
          CE CE CE CE CE CE CE CE ES SS SR SA RJ CL
          ES ES ES ES ES ES ES ES ES SS SR SA RJ CL
          SS SS SS SS SS SS SS SS SS SS SR SA RJ CL
          SA SA SA SA SA CW CO CE ES SA SA SA RJ CL
          CL I1 IN CS CR CW CO CE ES SS SR SA RJ CL
          CL CL CL CL CL CW CO CE ES SS SR SA RJ CL
          CL RJ CL CL CL CL CL CL CL CL CL CL CL CL
          ES I1 IN CS CR ES CO CE ES SS SR SA RJ CL
          I1 IN IN IN IN IN CO CE ES SS SR SA IN IN
          CE CE CE CE CE CE CO CE ES SS SR SA RJ CL
          ES ES ES ES ES ES CO CE ES SS SR SA RJ CL
          ES I1 IN ES ES CW ES ES ES SS SR SA RJ CL
          SR I1 IN CS CR CW CO CE SR SS SR SA RJ CL
          CL IN IN CS CR CW CO CE CL CL SR CL RJ CL
          CL CL CL CL CL CW CO CE ES SS CL CL RJ CL
          CL I1 IN CS CR CW CO CE ES SS SR SA RJ CL
          CL CL CL CL CL RJ CL CL CL CL CL CL CL CL
          """);

  private SctpState() {}

  private static byte[] parse(String rows) {
    String[] cells = rows.trim().split("\\s+");
    byte[] table = new byte[cells.length];
    for (int i = 0; i < cells.length; i++) {
      table[i] = (byte) (CODES.indexOf(cells[i]) / 3);
    }
    return table;
  }

  /**
   * The state after a packet.
   *
   * @param state state before it
   * @param direction {@link TcpState#INPUT}, OUTPUT or INPUT_ONLY
   * @param chunk type of its first chunk
   * @param secondChunk type of its second chunk, or -1
   */
  public static int next(int state, int direction, int chunk, int secondChunk) {
    boolean isCookie = chunk == COOKIE_ECHO || chunk == COOKIE_ACK;
    int event = event(isCookie && secondChunk == ABORT ? ABORT : chunk);
    return TABLE[(direction * EVENTS + event) * COUNT + state];
  }

  private static int event(int chunk) {
    return switch (chunk) {
      case INIT -> 1;
      case 2 -> 2;
      case COOKIE_ECHO -> 3;
      case COOKIE_ACK -> 4;
      case 7 -> 5;
      case 8 -> 6;
      case 14 -> 7;
      case 9 -> 8;
      case ABORT -> 9;
      default -> 0;
    };
  }

  /** The state's name as listings print it. */
  public static String name(int state) {
    return state >= 0 && state < COUNT ? NAMES[state] : "ERR!";
  }
}
