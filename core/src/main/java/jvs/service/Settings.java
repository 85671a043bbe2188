package jvs.service;

/**
 * The settings under net.ipv4.vs that the data path reads, with the kernel's defaults.
 *
 * <p>Written by the control plane, read by workers; a change takes effect at the next packet.
 */
public final class Settings {
  /** Connections of a deleted server expire at their next packet. */
  public volatile boolean expiresNoDestination;

  /** 0 off, 1 reuse of TIME_WAIT and CLOSE, 2 also of FIN_WAIT of one-way connections. */
  public volatile int connectionReuseMode = 1;

  /** Any TCP segment but RST may open a connection. */
  public volatile boolean isSloppyTcp;

  /** Segments of NAT servers without a connection are answered with port unreachable. */
  public volatile boolean sendsNatIcmp;

  /** lblc_expiration in seconds. */
  public volatile int lblcExpirationSeconds = 86400;

  /** lblcr_expiration in seconds. */
  public volatile int lblcrExpirationSeconds = 86400;

  /** The secure_tcp defence is on. */
  public volatile boolean isSecureTcp;

  /** An ICMP error about an unknown flow of a service opens its connection (schedule_icmp). */
  public volatile boolean schedulesIcmp;

  /** Any SCTP chunk may open a connection (sloppy_sctp). */
  public volatile boolean isSloppySctp;

  /** Tunnels copy DF to the outer header and tell clients what does not fit (pmtu_disc). */
  public volatile boolean discoversPathMtu = true;
}
