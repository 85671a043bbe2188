package jvs.director.ipvsadm;

import static jvs.director.ipvsadm.Option.ATOMIC;
import static jvs.director.ipvsadm.Option.CONNECTION;
import static jvs.director.ipvsadm.Option.DAEMON;
import static jvs.director.ipvsadm.Option.EXACT;
import static jvs.director.ipvsadm.Option.FORWARDING_METHOD;
import static jvs.director.ipvsadm.Option.INTERFACE;
import static jvs.director.ipvsadm.Option.JSON;
import static jvs.director.ipvsadm.Option.LADDR;
import static jvs.director.ipvsadm.Option.LOWER_THRESHOLD;
import static jvs.director.ipvsadm.Option.MCAST_GROUP;
import static jvs.director.ipvsadm.Option.MCAST_INTERFACE;
import static jvs.director.ipvsadm.Option.MCAST_PORT;
import static jvs.director.ipvsadm.Option.MCAST_TTL;
import static jvs.director.ipvsadm.Option.NETMASK;
import static jvs.director.ipvsadm.Option.NOSORT;
import static jvs.director.ipvsadm.Option.NUMERIC;
import static jvs.director.ipvsadm.Option.OPS;
import static jvs.director.ipvsadm.Option.PE;
import static jvs.director.ipvsadm.Option.PERSISTENT;
import static jvs.director.ipvsadm.Option.PERSISTENT_CONN;
import static jvs.director.ipvsadm.Option.PROXY_PROTOCOL;
import static jvs.director.ipvsadm.Option.RATE;
import static jvs.director.ipvsadm.Option.REAL_SERVER;
import static jvs.director.ipvsadm.Option.SCHEDULER;
import static jvs.director.ipvsadm.Option.SCHED_FLAGS;
import static jvs.director.ipvsadm.Option.SERVICE;
import static jvs.director.ipvsadm.Option.STATS;
import static jvs.director.ipvsadm.Option.SYNCID;
import static jvs.director.ipvsadm.Option.SYNC_MAXLEN;
import static jvs.director.ipvsadm.Option.THRESHOLDS;
import static jvs.director.ipvsadm.Option.TIMEOUT;
import static jvs.director.ipvsadm.Option.TUN_CSUM;
import static jvs.director.ipvsadm.Option.TUN_INFO;
import static jvs.director.ipvsadm.Option.TUN_NOCSUM;
import static jvs.director.ipvsadm.Option.TUN_PORT;
import static jvs.director.ipvsadm.Option.TUN_REMCSUM;
import static jvs.director.ipvsadm.Option.TUN_TYPE;
import static jvs.director.ipvsadm.Option.UPPER_THRESHOLD;
import static jvs.director.ipvsadm.Option.WEIGHT;
import static jvs.director.ipvsadm.Option.WITH_THRESHOLDS;

/** The commands, and the options that go with each: needed; allowed; at most one of. */
enum Command {
  ADD_SERVICE("add-service", needs(SERVICE), Sets.SERVICE_SETTINGS),
  EDIT_SERVICE("edit-service", needs(SERVICE), Sets.SERVICE_SETTINGS),
  DELETE_SERVICE("delete-service", needs(SERVICE), 0),
  FLUSH("flush", 0, 0),
  RESTORE("restore", 0, allows(ATOMIC)),
  // Thresholds are lost by ipvsadm; with this option of ours they are not.
  SAVE("save", 0, allows(NUMERIC, WITH_THRESHOLDS)),
  ADD_SERVER("add-server", needs(SERVICE, REAL_SERVER), Sets.SERVER_SETTINGS),
  EDIT_SERVER("edit-server", needs(SERVICE, REAL_SERVER), Sets.SERVER_SETTINGS),
  DELETE_SERVER("delete-server", needs(SERVICE, REAL_SERVER), 0),
  // --syncid has no meaning here, but ipvsadm lets it pass.
  LIST(
      "list",
      0,
      allows(
          NUMERIC, STATS, RATE, THRESHOLDS, PERSISTENT_CONN, NOSORT, SYNCID, EXACT, TUN_INFO, JSON),
      Option.set(SERVICE, CONNECTION, TIMEOUT, DAEMON)),
  ZERO("zero", 0, allows(SERVICE)),
  SET("set", 0, 0),
  START_DAEMON(
      "start-daemon",
      0,
      allows(MCAST_INTERFACE, SYNCID, MCAST_GROUP, MCAST_PORT, MCAST_TTL, SYNC_MAXLEN)),
  STOP_DAEMON("stop-daemon", 0, allows(SYNCID)),
  ADD_LADDR("add-laddr", needs(SERVICE, LADDR), allows(INTERFACE)),
  DELETE_LADDR("del-laddr", needs(SERVICE, LADDR), allows(INTERFACE)),
  GET_LADDR("get-laddr", 0, allows(SERVICE, NUMERIC));

  /** Enum constants may not refer to constants of their own enum. */
  private static final class Sets {
    static final long SERVICE_SETTINGS =
        allows(SCHEDULER, PERSISTENT, NETMASK, OPS, PE, SCHED_FLAGS, PROXY_PROTOCOL);
    static final long SERVER_SETTINGS =
        allows(
            FORWARDING_METHOD,
            WEIGHT,
            UPPER_THRESHOLD,
            LOWER_THRESHOLD,
            TUN_TYPE,
            TUN_PORT,
            TUN_NOCSUM,
            TUN_CSUM,
            TUN_REMCSUM);
  }

  private final String text;
  private final long needed;
  private final long allowed;
  private final long exclusive;

  Command(String text, long needed, long allowed) {
    this(text, needed, allowed, 0);
  }

  Command(String text, long needed, long allowed, long exclusive) {
    this.text = text;
    this.needed = needed;
    this.allowed = allowed;
    this.exclusive = exclusive;
  }

  /** Whether it changes the director's tables by itself. */
  boolean isChange() {
    return switch (this) {
      case LIST, SAVE, RESTORE -> false;
      default -> true;
    };
  }

  /** Refuses options that do not go with this command. */
  void check(long given) throws Exit {
    new Legality(needed, allowed, exclusive).check(given, -1, "'" + text + "' command");
  }

  private static long needs(Option... options) {
    return Option.set(options);
  }

  private static long allows(Option... options) {
    return Option.set(options);
  }
}
