package jvs.flow;

/**
 * Who talks to whom: client and virtual endpoint of a packet, as bare bits.
 *
 * <p>A flyweight of its worker, filled for each packet; a scheduler may read it during the call it
 * was given to. IPv4 addresses lie in the low 32 bits of the low half. One thread.
 */
public final class FlowKey {
  private boolean isV6;
  private int protocol;
  private long clientHigh;
  private long clientLow;
  private int clientPort;
  private long virtualHigh;
  private long virtualLow;
  private int virtualPort;
  private int presumed = ConnectionTable.NONE;

  /** Fills in an IPv4 flow. */
  public FlowKey setV4(int protocol, int client, int clientPort, int virtual, int virtualPort) {
    this.isV6 = false;
    this.protocol = protocol;
    this.clientHigh = 0;
    this.clientLow = client & 0xffff_ffffL;
    this.clientPort = clientPort;
    this.virtualHigh = 0;
    this.virtualLow = virtual & 0xffff_ffffL;
    this.virtualPort = virtualPort;
    return this;
  }

  /** Fills in a flow of either family. */
  public FlowKey set(
      boolean isV6,
      int protocol,
      long clientHigh,
      long clientLow,
      int clientPort,
      long virtualHigh,
      long virtualLow,
      int virtualPort) {
    this.isV6 = isV6;
    this.protocol = protocol;
    this.clientHigh = clientHigh;
    this.clientLow = clientLow;
    this.clientPort = clientPort;
    this.virtualHigh = virtualHigh;
    this.virtualLow = virtualLow;
    this.virtualPort = virtualPort;
    return this;
  }

  /** Fills in the flow of a connection's requests. */
  FlowKey setTo(Connection connection) {
    return set(
        connection.isV6(),
        connection.protocol(),
        connection.clientHigh(),
        connection.clientLow(),
        connection.clientPort(),
        connection.virtualHigh(),
        connection.virtualLow(),
        connection.virtualPort());
  }

  /** Whether the addresses are IPv6. */
  public boolean isV6() {
    return isV6;
  }

  /** IP protocol number. */
  public int protocol() {
    return protocol;
  }

  /** First eight octets of the client's IPv6 address, 0 for IPv4. */
  public long clientHigh() {
    return clientHigh;
  }

  /** Last eight octets of the client's address; IPv4 in the low 32 bits. */
  public long clientLow() {
    return clientLow;
  }

  /** Client's port. */
  public int clientPort() {
    return clientPort;
  }

  void clientPort(int value) {
    clientPort = value;
  }

  /** First eight octets of the virtual IPv6 address, 0 for IPv4. */
  public long virtualHigh() {
    return virtualHigh;
  }

  /** Last eight octets of the virtual address; IPv4 in the low 32 bits. */
  public long virtualLow() {
    return virtualLow;
  }

  /** Virtual port. */
  public int virtualPort() {
    return virtualPort;
  }

  /** Both ports in one word, as connections have them. */
  int ports() {
    return virtualPort << 16 | clientPort;
  }

  /** Both IPv4 addresses in one word, as connections have them. */
  long addressesV4() {
    return virtualLow << 32 | clientLow;
  }

  /** Whether these are client and virtual endpoint of a connection. */
  public boolean isRequestOf(Connection connection) {
    return ports() == connection.ports()
        && protocol == connection.protocol()
        && isV6 == connection.isV6()
        && (isV6 ? isRequestOfV6(connection) : addressesV4() == connection.addressesV4());
  }

  private boolean isRequestOfV6(Connection connection) {
    return clientLow == connection.clientLow()
        && clientHigh == connection.clientHigh()
        && virtualLow == connection.virtualLow()
        && virtualHigh == connection.virtualHigh();
  }

  /** Whether these are the ends of a connection's replies, the virtual end being the sender's. */
  boolean isReplyOf(Connection connection) {
    int method = connection.method();
    if (method != 0 && method != ConnectionFlags.FULLNAT) {
      return isRequestOf(connection);
    }
    return virtualPort == connection.serverPort()
        && protocol == connection.protocol()
        && isV6 == connection.isV6()
        && virtualLow == connection.serverLow()
        && virtualHigh == connection.serverHigh()
        && (method == 0 ? isClientOf(connection) : LocalEnd.isClientOf(connection, this));
  }

  private boolean isClientOf(Connection connection) {
    return clientPort == connection.clientPort()
        && clientLow == connection.clientLow()
        && clientHigh == connection.clientHigh();
  }

  /** The next flow probably is that of the connection in {@code slot}: {@link Foresight}. */
  public void presume(int slot) {
    presumed = slot;
  }

  int presumed() {
    return presumed;
  }

  /** The client's address folded to 32 bits: XOR of its words (hashing schedulers). */
  public int clientFolded() {
    return fold(clientHigh, clientLow);
  }

  /** The virtual address folded to 32 bits. */
  public int virtualFolded() {
    return fold(virtualHigh, virtualLow);
  }

  private static int fold(long high, long low) {
    return (int) (high >>> 32) ^ (int) high ^ (int) (low >>> 32) ^ (int) low;
  }
}
