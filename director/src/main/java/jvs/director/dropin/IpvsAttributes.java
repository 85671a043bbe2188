package jvs.director.dropin;

import jvs.director.dropin.Attributes.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Numbers of the attributes of the family "IPVS" under their names in linux/ip_vs.h, and what the
 * kernel demands of each (ip_vs_cmd_policy and its kin).
 */
final class IpvsAttributes {
  static final int SERVICE = 1;
  static final int DEST = 2;
  static final int DAEMON = 3;
  static final int TIMEOUT_TCP = 4;
  static final int TIMEOUT_TCP_FIN = 5;
  static final int TIMEOUT_UDP = 6;

  static final int SVC_AF = 1;
  static final int SVC_PROTOCOL = 2;
  static final int SVC_ADDR = 3;
  static final int SVC_PORT = 4;
  static final int SVC_FWMARK = 5;
  static final int SVC_SCHED_NAME = 6;
  static final int SVC_FLAGS = 7;
  static final int SVC_TIMEOUT = 8;
  static final int SVC_NETMASK = 9;
  static final int SVC_STATS = 10;
  static final int SVC_PE_NAME = 11;
  static final int SVC_STATS64 = 12;

  static final int DEST_ADDR = 1;
  static final int DEST_PORT = 2;
  static final int DEST_FWD_METHOD = 3;
  static final int DEST_WEIGHT = 4;
  static final int DEST_U_THRESH = 5;
  static final int DEST_L_THRESH = 6;
  static final int DEST_ACTIVE_CONNS = 7;
  static final int DEST_INACT_CONNS = 8;
  static final int DEST_PERSIST_CONNS = 9;
  static final int DEST_STATS = 10;
  static final int DEST_ADDR_FAMILY = 11;
  static final int DEST_STATS64 = 12;
  static final int DEST_TUN_TYPE = 13;
  static final int DEST_TUN_PORT = 14;
  static final int DEST_TUN_FLAGS = 15;

  static final int DAEMON_STATE = 1;
  static final int DAEMON_MCAST_IFN = 2;
  static final int DAEMON_SYNC_ID = 3;
  static final int DAEMON_SYNC_MAXLEN = 4;
  static final int DAEMON_MCAST_GROUP = 5;
  static final int DAEMON_MCAST_GROUP6 = 6;
  static final int DAEMON_MCAST_PORT = 7;
  static final int DAEMON_MCAST_TTL = 8;

  static final int INFO_VERSION = 1;
  static final int INFO_TABLE_SIZE = 2;

  static final int STATS_CONNS = 1;
  static final int STATS_INPKTS = 2;
  static final int STATS_OUTPKTS = 3;
  static final int STATS_INBYTES = 4;
  static final int STATS_OUTBYTES = 5;
  static final int STATS_CPS = 6;
  static final int STATS_INPPS = 7;
  static final int STATS_OUTPPS = 8;
  static final int STATS_INBPS = 9;
  static final int STATS_OUTBPS = 10;

  /** Bytes of union nf_inet_addr. */
  static final int ADDRESS_BYTES = 16;

  static final @Nullable Rule[] COMMAND_RULES = {
    null, Rule.NEST, Rule.NEST, Rule.NEST, Rule.U32, Rule.U32, Rule.U32,
  };

  static final @Nullable Rule[] SERVICE_RULES = {
    null,
    Rule.U16,
    Rule.U16,
    Rule.atMost(ADDRESS_BYTES),
    Rule.U16,
    Rule.U32,
    Rule.text(15),
    Rule.atMost(8),
    Rule.U32,
    Rule.U32,
    Rule.NEST,
    Rule.text(16),
    null,
  };

  static final @Nullable Rule[] SERVER_RULES = {
    null,
    Rule.atMost(ADDRESS_BYTES),
    Rule.U16,
    Rule.U32,
    Rule.U32,
    Rule.U32,
    Rule.U32,
    Rule.U32,
    Rule.U32,
    Rule.U32,
    Rule.NEST,
    Rule.U16,
    null,
    Rule.U8,
    Rule.U16,
    Rule.U16,
  };

  static final @Nullable Rule[] DAEMON_RULES = {
    null,
    Rule.U32,
    Rule.text(16),
    Rule.U32,
    Rule.U16,
    Rule.U32,
    Rule.atLeast(ADDRESS_BYTES),
    Rule.U16,
    Rule.U8,
  };

  private IpvsAttributes() {}
}
