package jvs.director.ipvsadm;

/**
 * The options, named as ipvsadm's messages name them.
 *
 * <p>The order is that in which ipvsadm checks them, so it decides which of several mistakes is
 * reported. Sets of options are bit sets in a long.
 */
enum Option {
  NUMERIC("numeric"),
  CONNECTION("connection"),
  SERVICE("service-address"),
  SCHEDULER("scheduler"),
  PERSISTENT("persistent"),
  NETMASK("netmask"),
  REAL_SERVER("real-server"),
  FORWARDING_METHOD("forwarding-method"),
  WEIGHT("weight"),
  UPPER_THRESHOLD("u-threshold"),
  LOWER_THRESHOLD("l-threshold"),
  MCAST_INTERFACE("mcast-interface"),
  TIMEOUT("timeout"),
  DAEMON("daemon"),
  STATS("stats"),
  RATE("rate"),
  THRESHOLDS("thresholds"),
  PERSISTENT_CONN("persistent-conn"),
  NOSORT("nosort"),
  SYNCID("syncid"),
  EXACT("exact"),
  OPS("ops"),
  PE("pe"),
  SCHED_FLAGS("sched-flags"),
  MCAST_GROUP("mcast-group"),
  MCAST_PORT("mcast-port"),
  MCAST_TTL("mcast-ttl"),
  SYNC_MAXLEN("sync-maxlen"),
  TUN_INFO("tun-info"),
  TUN_TYPE("tun-type"),
  TUN_PORT("tun-port"),
  TUN_NOCSUM("tun-nocsum"),
  TUN_CSUM("tun-csum"),
  TUN_REMCSUM("tun-remcsum"),
  // Ours; ipvsadm has not these.
  ATOMIC("atomic"),
  WITH_THRESHOLDS("with-thresholds"),
  JSON("json"),
  LADDR("laddr"),
  INTERFACE("interface"),
  PROXY_PROTOCOL("proxy-protocol");

  private final String text;

  Option(String text) {
    this.text = text;
  }

  /** The name in messages. */
  String text() {
    return text;
  }

  boolean isIn(long set) {
    return (set & bit()) != 0;
  }

  static long set(Option... options) {
    long set = 0;
    for (Option option : options) {
      set |= option.bit();
    }
    return set;
  }

  // Nothing stores or sends the number; EnumSet would do the same, but not inside other enums.
  @SuppressWarnings("EnumOrdinal")
  private long bit() {
    return 1L << ordinal();
  }
}
