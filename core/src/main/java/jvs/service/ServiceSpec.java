package jvs.service;

/**
 * The settings of a virtual service, as IPVS_SVC_ATTR_* carry them. Immutable.
 *
 * @param scheduler name as in {@code ipvsadm -s}, or {@code none}
 * @param flags {@link #PERSISTENT}, {@link #ONE_PACKET}, {@link #SCHED_1}.. (IP_VS_SVC_F_*), {@link
 *     #PROXY_V2}
 * @param timeoutSeconds persistence timeout
 * @param netmask persistence granularity: an IPv4 mask as 32 bits, or an IPv6 prefix length 1..128
 * @param engine persistence engine's name, empty for none
 */
public record ServiceSpec(
    String scheduler, int flags, int timeoutSeconds, int netmask, String engine) {
  /** Connections of one client go to one server. */
  public static final int PERSISTENT = 0x01;

  /** Kernel-internal: the service is in its table. */
  public static final int HASHED = 0x02;

  /** Every packet is scheduled by itself. */
  public static final int ONE_PACKET = 0x04;

  /** Scheduler flag 1: sh-fallback, mh-fallback. */
  public static final int SCHED_1 = 0x08;

  /** Scheduler flag 2: sh-port, mh-port. */
  public static final int SCHED_2 = 0x10;

  /** Scheduler flag 3. */
  public static final int SCHED_3 = 0x20;

  /** Ours: FULLNAT servers learn the client by PROXY protocol version 2 instead of TOA. */
  public static final int PROXY_V2 = 0x1_0000;

  /** A plain IPv4 service without flags. */
  public static ServiceSpec of(String scheduler) {
    return new ServiceSpec(scheduler, 0, 0, -1, "");
  }

  /** Whether every bit of {@code flag} is set. */
  public boolean has(int flag) {
    return (flags & flag) == flag;
  }

  /**
   * Whether a service of this key can have these settings.
   *
   * @throws IpvsException EINVAL naming what does not fit
   */
  public void checkFor(ServiceKey key) {
    if (!key.address().isV4() && (netmask < 1 || netmask > 128)) {
      throw new IpvsException(
          IpvsException.Errno.EINVAL, "IPv6 prefix length " + netmask + ", expected 1..128");
    }
    if (has(PROXY_V2) && key.protocol() != ServiceKey.TCP) {
      throw new IpvsException(
          IpvsException.Errno.EINVAL, "PROXY protocol is for TCP services, not for " + key);
    }
  }
}
