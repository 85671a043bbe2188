package jvs.bench.wire;

import java.util.HexFormat;
import jvs.wire.IpAddress;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;

/**
 * What somebody writes first with pcap4j: getNextRawPacket, change destination and checksums,
 * sendPacket. No table, one direction; four servers by hash.
 *
 * <p>Arguments: interface in, interface out, VIP, hardware address, servers.
 */
final class NextRawForwarder {
  private static final int DESTINATION = 30;
  private static final int IP_CHECKSUM = 24;
  private static final int UDP_CHECKSUM = 40;

  private NextRawForwarder() {}

  /** Forwards until it is killed. */
  public static void main(String[] arguments) throws Exception {
    byte[] vip = IpAddress.parse(arguments[2]).octets();
    byte[] mac = HexFormat.ofDelimiter(":").parseHex(arguments[3]);
    byte[][] servers = new byte[arguments.length - 4][];
    for (int i = 0; i < servers.length; i++) {
      servers[i] = IpAddress.parse(arguments[4 + i]).octets();
    }
    PcapHandle in = open(arguments[0]);
    PcapHandle out = open(arguments[1]);
    System.out.println("ready");
    while (true) {
      byte[] frame = in.getNextRawPacket();
      if (frame != null && frame.length >= 42 && frame[DESTINATION + 3] == vip[3]) {
        byte[] server = servers[(frame[29] + frame[35] & 0xff) % servers.length];
        replace(frame, IP_CHECKSUM, vip, server);
        replace(frame, UDP_CHECKSUM, vip, server);
        System.arraycopy(server, 0, frame, DESTINATION, 4);
        System.arraycopy(mac, 0, frame, 0, 6);
        out.sendPacket(frame);
      }
    }
  }

  private static PcapHandle open(String name) throws Exception {
    return new PcapHandle.Builder(name)
        .snaplen(65_535)
        .promiscuousMode(PromiscuousMode.NONPROMISCUOUS)
        .timeoutMillis(20)
        .bufferSize(32 << 20)
        .immediateMode(true)
        .direction(PcapHandle.PcapDirection.IN)
        .build();
  }

  /** RFC 1624. */
  private static void replace(byte[] frame, int field, byte[] before, byte[] after) {
    int sum = ~u16(frame, field) & 0xffff;
    for (int i = 0; i < 4; i += 2) {
      sum += (~u16(before, i) & 0xffff) + u16(after, i);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    sum = ~((sum & 0xffff) + (sum >>> 16)) & 0xffff;
    frame[field] = (byte) (sum >>> 8);
    frame[field + 1] = (byte) sum;
  }

  private static int u16(byte[] octets, int at) {
    return (octets[at] & 0xff) << 8 | octets[at + 1] & 0xff;
  }
}
