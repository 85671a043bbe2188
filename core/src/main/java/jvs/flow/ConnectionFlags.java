package jvs.flow;

/** The flags of a connection (IP_VS_CONN_F_*, include/uapi/linux/ip_vs.h). */
public final class ConnectionFlags {
  /** The forwarding method: jvs.service.ServerSpec.MASQ and so on. */
  public static final int METHOD_MASK = 0x0007;

  /** Ours: the method that translates both ends, jvs.service.ServerSpec.FULLNAT. */
  static final int FULLNAT = 5;

  /** A backup sync daemon made it. */
  public static final int SYNC = 0x0020;

  /** It is in the table. */
  public static final int HASHED = 0x0040;

  /** No reply has been seen, none is expected here. */
  public static final int NO_OUTPUT = 0x0080;

  /** Its server counts it as inactive. */
  public static final int INACTIVE = 0x0100;

  /** Sequence numbers of replies are adjusted. */
  public static final int OUT_SEQ = 0x0200;

  /** Sequence numbers of requests are adjusted. */
  public static final int IN_SEQ = 0x0400;

  /** The client's port is not known yet. */
  public static final int NO_CLIENT_PORT = 0x0800;

  /** A persistence template. */
  public static final int TEMPLATE = 0x1000;

  /** Forwards one packet and dies. */
  public static final int ONE_PACKET = 0x2000;

  /** Ours: addresses are IPv6. */
  public static final int IPV6 = 0x0100_0000;

  /** Ours: the server's address is IPv6 although the client's is not, or the reverse. */
  public static final int OTHER_FAMILY = 0x0200_0000;

  /** Ours: its controller is a connection of the same table, not a template. */
  public static final int CONTROLLED_HERE = 0x0400_0000;

  /** Ours: an FTP client said {@code PASV} last. */
  public static final int FTP_PASV = 0x0800_0000;

  /** Ours: an FTP client said {@code EPSV} last. */
  public static final int FTP_EPSV = 0x1000_0000;

  /** Ours: FULLNAT, the server learns the client by PROXY protocol. */
  public static final int PROXY_PROTOCOL = 0x2000_0000;

  private ConnectionFlags() {}
}
