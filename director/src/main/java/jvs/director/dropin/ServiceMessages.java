package jvs.director.dropin;

import static jvs.director.dropin.IpvsAttributes.SERVICE;
import static jvs.director.dropin.IpvsAttributes.SERVICE_RULES;
import static jvs.director.dropin.IpvsAttributes.SVC_ADDR;
import static jvs.director.dropin.IpvsAttributes.SVC_AF;
import static jvs.director.dropin.IpvsAttributes.SVC_FLAGS;
import static jvs.director.dropin.IpvsAttributes.SVC_FWMARK;
import static jvs.director.dropin.IpvsAttributes.SVC_NETMASK;
import static jvs.director.dropin.IpvsAttributes.SVC_PE_NAME;
import static jvs.director.dropin.IpvsAttributes.SVC_PORT;
import static jvs.director.dropin.IpvsAttributes.SVC_PROTOCOL;
import static jvs.director.dropin.IpvsAttributes.SVC_SCHED_NAME;
import static jvs.director.dropin.IpvsAttributes.SVC_STATS;
import static jvs.director.dropin.IpvsAttributes.SVC_STATS64;
import static jvs.director.dropin.IpvsAttributes.SVC_TIMEOUT;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** The nest IPVS_CMD_ATTR_SERVICE (ip_vs_genl_parse_service, ip_vs_genl_fill_service). */
final class ServiceMessages {
  private static final int ALL_FLAGS = -1;

  private ServiceMessages() {}

  /** What identifies the service: EINVAL, EAFNOSUPPORT, or ESRCH for what no service can be. */
  static ServiceKey key(@Nullable ByteBuffer nest) {
    Attributes given = Attributes.nested(nest, SERVICE_RULES);
    boolean hasMark = given.has(SVC_FWMARK);
    if (!given.has(SVC_AF) || !(hasMark || given.hasAll(SVC_PORT, SVC_PROTOCOL, SVC_ADDR))) {
      throw new IpvsException(Errno.EINVAL, "a service without what identifies it");
    }
    int family = Structures.family(given.u16(SVC_AF));
    if (hasMark) {
      return ServiceKey.ofMark(given.i32(SVC_FWMARK, 0) & 0xffff_ffffL, family);
    }
    return Structures.key(
        given.u16(SVC_PROTOCOL),
        Structures.address(family, given.bytes(SVC_ADDR, IpvsAttributes.ADDRESS_BYTES)),
        given.port(SVC_PORT));
  }

  /** The settings: EINVAL. Flags that the message does not mention stay as they are. */
  static ServiceSpec spec(@Nullable ByteBuffer nest, int presentFlags) {
    Attributes given = Attributes.nested(nest, SERVICE_RULES);
    if (!given.hasAll(SVC_SCHED_NAME, SVC_FLAGS, SVC_TIMEOUT, SVC_NETMASK)) {
      throw new IpvsException(Errno.EINVAL, "a service without all of its settings");
    }
    ByteBuffer pair = ByteBuffer.wrap(given.bytes(SVC_FLAGS, 8)).order(ByteOrder.nativeOrder());
    int flags = pair.getInt(0);
    int mask = pair.getInt(4);
    boolean isV4 = given.u16(SVC_AF) == IpAddress.IPV4;
    int netmask = given.i32(SVC_NETMASK, 0);
    return new ServiceSpec(
        given.text(SVC_SCHED_NAME),
        (presentFlags & ~mask | flags & mask) & ~ServiceSpec.HASHED,
        given.i32(SVC_TIMEOUT, 0),
        isV4 ? Structures.networkOrder(netmask) : netmask,
        given.text(SVC_PE_NAME));
  }

  static void write(ServiceEntry service, MessageWriter out) {
    ServiceKey key = service.key();
    ServiceSpec spec = service.spec();
    int nest = out.nest(SERVICE);
    out.u16(SVC_AF, key.address().family());
    if (key.isMark()) {
      out.u32(SVC_FWMARK, key.mark());
    } else {
      out.u16(SVC_PROTOCOL, key.protocol());
      out.bytes(SVC_ADDR, Structures.union(key.address()));
      out.port(SVC_PORT, key.port());
    }
    out.string(SVC_SCHED_NAME, spec.scheduler());
    if (!spec.engine().isEmpty()) {
      out.string(SVC_PE_NAME, spec.engine());
    }
    ByteBuffer flags = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    flags.putInt(spec.flags() | ServiceSpec.HASHED).putInt(ALL_FLAGS);
    out.bytes(SVC_FLAGS, flags.array());
    out.u32(SVC_TIMEOUT, spec.timeoutSeconds());
    boolean isV4 = key.address().isV4();
    out.u32(SVC_NETMASK, isV4 ? Structures.networkOrder(spec.netmask()) : spec.netmask());
    StatisticsMessages.write(SVC_STATS, service.statistics(), out);
    StatisticsMessages.write64(SVC_STATS64, service.statistics(), out);
    out.endNest(nest);
  }
}
