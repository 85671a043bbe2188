package jvs.director.dropin;

import static jvs.director.dropin.IpvsAttributes.DEST;
import static jvs.director.dropin.IpvsAttributes.DEST_ACTIVE_CONNS;
import static jvs.director.dropin.IpvsAttributes.DEST_ADDR;
import static jvs.director.dropin.IpvsAttributes.DEST_ADDR_FAMILY;
import static jvs.director.dropin.IpvsAttributes.DEST_FWD_METHOD;
import static jvs.director.dropin.IpvsAttributes.DEST_INACT_CONNS;
import static jvs.director.dropin.IpvsAttributes.DEST_L_THRESH;
import static jvs.director.dropin.IpvsAttributes.DEST_PERSIST_CONNS;
import static jvs.director.dropin.IpvsAttributes.DEST_PORT;
import static jvs.director.dropin.IpvsAttributes.DEST_STATS;
import static jvs.director.dropin.IpvsAttributes.DEST_STATS64;
import static jvs.director.dropin.IpvsAttributes.DEST_TUN_FLAGS;
import static jvs.director.dropin.IpvsAttributes.DEST_TUN_PORT;
import static jvs.director.dropin.IpvsAttributes.DEST_TUN_TYPE;
import static jvs.director.dropin.IpvsAttributes.DEST_U_THRESH;
import static jvs.director.dropin.IpvsAttributes.DEST_WEIGHT;
import static jvs.director.dropin.IpvsAttributes.SERVER_RULES;

import java.nio.ByteBuffer;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import org.jspecify.annotations.Nullable;

/**
 * The nest IPVS_CMD_ATTR_DEST (ip_vs_genl_parse_dest, ip_vs_genl_fill_dest).
 *
 * @param key what identifies the server
 * @param spec its settings; meaningless if only the key was asked for
 */
record ServerMessages(ServerKey key, ServerSpec spec) {
  /** IP_VS_CONN_F_FWD_MASK. */
  private static final int METHOD_MASK = 7;

  /**
   * Reads the nest: EINVAL, EAFNOSUPPORT.
   *
   * @param serviceFamily counts if the message does not tell the server's
   * @param isFull whether the settings must be there
   */
  static ServerMessages read(@Nullable ByteBuffer nest, int serviceFamily, boolean isFull) {
    Attributes given = Attributes.nested(nest, SERVER_RULES);
    if (!given.hasAll(DEST_ADDR, DEST_PORT)) {
      throw new IpvsException(Errno.EINVAL, "a server without address or port");
    }
    boolean hasSettings = given.hasAll(DEST_FWD_METHOD, DEST_WEIGHT, DEST_U_THRESH, DEST_L_THRESH);
    if (isFull && !hasSettings) {
      throw new IpvsException(Errno.EINVAL, "a server without all of its settings");
    }
    int told = given.u16(DEST_ADDR_FAMILY);
    int family = Structures.family(told == 0 ? serviceFamily : told);
    byte[] address = given.bytes(DEST_ADDR, IpvsAttributes.ADDRESS_BYTES);
    ServerSpec spec =
        new ServerSpec(
            given.i32(DEST_FWD_METHOD, 0) & METHOD_MASK,
            given.i32(DEST_WEIGHT, 0),
            given.i32(DEST_U_THRESH, 0) & 0xffff_ffffL,
            given.i32(DEST_L_THRESH, 0) & 0xffff_ffffL,
            given.u8(DEST_TUN_TYPE),
            given.port(DEST_TUN_PORT),
            given.u16(DEST_TUN_FLAGS));
    return new ServerMessages(
        new ServerKey(Structures.address(family, address), given.port(DEST_PORT)), spec);
  }

  static void write(ServerEntry server, MessageWriter out) {
    ServerSpec spec = server.spec();
    int nest = out.nest(DEST);
    out.bytes(DEST_ADDR, Structures.union(server.key().address()));
    out.port(DEST_PORT, server.key().port());
    out.u32(DEST_FWD_METHOD, spec.method());
    out.u32(DEST_WEIGHT, spec.weight());
    out.u8(DEST_TUN_TYPE, spec.tunnelType());
    out.port(DEST_TUN_PORT, spec.tunnelPort());
    out.u16(DEST_TUN_FLAGS, spec.tunnelFlags());
    out.u32(DEST_U_THRESH, spec.upperThreshold());
    out.u32(DEST_L_THRESH, spec.lowerThreshold());
    out.u32(DEST_ACTIVE_CONNS, server.activeConnections());
    out.u32(DEST_INACT_CONNS, server.inactiveConnections());
    out.u32(DEST_PERSIST_CONNS, server.persistentConnections());
    out.u16(DEST_ADDR_FAMILY, server.key().address().family());
    StatisticsMessages.write(DEST_STATS, server.statistics(), out);
    StatisticsMessages.write64(DEST_STATS64, server.statistics(), out);
    out.endNest(nest);
  }
}
