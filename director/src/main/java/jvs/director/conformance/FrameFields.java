package jvs.director.conformance;

import java.util.Map;
import jvs.wire.EthernetHeader;

/**
 * A frame taken apart into named fields, each bit in exactly one of them: two frames are equal if
 * and only if their fields are. Quoted packets of ICMP errors are prefixed with {@code quoted}, the
 * payload of tunnels with {@code inner}.
 *
 * <p>Unlike the flyweights of jvs.wire it wants all fields, allocates, and takes what is cut off or
 * nonsense as it comes. Immutable.
 */
final class FrameFields {
  private static final int IP_IN_IP = 4;
  private static final int IPV6_IN_IP = 41;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION = 60;

  private final OctetReader in;

  FrameFields(Frame frame) {
    in = new OctetReader(frame);
    ethernet();
  }

  /** Values by name, in the order of the frame. */
  Map<String, String> values() {
    return in.values();
  }

  /** The value of a field, empty if the frame has none of that name. */
  String get(String name) {
    return in.values().getOrDefault(name, "");
  }

  /** Source of the outermost IP header, empty if there is none. */
  String source() {
    return get("IP source") + get("IP6 source");
  }

  /** Destination of the outermost IP header, empty if there is none. */
  String destination() {
    return get("IP destination") + get("IP6 destination");
  }

  private void ethernet() {
    in.add("Ethernet destination", in.mac());
    in.add("Ethernet source", in.mac());
    int type = in.u16();
    while ((type == 0x8100 || type == 0x88a8) && in.left() >= 4) {
      in.add("VLAN tag", OctetReader.hex16(type) + " " + OctetReader.hex16(in.u16()));
      type = in.u16();
    }
    in.add("Ethernet type", OctetReader.hex16(type));
    payload(type, "");
  }

  /** What an EtherType stands for, in Ethernet or GRE. */
  private void payload(int type, String prefix) {
    switch (type) {
      case EthernetHeader.IPV4 -> ipv4(prefix);
      case EthernetHeader.IPV6 -> ipv6(prefix);
      case EthernetHeader.ARP -> arp();
      default -> in.rest(prefix + "data");
    }
  }

  private void arp() {
    if (in.left() < 28) {
      in.rest("ARP packet");
      return;
    }
    in.add("ARP formats", in.hex(6));
    int operation = in.u16();
    in.add("ARP operation", operation == 1 ? "request" : operation == 2 ? "reply" : "" + operation);
    in.add("ARP sender MAC", in.mac());
    in.add("ARP sender IP", in.ipv4());
    in.add("ARP target MAC", in.mac());
    in.add("ARP target IP", in.ipv4());
    in.rest("Ethernet padding");
  }

  private void ipv4(String prefix) {
    String ip = prefix + "IP ";
    int headerLength = in.left() < 1 ? 0 : (in.peek(0) & 15) * 4;
    if (in.left() < 20 || headerLength < 20 || headerLength > in.left()) {
      in.rest(ip + "header");
      return;
    }
    int start = in.position();
    in.add(ip + "version", in.u8() >> 4);
    in.add(ip + "header length", headerLength);
    in.add(ip + "tos", OctetReader.hex8(in.u8()));
    int length = in.u16();
    in.add(ip + "length", length);
    in.add(ip + "id", in.u16());
    int fragment = in.u16();
    in.add(ip + "flags", flags(fragment >> 13));
    in.add(ip + "offset", (fragment & 0x1fff) * 8);
    in.add(ip + "ttl", in.u8());
    int protocol = in.u8();
    in.add(ip + "protocol", protocol);
    in.add(ip + "checksum", OctetReader.hex16(in.u16()));
    in.add(ip + "source", in.ipv4());
    in.add(ip + "destination", in.ipv4());
    in.add(ip + "options", in.hex(headerLength - 20));
    within(start + length, prefix, () -> transport(protocol, (fragment & 0x1fff) != 0, prefix));
  }

  private static String flags(int bits) {
    return "["
        + ((bits & 4) != 0 ? "reserved " : "")
        + ((bits & 2) != 0 ? "DF" : "")
        + ((bits & 1) != 0 ? "+" : "")
        + (bits == 0 ? "none" : "")
        + "]";
  }

  private void ipv6(String prefix) {
    String ip = prefix + "IP6 ";
    if (in.left() < 40) {
      in.rest(ip + "header");
      return;
    }
    int start = in.position();
    long first = in.u32();
    in.add(ip + "version", first >>> 28);
    in.add(ip + "class", OctetReader.hex8((int) (first >> 20) & 0xff));
    in.add(ip + "flow label", "0x" + Long.toHexString(first & 0xfffff));
    int length = in.u16();
    in.add(ip + "payload length", length);
    int next = in.u8();
    in.add(ip + "next header", next);
    in.add(ip + "hop limit", in.u8());
    in.add(ip + "source", in.ipv6());
    in.add(ip + "destination", in.ipv6());
    within(start + 40 + length, prefix, () -> extensions(next, prefix));
  }

  private void extensions(int first, String prefix) {
    int next = first;
    boolean isLaterFragment = false;
    while (!isLaterFragment && isExtension(next) && in.left() >= 8) {
      int length = next == FRAGMENT ? 8 : (in.peek(1) + 1) * 8;
      if (in.left() < length) {
        break;
      }
      String header = prefix + "IP6 extension " + next + " ";
      boolean isFragment = next == FRAGMENT;
      next = in.u8();
      in.add(header + "next header", next);
      if (isFragment) {
        in.add(header + "reserved", in.u8());
        int offset = in.u16();
        isLaterFragment = offset >> 3 != 0;
        in.add(header + "offset", (offset >> 3) * 8);
        in.add(header + "flags", offset & 7);
        in.add(header + "id", "0x" + Long.toHexString(in.u32()));
      } else {
        in.add(header + "data", in.hex(length - 1));
      }
    }
    transport(next, isLaterFragment, prefix);
  }

  private static boolean isExtension(int next) {
    return next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION;
  }

  /** What lies behind an IP packet's end is padding of the frame, or of the quotation. */
  private void within(int end, String prefix, Runnable content) {
    int outer = in.narrow(end);
    content.run();
    in.widen(outer);
    in.rest(prefix.isEmpty() ? "Ethernet padding" : prefix + "padding");
  }

  private void transport(int protocol, boolean isLaterFragment, String prefix) {
    if (isLaterFragment) {
      in.rest(prefix + "data");
      return;
    }
    switch (protocol) {
      case 6 -> tcp(prefix);
      case 17 -> udp(prefix);
      case 132 -> sctp(prefix);
      case 1, 58 -> icmp(prefix, protocol == 58);
      case 47 -> gre(prefix);
      case IP_IN_IP -> ipv4(prefix + "inner ");
      case IPV6_IN_IP -> ipv6(prefix + "inner ");
      default -> in.rest(prefix + "data");
    }
  }

  private void tcp(String prefix) {
    String tcp = prefix + "TCP ";
    if (in.left() < 20) {
      cut(tcp);
      return;
    }
    ports(tcp);
    in.add(tcp + "seq", in.u32());
    in.add(tcp + "ack", in.u32());
    int offset = in.u8();
    in.add(tcp + "header length", (offset >> 4) * 4);
    in.add(tcp + "reserved bits", offset & 15);
    in.add(tcp + "flags", tcpFlags(in.u8()));
    in.add(tcp + "window", in.u16());
    in.add(tcp + "checksum", OctetReader.hex16(in.u16()));
    in.add(tcp + "urgent pointer", in.u16());
    in.add(tcp + "options", in.hex(Math.clamp((offset >> 4) * 4 - 20, 0, in.left())));
    in.rest(prefix + "data");
  }

  private static String tcpFlags(int bits) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < 8; i++) {
      if ((bits & 1 << i) != 0) {
        text.append("FSRP.UEW".charAt(i));
      }
    }
    return text.append(']').toString();
  }

  private void ports(String prefix) {
    in.add(prefix + "source port", in.u16());
    in.add(prefix + "destination port", in.u16());
  }

  /** The beginning of a header, as old ICMP errors quote it. */
  private void cut(String prefix) {
    if (in.left() >= 4) {
      ports(prefix);
    }
    in.rest(prefix + "beginning");
  }

  private void udp(String prefix) {
    String udp = prefix + "UDP ";
    if (in.left() < 8) {
      cut(udp);
      return;
    }
    ports(udp);
    in.add(udp + "length", in.u16());
    in.add(udp + "checksum", OctetReader.hex16(in.u16()));
    if (isGue()) {
      gue(prefix);
    } else {
      in.rest(prefix + "data");
    }
  }

  /** GUE version 0 around an IP packet (draft-ietf-intarea-gue). */
  private boolean isGue() {
    if (in.left() < 4 || in.peek(0) > 31) {
      return false;
    }
    int header = 4 + (in.peek(0) & 31) * 4;
    int protocol = in.peek(1);
    if (in.left() <= header || protocol != IP_IN_IP && protocol != IPV6_IN_IP) {
      return false;
    }
    return in.peek(header) >> 4 == (protocol == IP_IN_IP ? 4 : 6);
  }

  private void gue(String prefix) {
    int optionalLength = in.u8() * 4;
    in.add(prefix + "GUE header length", optionalLength);
    int protocol = in.u8();
    in.add(prefix + "GUE protocol", protocol);
    in.add(prefix + "GUE flags", OctetReader.hex16(in.u16()));
    in.add(prefix + "GUE private data", in.hex(optionalLength));
    transport(protocol, false, prefix);
  }

  private void gre(String prefix) {
    String gre = prefix + "GRE ";
    if (in.left() < 8) {
      in.rest(gre + "header");
      return;
    }
    int flags = in.u16();
    in.add(gre + "flags", OctetReader.hex16(flags));
    int type = in.u16();
    in.add(gre + "protocol", OctetReader.hex16(type));
    if (flags == 0x8000) {
      in.add(gre + "checksum", OctetReader.hex16(in.u16()));
      in.add(gre + "reserved", in.u16());
    }
    if (flags == 0 || flags == 0x8000) {
      payload(type, prefix + "inner ");
    } else {
      in.rest(prefix + "data");
    }
  }

  private void sctp(String prefix) {
    String sctp = prefix + "SCTP ";
    if (in.left() < 12) {
      cut(sctp);
      return;
    }
    ports(sctp);
    in.add(sctp + "tag", "0x" + Long.toHexString(in.u32()));
    in.add(sctp + "checksum", "0x" + Long.toHexString(in.u32()));
    in.rest(sctp + "chunks");
  }

  private void icmp(String prefix, boolean isV6) {
    String icmp = prefix + (isV6 ? "ICMP6 " : "ICMP ");
    if (in.left() < 8) {
      in.rest(icmp + "header");
      return;
    }
    int type = in.u8();
    in.add(icmp + "type", type);
    in.add(icmp + "code", in.u8());
    in.add(icmp + "checksum", OctetReader.hex16(in.u16()));
    boolean isError = isV6 ? type < 128 : type == 3 || type == 4 || type == 11 || type == 12;
    boolean isEcho = isV6 ? type == 128 || type == 129 : type == 0 || type == 8;
    if (isEcho) {
      in.add(icmp + "id", in.u16());
      in.add(icmp + "seq", in.u16());
    } else {
      in.add(icmp + "unused", OctetReader.hex16(in.u16()));
      in.add(icmp + "MTU", in.u16());
    }
    if (isError && in.left() > 0 && !prefix.contains("quoted quoted ")) {
      payload(isV6 ? EthernetHeader.IPV6 : EthernetHeader.IPV4, prefix + "quoted ");
    } else {
      in.rest(prefix + "data");
    }
  }
}
