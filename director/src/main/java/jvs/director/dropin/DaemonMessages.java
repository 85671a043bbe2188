package jvs.director.dropin;

import static jvs.director.dropin.IpvsAttributes.DAEMON;
import static jvs.director.dropin.IpvsAttributes.DAEMON_MCAST_GROUP;
import static jvs.director.dropin.IpvsAttributes.DAEMON_MCAST_GROUP6;
import static jvs.director.dropin.IpvsAttributes.DAEMON_MCAST_IFN;
import static jvs.director.dropin.IpvsAttributes.DAEMON_MCAST_PORT;
import static jvs.director.dropin.IpvsAttributes.DAEMON_MCAST_TTL;
import static jvs.director.dropin.IpvsAttributes.DAEMON_RULES;
import static jvs.director.dropin.IpvsAttributes.DAEMON_STATE;
import static jvs.director.dropin.IpvsAttributes.DAEMON_SYNC_ID;
import static jvs.director.dropin.IpvsAttributes.DAEMON_SYNC_MAXLEN;

import java.nio.ByteBuffer;
import jvs.service.DaemonSpec;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The nest IPVS_CMD_ATTR_DAEMON (ip_vs_genl_new_daemon, ip_vs_genl_fill_daemon). */
final class DaemonMessages {
  /** IP_VS_STATE_MASTER. */
  static final int MASTER = 1;

  /** IP_VS_STATE_BACKUP. */
  static final int BACKUP = 2;

  private static final int LONGEST_NAME = 15;

  private DaemonMessages() {}

  static DaemonSpec spec(@Nullable ByteBuffer nest) {
    Attributes given = Attributes.nested(nest, DAEMON_RULES);
    if (!given.hasAll(DAEMON_STATE, DAEMON_MCAST_IFN, DAEMON_SYNC_ID)) {
      throw new IpvsException(Errno.EINVAL, "a sync daemon without state, interface or id");
    }
    String name = given.text(DAEMON_MCAST_IFN);
    return new DaemonSpec(
        isMaster(given.i32(DAEMON_STATE, 0)),
        name.substring(0, Math.min(name.length(), LONGEST_NAME)),
        given.i32(DAEMON_SYNC_ID, 0),
        given.u16(DAEMON_SYNC_MAXLEN),
        group(given),
        given.u16(DAEMON_MCAST_PORT),
        given.u8(DAEMON_MCAST_TTL));
  }

  private static IpAddress group(Attributes given) {
    IpAddress group = IpAddress.v4(0);
    boolean isMulticast = true;
    if (given.has(DAEMON_MCAST_GROUP)) {
      group = Structures.address(IpAddress.IPV4, given.bytes(DAEMON_MCAST_GROUP, 4));
      isMulticast = group.low() >>> 28 == 0xe;
    } else if (given.has(DAEMON_MCAST_GROUP6)) {
      group = IpAddress.of(given.bytes(DAEMON_MCAST_GROUP6, IpvsAttributes.ADDRESS_BYTES));
      isMulticast = group.high() >>> 56 == 0xff;
    }
    if (!isMulticast) {
      throw new IpvsException(Errno.EINVAL, "group " + group + " is no multicast address");
    }
    return group;
  }

  static boolean isMaster(@Nullable ByteBuffer nest) {
    Attributes given = Attributes.nested(nest, DAEMON_RULES);
    if (!given.has(DAEMON_STATE)) {
      throw new IpvsException(Errno.EINVAL, "a sync daemon without state");
    }
    return isMaster(given.i32(DAEMON_STATE, 0));
  }

  static boolean isMaster(int state) {
    if (state != MASTER && state != BACKUP) {
      throw new IpvsException(Errno.EINVAL, "state " + state + " of a sync daemon");
    }
    return state == MASTER;
  }

  static void write(DaemonSpec daemon, MessageWriter out) {
    int nest = out.nest(DAEMON);
    out.u32(DAEMON_STATE, daemon.isMaster() ? MASTER : BACKUP);
    out.string(DAEMON_MCAST_IFN, daemon.interfaceName());
    out.u32(DAEMON_SYNC_ID, daemon.syncId());
    out.u16(DAEMON_SYNC_MAXLEN, daemon.maxLength());
    out.u16(DAEMON_MCAST_PORT, daemon.port());
    out.u8(DAEMON_MCAST_TTL, daemon.ttl());
    boolean isV4 = daemon.group().isV4();
    out.bytes(isV4 ? DAEMON_MCAST_GROUP : DAEMON_MCAST_GROUP6, daemon.group().octets());
    out.endNest(nest);
  }
}
