package jvs.director.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import jvs.route.InterfaceAddress;
import jvs.route.Link;
import jvs.route.Route;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message of rtnetlink(7): a link, an address, a route or a neighbour.
 *
 * <p>Immutable view of a buffer, one thread. Structures and numbers from linux/rtnetlink.h,
 * linux/if_link.h, linux/if_addr.h and linux/neighbour.h, whose names the constants keep. Messages
 * shorter than their structures say are read as far as they go: the kernel is trusted, not the
 * arithmetic.
 */
final class RtMessage {
  static final int RTM_NEWLINK = 16;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_GETROUTE = 26;
  static final int RTM_NEWNEIGH = 28;
  static final int RTM_DELNEIGH = 29;
  static final int RTM_GETNEIGH = 30;

  /**
   * A neighbour's state: its address is known (REACHABLE, STALE, DELAY, PROBE, NOARP, PERMANENT).
   */
  static final int NUD_KNOWN = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;

  /** A neighbour's state: it does not answer. */
  static final int NUD_FAILED = 0x20;

  private static final int IFF_UP = 1;
  private static final int IFF_LOOPBACK = 8;
  private static final int IFLA_ADDRESS = 1;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_MTU = 4;
  private static final int IFLA_MASTER = 10;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_F_SECONDARY = 1;
  private static final int IFA_F_DADFAILED = 8;
  private static final int RTA_DST = 1;
  private static final int RTA_OIF = 4;
  private static final int RTA_GATEWAY = 5;
  private static final int RTA_PRIORITY = 6;
  private static final int RTA_PREFSRC = 7;
  private static final int RTA_MULTIPATH = 9;
  private static final int RTA_TABLE = 15;
  private static final int RTA_VIA = 18;
  private static final int RTM_F_CLONED = 0x200;
  private static final int RT_TABLE_MAIN = 254;
  private static final int RT_TABLE_LOCAL = 255;
  private static final int NDA_DST = 1;
  private static final int NDA_LLADDR = 2;
  private static final int NTF_PROXY = 8;
  private static final int RTNEXTHOP_BYTES = 8;
  private static final int NLA_TYPE_MASK = 0x3fff;

  /** Kinds of Ethernet interfaces whose frames come in GRE. */
  private static final Set<String> GRE_KINDS = Set.of("gretap", "ip6gretap", "erspan", "ip6erspan");

  private final ByteBuffer body;

  /** A message without its struct nlmsghdr; the body keeps its buffer. */
  RtMessage(ByteBuffer body) {
    this.body = body.slice().order(ByteOrder.nativeOrder());
  }

  /** What RTM_NEWNEIGH and RTM_DELNEIGH say. */
  record NeighbourReport(int linkIndex, IpAddress address, int state, long mac) {}

  /** The link of an RTM_NEWLINK, or null if it has no name. */
  @Nullable Link link() {
    int flags = i32(8);
    String name = text(attribute(16, IFLA_IFNAME));
    if (name == null) {
      return null;
    }
    return new Link(
        i32(4),
        name,
        mac(attribute(16, IFLA_ADDRESS)),
        i32(attribute(16, IFLA_MTU)),
        (flags & IFF_UP) != 0,
        (flags & IFF_LOOPBACK) != 0,
        i32(attribute(16, IFLA_MASTER)),
        isTunnel(attribute(16, IFLA_LINKINFO)));
  }

  private static boolean isTunnel(@Nullable ByteBuffer linkInfo) {
    String kind =
        linkInfo == null ? null : text(new RtMessage(linkInfo).attribute(0, IFLA_INFO_KIND));
    return kind != null && GRE_KINDS.contains(kind);
  }

  /** The address of an RTM_NEWADDR, or null if it is no IP address or another host has it. */
  @Nullable InterfaceAddress interfaceAddress() {
    // On a point-to-point link IFA_ADDRESS is the peer and IFA_LOCAL is ours.
    ByteBuffer local = attribute(8, IFA_LOCAL);
    IpAddress address = ip(u8(0), local != null ? local : attribute(8, IFA_ADDRESS));
    if (address == null || (u8(2) & IFA_F_DADFAILED) != 0) {
      return null;
    }
    return new InterfaceAddress(i32(4), address, u8(1), (u8(2) & IFA_F_SECONDARY) == 0);
  }

  /**
   * The route of an RTM_NEWROUTE, or null if it is of no table that counts here: main, local, and
   * local addresses wherever they stand. Of several next hops the first is taken.
   */
  @Nullable Route route() {
    int family = u8(0);
    ByteBuffer wide = attribute(12, RTA_TABLE);
    int table = wide != null ? i32(wide) : u8(4);
    int type = u8(7);
    boolean isRelevant = table == RT_TABLE_MAIN || table == RT_TABLE_LOCAL || type == Route.LOCAL;
    if (!isRelevant || (i32(8) & RTM_F_CLONED) != 0 || !isIp(family)) {
      return null;
    }
    IpAddress prefix = ip(family, attribute(12, RTA_DST));
    int linkIndex = i32(attribute(12, RTA_OIF));
    IpAddress gateway = gateway(family, 12);
    ByteBuffer hops = attribute(12, RTA_MULTIPATH);
    if (hops != null && hops.remaining() >= RTNEXTHOP_BYTES) {
      int hopBytes = Math.clamp(hops.getShort(0) & 0xffff, RTNEXTHOP_BYTES, hops.remaining());
      linkIndex = hops.getInt(4);
      gateway = new RtMessage(hops.slice(0, hopBytes)).gateway(family, RTNEXTHOP_BYTES);
    }
    return new Route(
        prefix != null ? prefix : unspecified(family),
        u8(1),
        type,
        linkIndex,
        gateway,
        ip(family, attribute(12, RTA_PREFSRC)),
        i32(attribute(12, RTA_PRIORITY)));
  }

  private @Nullable IpAddress gateway(int family, int start) {
    ByteBuffer via = attribute(start, RTA_VIA);
    if (via != null && via.remaining() > 2) {
      return ip(via.getShort(0), via.slice(2, via.remaining() - 2));
    }
    return ip(family, attribute(start, RTA_GATEWAY));
  }

  /** The neighbour of an RTM_NEWNEIGH or RTM_DELNEIGH, or null if it is no IP neighbour. */
  @Nullable NeighbourReport neighbour() {
    IpAddress address = ip(u8(0), attribute(12, NDA_DST));
    if (address == null || (u8(10) & NTF_PROXY) != 0) {
      return null;
    }
    int state = (u8(8) | u8(9)) == 0 ? 0 : body.getShort(8) & 0xffff;
    return new NeighbourReport(i32(4), address, state, mac(attribute(12, NDA_LLADDR)));
  }

  private @Nullable ByteBuffer attribute(int start, int wanted) {
    int offset = start;
    while (offset + 4 <= body.limit()) {
      int length = body.getShort(offset) & 0xffff;
      if (length < 4 || offset + length > body.limit()) {
        return null;
      }
      if ((body.getShort(offset + 2) & NLA_TYPE_MASK) == wanted) {
        return body.slice(offset + 4, length - 4).order(ByteOrder.nativeOrder());
      }
      offset += (length + 3) & ~3;
    }
    return null;
  }

  private int u8(int offset) {
    return offset < body.limit() ? body.get(offset) & 0xff : 0;
  }

  private int i32(int offset) {
    return offset + 4 <= body.limit() ? body.getInt(offset) : 0;
  }

  private static int i32(@Nullable ByteBuffer attribute) {
    return attribute != null && attribute.limit() >= 4 ? attribute.getInt(0) : 0;
  }

  private static long mac(@Nullable ByteBuffer attribute) {
    if (attribute == null || attribute.limit() != 6) {
      return 0;
    }
    long mac = 0;
    for (int i = 0; i < 6; i++) {
      mac = mac << 8 | attribute.get(i) & 0xff;
    }
    return mac;
  }

  private static @Nullable String text(@Nullable ByteBuffer attribute) {
    if (attribute == null || attribute.limit() < 2) {
      return null;
    }
    byte[] octets = new byte[attribute.limit() - 1];
    attribute.get(0, octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static boolean isIp(int family) {
    return family == IpAddress.IPV4 || family == IpAddress.IPV6;
  }

  private static @Nullable IpAddress ip(int family, @Nullable ByteBuffer attribute) {
    int length = family == IpAddress.IPV4 ? 4 : 16;
    if (!isIp(family) || attribute == null || attribute.limit() != length) {
      return null;
    }
    byte[] octets = new byte[length];
    attribute.get(0, octets);
    return IpAddress.of(octets);
  }

  private static IpAddress unspecified(int family) {
    return family == IpAddress.IPV4 ? IpAddress.v4(0) : IpAddress.v6(0, 0);
  }
}
