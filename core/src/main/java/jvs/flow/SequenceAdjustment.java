package jvs.flow;

import jvs.wire.Checksum;
import jvs.wire.Memory;
import jvs.wire.Packet;
import jvs.wire.TcpHeader;
import jvs.wire.VnetHeader;

/**
 * TCP sequence numbers of connections in which the director changed the payload's length (struct
 * ip_vs_seq, vs_fix_seq, vs_fix_ack_seq; SACK as nf_ct_sack_adjust).
 *
 * <pre>
 *   extras   0  last changed request    delta after it   delta up to it
 *           12  last changed reply      delta after it   delta up to it
 * </pre>
 *
 * <p>Numbers of a direction's own segments get the delta added; what the other side acknowledges of
 * them gets it subtracted. Only the most recent change is remembered, so older segments that are
 * sent again get the delta before it. Valid under the connection's flags IN_SEQ and OUT_SEQ. The
 * table's worker only.
 */
public final class SequenceAdjustment {
  private static final int REPLIES = 12;
  private static final int LAST_CHANGED = 0;
  private static final int DELTA = 4;
  private static final int PREVIOUS_DELTA = 8;

  private static final int END_OF_OPTIONS = 0;
  private static final int NO_OPERATION = 1;
  private static final int SACK = 5;

  /** Bytes of {@link #write}. */
  public static final int BYTES = 24;

  private SequenceAdjustment() {}

  /** Whether a connection's packets need it. */
  public static boolean concerns(Connection connection) {
    return connection.hasFlag(ConnectionFlags.IN_SEQ | ConnectionFlags.OUT_SEQ);
  }

  /**
   * The payload of a request became {@code bytes} longer, or shorter if negative. Asked for each
   * copy of a segment, it counts the first.
   *
   * @param sequenceNumber the segment's as the client sent it
   */
  public static void requestGrew(Connection connection, int sequenceNumber, int bytes) {
    grew(connection, ConnectionFlags.IN_SEQ, sequenceNumber, bytes);
  }

  /** The payload of a reply became longer; see {@link #requestGrew}. */
  public static void replyGrew(Connection connection, int sequenceNumber, int bytes) {
    grew(connection, ConnectionFlags.OUT_SEQ, sequenceNumber, bytes);
  }

  private static void grew(Connection connection, int flag, int sequenceNumber, int bytes) {
    long numbers = numbers(connection, flag);
    boolean isFirst = !connection.hasFlag(flag);
    if (isFirst || isAfter(sequenceNumber, Memory.getInt(numbers + LAST_CHANGED))) {
      int before = isFirst ? 0 : Memory.getInt(numbers + DELTA);
      Memory.putInt(numbers + LAST_CHANGED, sequenceNumber);
      Memory.putInt(numbers + PREVIOUS_DELTA, before);
      Memory.putInt(numbers + DELTA, before + bytes);
      connection.addFlags(flag);
    }
  }

  /** Writes the numbers of requests, then of replies, as sync messages have them. */
  public static void write(Connection connection, long to) {
    boolean hasRequests = connection.hasFlag(ConnectionFlags.IN_SEQ);
    boolean hasReplies = connection.hasFlag(ConnectionFlags.OUT_SEQ);
    for (int i = 0; i < BYTES; i += 4) {
      boolean isSet = i < REPLIES ? hasRequests : hasReplies;
      Memory.put32(to + i, isSet ? Memory.getInt(connection.extras() + i) : 0);
    }
  }

  /** Takes the numbers that another director wrote; the caller sets the flags. */
  public static void read(Connection connection, long from) {
    for (int i = 0; i < BYTES; i += 4) {
      Memory.putInt(connection.extras() + i, Memory.i32(from + i));
    }
  }

  /** Adjusts a client's segment for the server: before {@link #requestGrew} for the same one. */
  public static void request(Packet packet, Connection connection) {
    adjust(packet, connection, ConnectionFlags.IN_SEQ, ConnectionFlags.OUT_SEQ);
  }

  /** Adjusts a server's segment for the client: before {@link #replyGrew} for the same one. */
  public static void reply(Packet packet, Connection connection) {
    adjust(packet, connection, ConnectionFlags.OUT_SEQ, ConnectionFlags.IN_SEQ);
  }

  private static void adjust(Packet packet, Connection connection, int own, int others) {
    TcpHeader tcp = packet.tcp();
    long header = packet.address() + packet.transport();
    int length = Math.min(tcp.headerLength(), packet.transportLength());
    length = Math.max(length, TcpHeader.MIN_LENGTH);
    int before = Checksum.fold(Checksum.sum(header, length));
    if (connection.hasFlag(own)) {
      tcp.sequenceNumber(shifted(numbers(connection, own), tcp.sequenceNumber()));
    }
    if (connection.hasFlag(others) && (tcp.flags() & TcpHeader.ACK) != 0) {
      long numbers = numbers(connection, others);
      tcp.acknowledgmentNumber(original(numbers, tcp.acknowledgmentNumber()));
      adjustOptions(numbers, header + TcpHeader.MIN_LENGTH, header + length);
    }
    if (!VnetHeader.needsChecksum(packet.address())) {
      int after = Checksum.fold(Checksum.sum(header, length));
      tcp.checksum(Checksum.update(tcp.checksum(), Checksum.delta16(before, after)));
    }
  }

  private static void adjustOptions(long numbers, long from, long end) {
    long option = from;
    while (option < end) {
      int kind = Memory.u8(option);
      if (kind == END_OF_OPTIONS) {
        return;
      }
      int length = 1;
      if (kind != NO_OPERATION) {
        length = option + 1 < end ? Memory.u8(option + 1) : 0;
        if (length < 2 || option + length > end) {
          return;
        }
      }
      if (kind == SACK) {
        for (long edge = option + 2; edge + 4 <= option + length; edge += 4) {
          Memory.put32(edge, original(numbers, Memory.i32(edge)));
        }
      }
      option += length;
    }
  }

  private static int shifted(long numbers, int sequenceNumber) {
    boolean isAfter = isAfter(sequenceNumber, Memory.getInt(numbers + LAST_CHANGED));
    return sequenceNumber + Memory.getInt(numbers + (isAfter ? DELTA : PREVIOUS_DELTA));
  }

  private static int original(long numbers, int shifted) {
    int delta = Memory.getInt(numbers + DELTA);
    boolean isAfter = isAfter(shifted, Memory.getInt(numbers + LAST_CHANGED) + delta);
    return shifted - (isAfter ? delta : Memory.getInt(numbers + PREVIOUS_DELTA));
  }

  private static long numbers(Connection connection, int flag) {
    return connection.extras() + (flag == ConnectionFlags.OUT_SEQ ? REPLIES : 0);
  }

  /** RFC 9293 section 3.4: numbers wrap around. */
  private static boolean isAfter(int sequenceNumber, int other) {
    return sequenceNumber - other > 0;
  }
}
