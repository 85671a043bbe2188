package jvs.sync;

import jvs.flow.Connection;
import jvs.flow.ConnectionFlags;
import jvs.flow.FlowKey;
import jvs.flow.SctpState;
import jvs.flow.SequenceAdjustment;
import jvs.flow.TcpState;
import jvs.service.ServerSpec;
import jvs.wire.Memory;
import jvs.wire.SctpHeader;
import jvs.wire.TcpHeader;
import jvs.wire.UdpHeader;

/**
 * What is said about one connection, as version 1 of the protocol writes it (struct ip_vs_sync_v4,
 * ip_vs_sync_v6 and their options). Version 0 is translated at the message.
 *
 * <pre>
 *   0 type  protocol  version and length    12 virtual port  server port    24 client, virtual
 *   4 flags                                 16 mark                            and server address
 *   8 state  client port                    20 timeout, s                   then options
 * </pre>
 *
 * <p>A flyweight, one a thread. After {@link #check} has agreed no accessor fails.
 */
public final class SyncEntry {
  private static final int MAX_DATA = 255;
  private static final int MAX_NAME = 16;
  static final int LENGTH_V4 = 36;
  static final int LENGTH_V6 = 72;

  private static final int OPTION_HEADER = 2;

  /** The longest entry. */
  static final int MAX_LENGTH =
      LENGTH_V6 + 3 * OPTION_HEADER + SequenceAdjustment.BYTES + MAX_DATA + MAX_NAME;

  private static final int PROTOCOL = 1;
  private static final int VERSION_AND_LENGTH = 2;
  private static final int FLAGS = 4;
  private static final int STATE = 8;
  private static final int CLIENT_PORT = 10;
  private static final int VIRTUAL_PORT = 12;
  private static final int SERVER_PORT = 14;
  private static final int MARK = 16;
  private static final int TIMEOUT = 20;
  private static final int ADDRESSES = 24;

  private static final int TYPE_V6 = 1;
  private static final int LENGTH_MASK = 0xfff;
  private static final int VERSION_SHIFT = 12;

  private static final int OPTION_SEQUENCE = 1;
  private static final int OPTION_DATA = 2;
  private static final int OPTION_NAME = 3;
  private static final int MAY_BE_IGNORED = 0x40;

  private static final int SEQUENCE_FLAGS = ConnectionFlags.IN_SEQ | ConnectionFlags.OUT_SEQ;
  private static final int WIRE_FLAGS = 0xffff & ~ConnectionFlags.HASHED;
  private static final int KEPT_FLAGS =
      ConnectionFlags.METHOD_MASK
          | ConnectionFlags.NO_OUTPUT
          | ConnectionFlags.INACTIVE
          | SEQUENCE_FLAGS
          | ConnectionFlags.NO_CLIENT_PORT
          | ConnectionFlags.TEMPLATE;

  private static final int AUTHENTICATION_HEADER = 51;
  private static final int ENCAPSULATED_PAYLOAD = 50;

  private long at;
  private int sequence;
  private int data;
  private int dataLength;
  private int name;
  private int nameLength;
  private boolean isUnderstood;

  /** Moves to the entry at {@code address}. */
  public SyncEntry wrap(long address) {
    at = address;
    return this;
  }

  // Writing

  /** Length of what {@link #write} will write. */
  public static int length(Connection connection, byte[] data, byte[] name) {
    int length = connection.isV6() ? LENGTH_V6 : LENGTH_V4;
    if (connection.hasFlag(SEQUENCE_FLAGS)) {
      length += OPTION_HEADER + SequenceAdjustment.BYTES;
    }
    return data.length == 0
        ? length
        : length + OPTION_HEADER + data.length + OPTION_HEADER + name.length;
  }

  /**
   * Writes what is to be said about a connection.
   *
   * @param data its persistence engine's data, or empty
   * @param name the engine's name
   */
  public void write(Connection connection, byte[] data, byte[] name) {
    boolean isV6 = connection.isV6();
    Memory.put8(at, isV6 ? TYPE_V6 : 0);
    Memory.put8(at + PROTOCOL, connection.protocol());
    Memory.put16(at + VERSION_AND_LENGTH, length(connection, data, name));
    Memory.put32(at + FLAGS, wireFlags(connection));
    Memory.put16(at + STATE, connection.state());
    Memory.put16(at + CLIENT_PORT, connection.clientPort());
    Memory.put16(at + VIRTUAL_PORT, connection.virtualPort());
    Memory.put16(at + SERVER_PORT, connection.serverPort());
    Memory.put32(at + MARK, (int) connection.mark());
    Memory.put32(at + TIMEOUT, (int) (connection.timeoutMillis() / 1000));
    long to = at + ADDRESSES;
    to = putAddress(to, isV6, connection.clientHigh(), connection.clientLow());
    to = putAddress(to, isV6, connection.virtualHigh(), connection.virtualLow());
    to = putAddress(to, isV6, connection.serverHigh(), connection.serverLow());
    if (connection.hasFlag(SEQUENCE_FLAGS)) {
      Memory.put8(to, OPTION_SEQUENCE);
      Memory.put8(to + 1, SequenceAdjustment.BYTES);
      SequenceAdjustment.write(connection, to + OPTION_HEADER);
      to += OPTION_HEADER + SequenceAdjustment.BYTES;
    }
    if (data.length > 0) {
      to = putOption(to, OPTION_DATA, data);
      putOption(to, OPTION_NAME, name);
    }
  }

  /** Backups know no FULLNAT; of a template they do not look at the method. */
  private static int wireFlags(Connection connection) {
    int flags = connection.flags() & WIRE_FLAGS;
    return connection.isFullNat() ? flags & ~ConnectionFlags.METHOD_MASK : flags;
  }

  private static long putAddress(long to, boolean isV6, long high, long low) {
    if (!isV6) {
      Memory.put32(to, (int) low);
      return to + 4;
    }
    Memory.put64(to, high);
    Memory.put64(to + 8, low);
    return to + 16;
  }

  private static long putOption(long to, int type, byte[] value) {
    Memory.put8(to, type);
    Memory.put8(to + 1, value.length);
    Memory.copy(value, 0, to + OPTION_HEADER, value.length);
    return to + OPTION_HEADER + value.length;
  }

  // Reading

  /** Whether {@code available} octets hold an entry whose lengths, version and options agree. */
  boolean check(int available) {
    sequence = 0;
    dataLength = 0;
    nameLength = 0;
    isUnderstood = true;
    if (available < LENGTH_V4) {
      return false;
    }
    int length = length();
    int end = isV6() ? LENGTH_V6 : LENGTH_V4;
    if (Memory.u16(at + VERSION_AND_LENGTH) >>> VERSION_SHIFT != 0
        || (Memory.u8(at) != 0 && !isV6())
        || length < end
        || length > available) {
      return false;
    }
    while (end < length) {
      if (end + OPTION_HEADER > length) {
        return false;
      }
      int type = Memory.u8(at + end);
      int size = Memory.u8(at + end + 1);
      end += OPTION_HEADER;
      if (size == 0 || end + size > length || !take(type, end, size)) {
        return false;
      }
      end += size;
    }
    return true;
  }

  private boolean take(int type, int offset, int size) {
    return switch (type & ~MAY_BE_IGNORED) {
      case OPTION_SEQUENCE -> {
        boolean isFirst = sequence == 0;
        sequence = offset;
        yield isFirst && size == SequenceAdjustment.BYTES;
      }
      case OPTION_DATA -> {
        boolean isFirst = dataLength == 0;
        data = offset;
        dataLength = size;
        yield isFirst;
      }
      case OPTION_NAME -> {
        boolean isFirst = nameLength == 0;
        name = offset;
        nameLength = size;
        yield isFirst && size <= MAX_NAME;
      }
      default -> {
        isUnderstood &= (type & MAY_BE_IGNORED) != 0;
        yield true;
      }
    };
  }

  /**
   * Whether a checked entry is about a connection that can be here: its state and its forwarding
   * method exist, its options are understood. Others are passed over, as the kernel does.
   */
  public boolean isMeaningful() {
    int wireFlags = Memory.i32(at + FLAGS);
    if (!isUnderstood
        || (wireFlags & ConnectionFlags.ONE_PACKET) != 0
        || (wireFlags & ConnectionFlags.METHOD_MASK) > ServerSpec.BYPASS
        || (dataLength > 0 && nameLength == 0)) {
      return false;
    }
    if (isTemplate()) {
      return (wireFlags & ConnectionFlags.NO_CLIENT_PORT) == 0 && state() <= 0xff;
    }
    int states =
        switch (protocol()) {
          case TcpHeader.PROTOCOL -> TcpState.COUNT;
          case SctpHeader.PROTOCOL -> SctpState.COUNT;
          case UdpHeader.PROTOCOL, AUTHENTICATION_HEADER, ENCAPSULATED_PAYLOAD -> 1;
          default -> 0;
        };
    return state() < states;
  }

  /** Its address. */
  long address() {
    return at;
  }

  /** Its length with options, without padding. */
  public int length() {
    return Memory.u16(at + VERSION_AND_LENGTH) & LENGTH_MASK;
  }

  /** Whether its addresses are IPv6. */
  public boolean isV6() {
    return (Memory.u8(at) & TYPE_V6) != 0;
  }

  /** IP protocol number; 0 for templates of mark services. */
  public int protocol() {
    return Memory.u8(at + PROTOCOL);
  }

  /** {@link ConnectionFlags} of a checked entry, those that a backup keeps. */
  public int flags() {
    int flags = Memory.i32(at + FLAGS) & KEPT_FLAGS;
    return sequence == 0 ? flags & ~SEQUENCE_FLAGS : flags;
  }

  /** Whether it is about a persistence template. */
  public boolean isTemplate() {
    return (flags() & ConnectionFlags.TEMPLATE) != 0;
  }

  /** State number of its protocol. */
  public int state() {
    return Memory.u16(at + STATE);
  }

  /** Server's port. */
  public int serverPort() {
    return Memory.u16(at + SERVER_PORT);
  }

  /** Firewall mark. */
  public long mark() {
    return Memory.u32(at + MARK);
  }

  /** Timeout in seconds, 0 if it is not said. */
  public long timeoutSeconds() {
    return Memory.u32(at + TIMEOUT);
  }

  /** Fills in client and virtual endpoint. */
  public void key(FlowKey key) {
    boolean isV6 = isV6();
    key.set(
        isV6,
        protocol(),
        high(0),
        low(0),
        Memory.u16(at + CLIENT_PORT),
        high(1),
        low(1),
        Memory.u16(at + VIRTUAL_PORT));
  }

  /** First half of the server's IPv6 address; 0 for IPv4. */
  public long serverHigh() {
    return high(2);
  }

  /** Second half of the server's address; IPv4 in the low 32 bits. */
  public long serverLow() {
    return low(2);
  }

  private long high(int index) {
    return isV6() ? Memory.i64(at + ADDRESSES + index * 16L) : 0;
  }

  private long low(int index) {
    return isV6()
        ? Memory.i64(at + ADDRESSES + index * 16L + 8)
        : Memory.u32(at + ADDRESSES + index * 4L);
  }

  /** The client's end in few bits: all that is said about a connection goes one way. */
  int mixed() {
    long client = high(0) ^ low(0);
    int port = Memory.u16(at + CLIENT_PORT);
    return (int) (client ^ client >>> 32) * 0x85eb_ca6b ^ port * 0x9e37_79b1;
  }

  /** Address of the sequence numbers of a checked entry, or 0. */
  public long sequence() {
    return sequence == 0 ? 0 : at + sequence;
  }

  /** Length of the engine's data of a checked entry, 0 if there is none. */
  public int dataLength() {
    return dataLength;
  }

  /** Address of the engine's data. */
  public long data() {
    return at + data;
  }

  /** Whether the engine of a checked entry has this name. */
  public boolean isOfEngine(byte[] engine) {
    if (nameLength != engine.length) {
      return false;
    }
    for (int i = 0; i < engine.length; i++) {
      if (Memory.u8(at + name + i) != engine[i]) {
        return false;
      }
    }
    return true;
  }

  /** A copy of it, for people. */
  public byte[] octets() {
    byte[] octets = new byte[length()];
    Memory.copy(at, octets, 0, octets.length);
    return octets;
  }

  /** Checks an entry that was found sound before: for the reader at the other end of a ring. */
  public SyncEntry wrapChecked(long address) {
    wrap(address);
    if (!check(length())) {
      throw new IllegalStateException("an unchecked entry in a ring");
    }
    return this;
  }
}
