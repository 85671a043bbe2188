package jvs.service;

/**
 * The settings under net.ipv4.vs that the director reads, with the kernel's defaults; {@link
 * Sysctls} knows their names.
 *
 * <p>Written by the control plane, read by workers; a change takes effect at the next packet.
 */
public final class Settings {
  /** A defence is off. */
  public static final int OFF = 0;

  /** A defence comes on when memory is short; it is not. */
  public static final int AUTOMATIC_OFF = 1;

  /** A defence comes on when memory is short, which it is. */
  public static final int AUTOMATIC_ON = 2;

  /** A defence is on. */
  public static final int ALWAYS = 3;

  /** Connections of a deleted server expire at once. */
  public volatile boolean expiresNoDestination;

  /** 0 off, 1 reuse of TIME_WAIT and CLOSE, 2 also of FIN_WAIT of one-way connections. */
  public volatile int connectionReuseMode = 1;

  /** Any TCP segment but RST may open a connection. */
  public volatile boolean isSloppyTcp;

  /** Segments of NAT servers without a connection are answered with port unreachable. */
  public volatile boolean sendsNatIcmp;

  /** Without a server, packets of mark services to foreign addresses go there (cache_bypass). */
  public volatile boolean bypasses;

  /** Templates of quiesced servers are not used any more. */
  public volatile boolean expiresQuiescentTemplate;

  /** lblc_expiration in seconds. */
  public volatile int lblcExpirationSeconds = 86400;

  /** lblcr_expiration in seconds. */
  public volatile int lblcrExpirationSeconds = 86400;

  /** Rates are estimated. */
  public volatile boolean estimatesRates = true;

  /** amemthresh: there is too little memory below so many pages. */
  public volatile int memoryThresholdPages = 1024;

  /** am_droprate: drop_packet=3 drops one in so many. */
  public volatile int packetDropRate = 10;

  /** drop_entry: {@link #OFF}, {@link #AUTOMATIC_OFF}, {@link #AUTOMATIC_ON}, {@link #ALWAYS}. */
  public volatile int entryDefenceMode;

  /** drop_packet, likewise. */
  public volatile int packetDefenceMode;

  /** secure_tcp, likewise. */
  public volatile int tcpDefenceMode;

  /** The drop_entry defence is on. */
  public volatile boolean dropsEntries;

  /** The drop_packet defence drops one in so many packets that would open a connection; 0 none. */
  public volatile int dropsOneIn;

  /** The secure_tcp defence is on. */
  public volatile boolean isSecureTcp;

  /** An ICMP error about an unknown flow of a service opens its connection (schedule_icmp). */
  public volatile boolean schedulesIcmp;

  /** Any SCTP chunk may open a connection (sloppy_sctp). */
  public volatile boolean isSloppySctp;

  /** Tunnels copy DF to the outer header and tell clients what does not fit (pmtu_disc). */
  public volatile boolean discoversPathMtu = true;

  /** Version of the messages that a sync master sends, 0 or 1 (sync_version). */
  public volatile int syncVersion = 1;

  /** How many UDP ports sync daemons use; a power of two (sync_ports). Looked at as they start. */
  public volatile int syncPorts = 1;

  /** Of connections of persistent services only the templates are synchronised. */
  public volatile boolean syncsTemplatesOnly;

  /** Messages that may wait for a sync master (sync_qlen_max). */
  public volatile int syncQueueMessages = 8192;

  /** Socket buffer of sync daemons in bytes, 0 for the system's (sync_sock_size). */
  public volatile int syncSocketBytes;

  /** The how-manieth packet of each period is told to backups (sync_threshold, first number). */
  public volatile int syncThreshold = 3;

  /** Packets in a period, 0 for one period that never ends (sync_threshold, second number). */
  public volatile int syncPeriod = 50;

  /** What is not news is told after so many seconds at the earliest; 0 any time. */
  public volatile int syncRefreshSeconds;

  /** How often a message is repeated within a refresh period (sync_retries). */
  public volatile int syncRetries;

  /** A director whose backup sync daemon runs does not balance (backup_only). */
  public volatile boolean isPassiveAsBackup;

  /** What comes out of this host's tunnels is not balanced (ignore_tunneled). */
  public volatile boolean ignoresTunneled;

  /** A master sync daemon runs. */
  public volatile boolean isSyncMaster;

  /** A backup sync daemon runs. */
  public volatile boolean isSyncBackup;

  /** Whether requests are the host's at present and not balanced (sysctl_backup_only). */
  public boolean isPassive() {
    return isPassiveAsBackup && isSyncBackup;
  }

  /**
   * Turns the defences on and off (update_defense_level). Control plane, once a second and after
   * changes.
   *
   * @param freePages how much memory is left
   */
  public void defend(long freePages) {
    boolean isShort = freePages < memoryThresholdPages;
    entryDefenceMode = automatic(entryDefenceMode, isShort);
    dropsEntries = entryDefenceMode >= AUTOMATIC_ON;
    packetDefenceMode = automatic(packetDefenceMode, isShort);
    dropsOneIn =
        switch (packetDefenceMode) {
          case AUTOMATIC_ON ->
              (int) (memoryThresholdPages / Math.max(1, memoryThresholdPages - freePages));
          case ALWAYS -> packetDropRate;
          default -> 0;
        };
    tcpDefenceMode = automatic(tcpDefenceMode, isShort);
    isSecureTcp = tcpDefenceMode >= AUTOMATIC_ON;
  }

  private static int automatic(int mode, boolean isShort) {
    return mode == OFF || mode == ALWAYS ? mode : isShort ? AUTOMATIC_ON : AUTOMATIC_OFF;
  }
}
