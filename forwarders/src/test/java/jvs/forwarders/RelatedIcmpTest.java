package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import jvs.service.ServerSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ICMP errors about connections, octet by octet; tunnels and IPv6 are in the recordings. */
class RelatedIcmpTest {
  private static final int IP = 14;
  private static final int ICMP = 34;
  private static final int QUOTED = 42;

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder builder(String from, int port, String to, int toPort) {
    return new FrameBuilder().from(from, port).to(to, toPort);
  }

  private void open() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] syn =
        builder(TestDirector.CLIENT, 40000, TestDirector.VIP, 80)
            .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
            .tcp(TcpHeader.SYN);
    assertEquals(1, lab.fromClient(syn).size());
  }

  /** A "host unreachable" about a packet, in a frame. */
  private static byte[] error(
      long fromMac, long toMac, String from, String to, int timeToLive, byte[] about) {
    byte[] frame =
        builder(from, 0, to, 0)
            .macs(fromMac, toMac)
            .timeToLive(timeToLive)
            .payload(about.length - IP)
            .udp();
    frame[23] = 1;
    Arrays.fill(frame, ICMP, QUOTED, (byte) 0);
    frame[ICMP] = 3;
    frame[ICMP + 1] = 1;
    System.arraycopy(about, IP, frame, QUOTED, about.length - IP);
    putChecksum(frame, 24, IP, ICMP);
    putChecksum(frame, ICMP + 2, ICMP, frame.length);
    return frame;
  }

  private static void putChecksum(byte[] frame, int field, int from, int to) {
    frame[field] = 0;
    frame[field + 1] = 0;
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (frame[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[field] = (byte) (sum >> 8);
    frame[field + 1] = (byte) sum;
  }

  /** A quoted packet that NAT changed: its transport checksum is the one before. */
  private static byte[] withChecksumOf(byte[] before, byte[] after) {
    after[50] = before[50];
    after[51] = before[51];
    return after;
  }

  @Test
  void tellsTheServerOfAnErrorAboutItsReply() {
    open();
    byte[] reply = builder(TestDirector.VIP, 80, TestDirector.CLIENT, 40000).tcp(TcpHeader.ACK);
    byte[] seenByServer =
        builder(TestDirector.SERVER, 8080, TestDirector.CLIENT, 40000).tcp(TcpHeader.ACK);

    List<byte[]> sent = lab.fromClient(toVip(reply));

    byte[] expected =
        error(
            TestDirector.SERVER_SIDE_MAC,
            TestDirector.SERVER_MAC,
            "198.51.100.9",
            TestDirector.SERVER,
            63,
            withChecksumOf(reply, seenByServer));
    assertEquals(1, sent.size());
    assertArrayEquals(expected, sent.get(0));
  }

  private static byte[] toVip(byte[] about) {
    return error(
        TestDirector.ROUTER_MAC,
        TestDirector.CLIENT_SIDE_MAC,
        "198.51.100.9",
        TestDirector.VIP,
        64,
        about);
  }

  @Test
  void tellsTheClientOfAnErrorAboutItsRequest() {
    open();
    byte[] atServer =
        builder(TestDirector.CLIENT, 40000, TestDirector.SERVER, 8080).tcp(TcpHeader.SYN);
    byte[] ofClient = builder(TestDirector.CLIENT, 40000, TestDirector.VIP, 80).tcp(TcpHeader.SYN);

    List<byte[]> sent =
        lab.fromServer(
            error(
                TestDirector.SERVER_MAC,
                TestDirector.SERVER_SIDE_MAC,
                TestDirector.SERVER,
                TestDirector.CLIENT,
                64,
                atServer));

    byte[] expected =
        error(
            TestDirector.CLIENT_SIDE_MAC,
            TestDirector.ROUTER_MAC,
            TestDirector.VIP,
            TestDirector.CLIENT,
            63,
            withChecksumOf(atServer, ofClient));
    assertEquals(1, sent.size());
    assertArrayEquals(expected, sent.get(0));
  }

  @Test
  void dropsErrorsWithAWrongChecksumAndPassesThoseOfOthers() {
    open();
    byte[] reply = builder(TestDirector.VIP, 80, TestDirector.CLIENT, 40000).tcp(TcpHeader.ACK);
    byte[] broken = toVip(reply);
    broken[ICMP + 2] ^= 1;

    assertEquals(List.of(), lab.fromClient(broken));
    assertEquals(1, lab.counted("icmp_checksum"));

    byte[] other = builder(TestDirector.VIP, 80, TestDirector.CLIENT, 40001).tcp(TcpHeader.ACK);
    assertEquals(List.of(), lab.fromClient(toVip(other)));
    assertEquals(1, lab.counted("passed"));
  }

  @Test
  void survivesEveryTruncationOfAQuote() {
    open();
    byte[] reply = builder(TestDirector.VIP, 80, TestDirector.CLIENT, 40000).tcp(TcpHeader.ACK);

    for (int length = IP; length <= reply.length; length++) {
      int forwarded = lab.fromClient(toVip(Arrays.copyOf(reply, length))).size();
      assertEquals(length >= IP + 24 ? 1 : 0, forwarded, "quoted " + (length - IP));
    }
    assertEquals(0, lab.counted("internal_error"));
  }

  @Test
  void opensTheConnectionOfAnErrorIfTold() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] reply = builder(TestDirector.VIP, 80, TestDirector.CLIENT, 40000).tcp(TcpHeader.ACK);
    assertEquals(List.of(), lab.fromClient(toVip(reply)));

    lab.director.setSysctl("schedule_icmp", "1");

    List<byte[]> sent = lab.fromClient(toVip(reply));
    assertEquals(1, sent.size());
    byte[] destination = Arrays.copyOfRange(sent.get(0), 30, 34);
    assertEquals(IpAddress.parse(TestDirector.SERVER), IpAddress.of(destination));
  }

  @Test
  void dropsSctpWithoutAChunk() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] frame =
        builder(TestDirector.CLIENT, 40000, TestDirector.VIP, 80)
            .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
            .payload(7)
            .udp();
    frame[23] = (byte) 132;
    putChecksum(frame, 24, IP, ICMP);

    assertEquals(List.of(), lab.fromClient(frame));
    assertEquals(1, lab.counted("sctp_truncated"));
  }
}
