package jvs.wire;

/** ARP for IPv4 over Ethernet (RFC 826). A worker's flyweight. */
public final class ArpHeader {
  /** Bytes of the packet. */
  public static final int LENGTH = 28;

  /** ar$op of a request. */
  public static final int REQUEST = 1;

  /** ar$op of a reply. */
  public static final int REPLY = 2;

  private static final int HARDWARE = 0;
  private static final int PROTOCOL = 2;
  private static final int LENGTHS = 4;
  private static final int OPERATION = 6;
  private static final int SENDER_MAC = 8;
  private static final int SENDER_IP = 14;
  private static final int TARGET_MAC = 18;
  private static final int TARGET_IP = 24;
  private static final int ETHERNET = 1;
  private static final int SIX_AND_FOUR = 0x0604;

  private long address;
  private int available;

  /** Looks at {@code available} bytes at {@code address}. */
  public ArpHeader wrap(long address, int available) {
    this.address = address;
    this.available = available;
    return this;
  }

  /** 0, or the code of ARP_TRUNCATED. */
  public int check() {
    return available < LENGTH ? DropReason.ARP_TRUNCATED.code() : 0;
  }

  /** Whether it is about IPv4 over Ethernet at all. */
  public boolean isIpv4OverEthernet() {
    return Memory.u16(address + HARDWARE) == ETHERNET
        && Memory.u16(address + PROTOCOL) == EthernetHeader.IPV4
        && Memory.u16(address + LENGTHS) == SIX_AND_FOUR;
  }

  /** {@link #REQUEST}, {@link #REPLY} or another number. */
  public int operation() {
    return Memory.u16(address + OPERATION);
  }

  /** Sender's hardware address. */
  public long senderMac() {
    return EthernetHeader.mac(address + SENDER_MAC);
  }

  /** Sender's IPv4 address. */
  public int senderIp() {
    return Memory.i32(address + SENDER_IP);
  }

  /** Target's IPv4 address. */
  public int targetIp() {
    return Memory.i32(address + TARGET_IP);
  }

  /** Writes a whole packet at the wrapped address. */
  public void write(int operation, long senderMac, int senderIp, long targetMac, int targetIp) {
    Memory.put16(address + HARDWARE, ETHERNET);
    Memory.put16(address + PROTOCOL, EthernetHeader.IPV4);
    Memory.put16(address + LENGTHS, SIX_AND_FOUR);
    Memory.put16(address + OPERATION, operation);
    EthernetHeader.putMac(address + SENDER_MAC, senderMac);
    Memory.put32(address + SENDER_IP, senderIp);
    EthernetHeader.putMac(address + TARGET_MAC, targetMac);
    Memory.put32(address + TARGET_IP, targetIp);
  }

  @Override
  public String toString() {
    return operation() == REQUEST
        ? "arp who-has " + IpText.formatV4(targetIp()) + " tell " + IpText.formatV4(senderIp())
        : "arp reply "
            + IpText.formatV4(senderIp())
            + " is-at "
            + EthernetHeader.format(senderMac());
  }
}
