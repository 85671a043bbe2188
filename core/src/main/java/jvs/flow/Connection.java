package jvs.flow;

import jvs.wire.Memory;

/**
 * A view of one slot of a {@link ConnectionTable} (struct ip_vs_conn).
 *
 * <p>One object per user, moved from slot to slot with {@link #at}. The table's worker reads and
 * writes freely. Other threads read between {@link #stamp()} and {@link #isUnchangedSince}: the
 * stamp is odd while the slot is empty or being filled in, and changes with every new connection.
 *
 * <p>IPv4 connections use one 64-byte line. IPv6 connections keep their addresses in a second line
 * of the same slot number. A third line, the extras, belongs to those who say what is in it: {@link
 * SequenceAdjustment} the first half, {@link LocalEnd} the second; it is not cleared for a new
 * connection.
 */
public final class Connection {
  static final int LINE_BYTES = 64;

  private static final int STAMP = 0;
  static final int FLAGS = 4;
  private static final int ADDRESSES = 8; // the client's in the lower half, the virtual one above
  private static final int SERVER = 16;
  private static final int PORTS = 20; // the client's in the lower half, the virtual one above
  private static final int SERVER_PORT = 24;
  private static final int PROTOCOL = 26;
  private static final int STATE = 27;
  private static final int SERVER_ID = 28;
  private static final int TIMEOUT = 32;
  private static final int LAST_USED = 36;
  private static final int IN_PACKETS = 40;
  private static final int WHEEL_NEXT = 44;
  private static final int WHEEL_PREVIOUS = 48;
  private static final int CONTROLLER = 52;
  private static final int CONTROLLED = 56;
  private static final int MARK = 60;

  private static final int CLIENT_V6 = 0;
  private static final int VIRTUAL_V6 = 16;
  private static final int SERVER_V6 = 32;

  private static final int HIDDEN_PORT = 65535;
  private static final long LOW_32 = 0xffff_ffffL;

  private final ConnectionTable table;
  private int slot = ConnectionTable.NONE;
  private long line;

  /** A view of {@code table}, at no slot yet. */
  public Connection(ConnectionTable table) {
    this.table = table;
  }

  /** Moves the view to {@code slot}. */
  public Connection at(int newSlot) {
    slot = newSlot;
    line = table.slotAddress(newSlot);
    return this;
  }

  /** The slot. */
  public int slot() {
    return slot;
  }

  long extras() {
    return table.extrasAddress(slot);
  }

  /** Fills a slot that was just allocated with identity and defaults: state 0, 3 s timeout. */
  public void initialise(
      FlowKey key,
      int flags,
      boolean serverIsV6,
      long serverHigh,
      long serverLow,
      int serverPort,
      int serverId,
      long nowMillis) {
    boolean isV6 = key.isV6();
    int family =
        (isV6 ? ConnectionFlags.IPV6 : 0) | (isV6 != serverIsV6 ? ConnectionFlags.OTHER_FAMILY : 0);
    Memory.putInt(line + FLAGS, flags | family);
    Memory.putInt(line + PORTS, key.ports());
    Memory.putNative16(line + SERVER_PORT, serverPort);
    Memory.put8(line + PROTOCOL, key.protocol());
    Memory.put8(line + STATE, 0);
    if (isV6) {
      putAddress(CLIENT_V6, key.clientHigh(), key.clientLow());
      putAddress(VIRTUAL_V6, key.virtualHigh(), key.virtualLow());
    } else {
      Memory.putLong(line + ADDRESSES, key.addressesV4());
    }
    if (serverIsV6) {
      putAddress(SERVER_V6, serverHigh, serverLow);
    } else {
      Memory.putInt(line + SERVER, (int) serverLow);
    }
    Memory.putInt(line + SERVER_ID, serverId);
    Memory.putInt(line + TIMEOUT, 3_000);
    Memory.putInt(line + LAST_USED, (int) nowMillis);
    Memory.putInt(line + IN_PACKETS, 0);
    Memory.putInt(line + WHEEL_NEXT, ConnectionTable.NONE);
    Memory.putInt(line + WHEEL_PREVIOUS, ConnectionTable.NONE);
    Memory.putInt(line + CONTROLLER, ConnectionTable.NONE);
    Memory.putInt(line + CONTROLLED, 0);
    Memory.putInt(line + MARK, 0);
  }

  private void putAddress(int offset, long high, long low) {
    long extension = table.extensionAddress(slot) + offset;
    Memory.putLong(extension, high);
    Memory.putLong(extension + 8, low);
  }

  void bind(int serverId, int flags) {
    Memory.putInt(line + SERVER_ID, serverId);
    Memory.putInt(line + FLAGS, flags);
  }

  /** It has no server, controls nothing and is in no list. */
  void leave() {
    bind(ConnectionTable.NONE, flags() & ~ConnectionFlags.HASHED);
    controlled(0);
    wheelNext(ConnectionTable.NONE);
    wheelPrevious(ConnectionTable.NONE);
  }

  void clear() {
    Memory.zero(line + FLAGS, LINE_BYTES - FLAGS);
  }

  void beginWrite() {
    int stamp = Memory.getInt(line + STAMP);
    Memory.putInt(line + STAMP, stamp | 1);
    Memory.releaseFence();
  }

  void endWrite() {
    Memory.putIntRelease(line + STAMP, Memory.getInt(line + STAMP) + 1);
  }

  /** The stamp, for readers that are not the worker; odd or 0: nothing to see here. */
  public int stamp() {
    return Memory.getIntAcquire(line + STAMP);
  }

  /** Whether what was read since {@link #stamp()} belongs to one connection. */
  public boolean isUnchangedSince(int stamp) {
    Memory.acquireFence();
    return Memory.getIntAcquire(line + STAMP) == stamp;
  }

  /** Whether the slot holds a connection; for the worker. */
  public boolean isPresent() {
    int stamp = Memory.getInt(line + STAMP);
    return stamp != 0 && (stamp & 1) == 0;
  }

  /** No packet can have these ports together: the template is over, as listings show. */
  void hidePorts() {
    Memory.putInt(line + PORTS, HIDDEN_PORT << 16 | clientPort());
    Memory.putNative16(line + SERVER_PORT, HIDDEN_PORT);
  }

  /** {@link ConnectionFlags}. */
  public int flags() {
    return Memory.getInt(line + FLAGS);
  }

  /** Whether one of these flags is set. */
  public boolean hasFlag(int flag) {
    return (flags() & flag) != 0;
  }

  /** Sets flags. */
  public void addFlags(int added) {
    Memory.putInt(line + FLAGS, flags() | added);
  }

  /** Clears flags. */
  public void removeFlags(int removed) {
    Memory.putInt(line + FLAGS, flags() & ~removed);
  }

  /** Forwarding method: jvs.service.ServerSpec.MASQ and so on. */
  public int method() {
    return flags() & ConnectionFlags.METHOD_MASK;
  }

  /** Whether the method is NAT. */
  public boolean isMasquerading() {
    return method() == 0;
  }

  /** Whether the client's end is translated, too: {@link LocalEnd}. */
  public boolean isFullNat() {
    return method() == ConnectionFlags.FULLNAT;
  }

  /** Whether replies come here and are translated back. */
  public boolean isTranslating() {
    int method = method();
    return method == 0 || method == ConnectionFlags.FULLNAT;
  }

  /** Whether this is a persistence template. */
  public boolean isTemplate() {
    return hasFlag(ConnectionFlags.TEMPLATE);
  }

  /** Whether client and virtual addresses are IPv6. */
  public boolean isV6() {
    return hasFlag(ConnectionFlags.IPV6);
  }

  /** Whether the server's address is IPv6. */
  public boolean isServerV6() {
    int family = flags() & (ConnectionFlags.IPV6 | ConnectionFlags.OTHER_FAMILY);
    return family == ConnectionFlags.IPV6 || family == ConnectionFlags.OTHER_FAMILY;
  }

  /** IP protocol number. */
  public int protocol() {
    return Memory.u8(line + PROTOCOL);
  }

  /** Both ports as in {@link FlowKey#ports()}. */
  int ports() {
    return Memory.getInt(line + PORTS);
  }

  /** Client's and virtual address as in {@link FlowKey#addressesV4()}. */
  long addressesV4() {
    return Memory.getLong(line + ADDRESSES);
  }

  /** Client's port. */
  public int clientPort() {
    return Memory.getInt(line + PORTS) & 0xffff;
  }

  void clientPort(int value) {
    Memory.putInt(line + PORTS, virtualPort() << 16 | value);
  }

  /** Virtual port. */
  public int virtualPort() {
    return Memory.getInt(line + PORTS) >>> 16;
  }

  /** Server's port. */
  public int serverPort() {
    return Memory.nativeU16(line + SERVER_PORT);
  }

  /** First half of the client's IPv6 address; 0 for IPv4. */
  public long clientHigh() {
    return isV6() ? Memory.getLong(table.extensionAddress(slot) + CLIENT_V6) : 0;
  }

  /** Second half of the client's address; IPv4 in the low 32 bits. */
  public long clientLow() {
    return isV6()
        ? Memory.getLong(table.extensionAddress(slot) + CLIENT_V6 + 8)
        : Memory.getLong(line + ADDRESSES) & LOW_32;
  }

  /** First half of the virtual IPv6 address; 0 for IPv4. */
  public long virtualHigh() {
    return isV6() ? Memory.getLong(table.extensionAddress(slot) + VIRTUAL_V6) : 0;
  }

  /** Second half of the virtual address; IPv4 in the low 32 bits. */
  public long virtualLow() {
    return isV6()
        ? Memory.getLong(table.extensionAddress(slot) + VIRTUAL_V6 + 8)
        : Memory.getLong(line + ADDRESSES) >>> 32;
  }

  /** First half of the server's IPv6 address; 0 for IPv4. */
  public long serverHigh() {
    return isServerV6() ? Memory.getLong(table.extensionAddress(slot) + SERVER_V6) : 0;
  }

  /** Second half of the server's address; IPv4 in the low 32 bits. */
  public long serverLow() {
    return isServerV6()
        ? Memory.getLong(table.extensionAddress(slot) + SERVER_V6 + 8)
        : Memory.getInt(line + SERVER) & LOW_32;
  }

  /** State number of its protocol: {@link TcpState}, or 0. */
  public int state() {
    return Memory.u8(line + STATE);
  }

  /** Sets the state number. */
  public void state(int value) {
    Memory.put8(line + STATE, value);
  }

  /** {@link jvs.service.RealServer#id()} of its server, or -1. */
  public int serverId() {
    return Memory.getInt(line + SERVER_ID);
  }

  /** Timeout in milliseconds. */
  public long timeoutMillis() {
    return Memory.getInt(line + TIMEOUT) & LOW_32;
  }

  /** Sets the timeout; at most 2^32-1 ms. */
  public void timeoutMillis(long value) {
    Memory.putInt(line + TIMEOUT, (int) value);
  }

  /** Restarts the timer. */
  public void touch(long nowMillis) {
    Memory.putInt(line + LAST_USED, (int) nowMillis);
  }

  /** Milliseconds until the timer fires; 0 or less if it is due. */
  public long remainingMillis(long nowMillis) {
    long idle = ((int) nowMillis - Memory.getInt(line + LAST_USED)) & LOW_32;
    return timeoutMillis() - idle;
  }

  /** Milliseconds since the last packet. */
  public long idleMillis(long nowMillis) {
    return ((int) nowMillis - Memory.getInt(line + LAST_USED)) & LOW_32;
  }

  /** Requests forwarded so far. */
  public int inPackets() {
    return Memory.getInt(line + IN_PACKETS);
  }

  /** Counts a forwarded request. */
  public void countRequest() {
    Memory.putInt(line + IN_PACKETS, inPackets() + 1);
  }

  /** Sets the count of forwarded requests. */
  public void inPackets(int value) {
    Memory.putInt(line + IN_PACKETS, value);
  }

  /** Slot of what controls this one, or NONE: see {@link ConnectionFlags#CONTROLLED_HERE}. */
  public int controller() {
    return Memory.getInt(line + CONTROLLER);
  }

  /** Sets the slot of what controls this one. */
  public void controller(int value) {
    Memory.putInt(line + CONTROLLER, value);
  }

  /** How many connections this one controls. */
  public int controlled() {
    return Memory.getInt(line + CONTROLLED);
  }

  /** Sets how many connections this one controls. */
  public void controlled(int value) {
    Memory.putInt(line + CONTROLLED, value);
  }

  /** Firewall mark of the packet that opened it, as unsigned 32 bits. */
  public long mark() {
    return Memory.getInt(line + MARK) & LOW_32;
  }

  /** Sets the firewall mark. */
  public void mark(long value) {
    Memory.putInt(line + MARK, (int) value);
  }

  int wheelNext() {
    return Memory.getInt(line + WHEEL_NEXT);
  }

  void wheelNext(int value) {
    Memory.putInt(line + WHEEL_NEXT, value);
  }

  int wheelPrevious() {
    return Memory.getInt(line + WHEEL_PREVIOUS);
  }

  void wheelPrevious(int value) {
    Memory.putInt(line + WHEEL_PREVIOUS, value);
  }
}
