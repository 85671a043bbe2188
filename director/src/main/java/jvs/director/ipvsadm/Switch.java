package jvs.director.ipvsadm;

import org.jspecify.annotations.Nullable;

/** What may be typed: the long and the short form, and the command or option that it means. */
enum Switch {
  ADD_SERVICE("add-service", "A", Command.ADD_SERVICE),
  EDIT_SERVICE("edit-service", "E", Command.EDIT_SERVICE),
  DELETE_SERVICE("delete-service", "D", Command.DELETE_SERVICE),
  CLEAR("clear", "C", Command.FLUSH),
  RESTORE("restore", "R", Command.RESTORE),
  SAVE("save", "S", Command.SAVE),
  ADD_SERVER("add-server", "a", Command.ADD_SERVER),
  EDIT_SERVER("edit-server", "e", Command.EDIT_SERVER),
  DELETE_SERVER("delete-server", "d", Command.DELETE_SERVER),
  LIST("list", "Ll", Command.LIST),
  ZERO("zero", "Z", Command.ZERO),
  SET("set", "", Command.SET),
  START_DAEMON("start-daemon", "", Command.START_DAEMON, null, Argument.REQUIRED),
  STOP_DAEMON("stop-daemon", "", Command.STOP_DAEMON, null, Argument.REQUIRED),
  // Not in ipvsadm 1.31; as in DPVS's, but -b is another option there, and -Q a recorded mistake.
  ADD_LADDR("add-laddr", "P", Command.ADD_LADDR),
  DELETE_LADDR("del-laddr", "", Command.DELETE_LADDR),
  GET_LADDR("get-laddr", "G", Command.GET_LADDR),
  FULLNAT("fullnat", "", Option.FORWARDING_METHOD, Argument.NONE),
  LADDR("laddr", "z", Option.LADDR, Argument.REQUIRED),
  INTERFACE("interface", "F", Option.INTERFACE, Argument.REQUIRED),
  PROXY_PROTOCOL("proxy-protocol", "", Option.PROXY_PROTOCOL, Argument.REQUIRED),

  HELP("help", "h", null, null, Argument.NONE),
  VERSION("version", "v", null, null, Argument.NONE),

  TCP_SERVICE("tcp-service", "t", Option.SERVICE, Argument.REQUIRED),
  UDP_SERVICE("udp-service", "u", Option.SERVICE, Argument.REQUIRED),
  SCTP_SERVICE("sctp-service", "", Option.SERVICE, Argument.REQUIRED),
  FWMARK_SERVICE("fwmark-service", "f", Option.SERVICE, Argument.REQUIRED),
  IPV6("ipv6", "6", null, null, Argument.NONE),
  SCHEDULER("scheduler", "s", Option.SCHEDULER, Argument.REQUIRED),
  PERSISTENT("persistent", "p", Option.PERSISTENT, Argument.OPTIONAL),
  NETMASK("netmask", "M", Option.NETMASK, Argument.REQUIRED),
  PE("pe", "", Option.PE, Argument.REQUIRED),
  OPS("ops", "o", Option.OPS, Argument.NONE),
  SCHED_FLAGS("sched-flags", "b", Option.SCHED_FLAGS, Argument.REQUIRED),

  REAL_SERVER("real-server", "r", Option.REAL_SERVER, Argument.REQUIRED),
  GATEWAYING("gatewaying", "g", Option.FORWARDING_METHOD, Argument.NONE),
  IPIP("ipip", "i", Option.FORWARDING_METHOD, Argument.NONE),
  MASQUERADING("masquerading", "m", Option.FORWARDING_METHOD, Argument.NONE),
  WEIGHT("weight", "w", Option.WEIGHT, Argument.REQUIRED),
  U_THRESHOLD("u-threshold", "x", Option.UPPER_THRESHOLD, Argument.REQUIRED),
  L_THRESHOLD("l-threshold", "y", Option.LOWER_THRESHOLD, Argument.REQUIRED),
  TUN_TYPE("tun-type", "", Option.TUN_TYPE, Argument.REQUIRED),
  TUN_PORT("tun-port", "", Option.TUN_PORT, Argument.REQUIRED),
  TUN_NOCSUM("tun-nocsum", "", Option.TUN_NOCSUM, Argument.NONE),
  TUN_CSUM("tun-csum", "", Option.TUN_CSUM, Argument.NONE),
  TUN_REMCSUM("tun-remcsum", "", Option.TUN_REMCSUM, Argument.NONE),

  NUMERIC("numeric", "n", Option.NUMERIC, Argument.NONE),
  CONNECTION("connection", "c", Option.CONNECTION, Argument.NONE),
  TIMEOUT("timeout", "", Option.TIMEOUT, Argument.NONE),
  DAEMON("daemon", "", Option.DAEMON, Argument.NONE),
  STATS("stats", "", Option.STATS, Argument.NONE),
  RATE("rate", "", Option.RATE, Argument.NONE),
  THRESHOLDS("thresholds", "", Option.THRESHOLDS, Argument.NONE),
  PERSISTENT_CONN("persistent-conn", "", Option.PERSISTENT_CONN, Argument.NONE),
  TUN_INFO("tun-info", "", Option.TUN_INFO, Argument.NONE),
  NOSORT("nosort", "", Option.NOSORT, Argument.NONE),
  SORT("sort", "", null, null, Argument.NONE),
  EXACT("exact", "X", Option.EXACT, Argument.NONE),

  ATOMIC("atomic", "", Option.ATOMIC, Argument.NONE),
  WITH_THRESHOLDS("with-thresholds", "", Option.WITH_THRESHOLDS, Argument.NONE),
  JSON("json", "", Option.JSON, Argument.NONE),

  MCAST_INTERFACE("mcast-interface", "", Option.MCAST_INTERFACE, Argument.REQUIRED),
  SYNCID("syncid", "", Option.SYNCID, Argument.REQUIRED),
  SYNC_MAXLEN("sync-maxlen", "", Option.SYNC_MAXLEN, Argument.REQUIRED),
  MCAST_GROUP("mcast-group", "", Option.MCAST_GROUP, Argument.REQUIRED),
  MCAST_PORT("mcast-port", "", Option.MCAST_PORT, Argument.REQUIRED),
  MCAST_TTL("mcast-ttl", "", Option.MCAST_TTL, Argument.REQUIRED);

  /** Whether a word follows. */
  enum Argument {
    NONE,
    OPTIONAL,
    REQUIRED
  }

  private static final Switch[] ALL = values();

  private final String longForm;
  private final String shortForms;
  private final @Nullable Command command;
  private final @Nullable Option option;
  private final Argument argument;

  Switch(String longForm, String shortForms, Command command) {
    this(longForm, shortForms, command, null, Argument.NONE);
  }

  Switch(String longForm, String shortForms, Option option, Argument argument) {
    this(longForm, shortForms, null, option, argument);
  }

  Switch(
      String longForm,
      String shortForms,
      @Nullable Command command,
      @Nullable Option option,
      Argument argument) {
    this.longForm = longForm;
    this.shortForms = shortForms;
    this.command = command;
    this.option = option;
    this.argument = argument;
  }

  /** The command that it means, if it is one. */
  @Nullable Command command() {
    return command;
  }

  /** The option that it means; null for commands, {@code -6} and {@code --sort}. */
  @Nullable Option option() {
    return option;
  }

  Argument argument() {
    return argument;
  }

  static @Nullable Switch ofLong(String form) {
    for (Switch candidate : ALL) {
      if (candidate.longForm.equals(form)) {
        return candidate;
      }
    }
    return null;
  }

  static @Nullable Switch ofShort(char form) {
    for (Switch candidate : ALL) {
      if (candidate.shortForms.indexOf(form) >= 0) {
        return candidate;
      }
    }
    return null;
  }
}
