package jvs.service;

/**
 * The settings of a real server, as IPVS_DEST_ATTR_* carry them. Immutable.
 *
 * @param method forwarding method: {@link #MASQ}, {@link #LOCAL}, {@link #TUNNEL}, {@link #ROUTE}
 *     (IP_VS_CONN_F_*), {@link #FULLNAT}
 * @param weight 0..2^31-1; 0 is quiesced
 * @param upperThreshold connections at which the server gets no more; 0 for none
 * @param lowerThreshold connections below which it gets some again
 * @param tunnelType {@link #TUNNEL_IPIP}, {@link #TUNNEL_GUE}, {@link #TUNNEL_GRE}
 * @param tunnelPort UDP port of a GUE tunnel
 * @param tunnelFlags {@link #TUNNEL_CHECKSUM}, {@link #TUNNEL_REMOTE_CHECKSUM}
 */
public record ServerSpec(
    int method,
    int weight,
    long upperThreshold,
    long lowerThreshold,
    int tunnelType,
    int tunnelPort,
    int tunnelFlags) {
  /** Network address translation, {@code -m}. */
  public static final int MASQ = 0;

  /** The server is this host. */
  public static final int LOCAL = 1;

  /** Encapsulation, {@code -i}. */
  public static final int TUNNEL = 2;

  /** Direct routing, {@code -g}. */
  public static final int ROUTE = 3;

  /** To the packet's own destination; connections only. */
  public static final int BYPASS = 4;

  /** Both addresses translated. */
  public static final int FULLNAT = 5;

  /** IP in IP. */
  public static final int TUNNEL_IPIP = 0;

  /** Generic UDP encapsulation. */
  public static final int TUNNEL_GUE = 1;

  /** Generic routing encapsulation. */
  public static final int TUNNEL_GRE = 2;

  /** IP_VS_TUNNEL_ENCAP_FLAG_CSUM. */
  public static final int TUNNEL_CHECKSUM = 1;

  /** IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM. */
  public static final int TUNNEL_REMOTE_CHECKSUM = 2;

  /** A server without thresholds or tunnel. */
  public static ServerSpec of(int method, int weight) {
    return new ServerSpec(method, weight, 0, 0, TUNNEL_IPIP, 0, 0);
  }
}
