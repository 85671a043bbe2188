package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests in tunnels, octet by octet. */
class TunnellingTest {
  private static final String ETHERNET = "020000000201" + "020000000101" + "0800";
  private static final int IP = 14;

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder request() {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(TestDirector.VIP, 80);
  }

  private static byte[] inner(byte[] frame) {
    return Arrays.copyOfRange(frame, IP, frame.length);
  }

  private void serve(int type, int flags) {
    ServerSpec server = new ServerSpec(ServerSpec.TUNNEL, 1, 0, 0, type, 6080, flags);
    lab.serve(TestDirector.TCP, server, 80);
  }

  /** Sends a SYN of 40 bytes through; what is between the Ethernet header and it. */
  private String outerOfSyn() {
    List<byte[]> sent = lab.fromClient(request().tcp(TcpHeader.SYN));
    assertEquals(1, sent.size());
    byte[] frame = sent.get(0);
    byte[] expected = inner(request().timeToLive(63).tcp(TcpHeader.SYN));
    int start = frame.length - expected.length;
    assertArrayEquals(expected, Arrays.copyOfRange(frame, start, frame.length));
    assertEquals(ETHERNET, hex(frame, 0, IP));
    return hex(frame, IP, start);
  }

  private static String hex(byte[] octets, int from, int to) {
    return HexFormat.of().formatHex(octets, from, to);
  }

  @Test
  void putsIpInIp() {
    serve(ServerSpec.TUNNEL_IPIP, 0);

    assertEquals("4500003c000040003f0426be" + "0a0100fe" + "0a010001", outerOfSyn());
  }

  @Test
  void putsGreWithAndWithoutChecksumBetween() {
    serve(ServerSpec.TUNNEL_GRE, 0);

    assertEquals("45000040000040003f2f268f" + "0a0100fe" + "0a010001" + "00000800", outerOfSyn());
  }

  @Test
  void sumsUpGreWithItsPacket() {
    serve(ServerSpec.TUNNEL_GRE, ServerSpec.TUNNEL_CHECKSUM);

    List<byte[]> sent = lab.fromClient(request().payload(3).tcp(TcpHeader.SYN));

    byte[] frame = sent.get(0);
    assertEquals("80000800", hex(frame, 34, 38));
    assertEquals(0xffff, sum(frame, 34, frame.length));
  }

  @Test
  void putsGueBetween() {
    serve(ServerSpec.TUNNEL_GUE, 0);

    String outer = outerOfSyn();

    assertEquals("45000048000040003f1126a5" + "0a0100fe" + "0a010001", outer.substring(0, 40));
    int port = Integer.parseInt(outer.substring(40, 44), 16);
    assertEquals(port, Math.clamp(port, 32768, 60999));
    assertEquals("17c0" + "0034" + "0000" + "00040000", outer.substring(44));
  }

  @Test
  void putsIpv4IntoIpv6() {
    ServerSpec server = ServerSpec.of(ServerSpec.TUNNEL, 1);
    lab.director.newService(TestDirector.TCP, ServiceSpec.of("first"));
    lab.director.newServer(
        TestDirector.TCP, new ServerKey(IpAddress.parse(TestDirector.SERVER_V6), 80), server);

    byte[] frame = lab.fromClient(request().tcp(TcpHeader.SYN)).get(0);

    assertEquals("86dd" + "60000000" + "0028" + "04" + "3f", hex(frame, 12, 22));
    assertEquals("fd00000100000000000000000000fffe", hex(frame, 22, 38));
    assertEquals("fd000001000000000000000000000001", hex(frame, 38, 54));
    byte[] expected = inner(request().timeToLive(63).tcp(TcpHeader.SYN));
    assertArrayEquals(expected, Arrays.copyOfRange(frame, 54, frame.length));
  }

  @Test
  void putsIpv6IntoIpv4() {
    IpAddress vip = IpAddress.parse(TestDirector.VIP_V6);
    lab.serve(ServiceKey.of(ServiceKey.TCP, vip, 80), ServerSpec.of(ServerSpec.TUNNEL, 1), 80);
    FrameBuilder request = request().from(TestDirector.CLIENT_V6, 40000).to(vip, 80);

    byte[] frame = lab.fromClient(request.tcp(TcpHeader.SYN)).get(0);

    assertEquals("08004500" + "0050", hex(frame, 12, 18));
    assertEquals("0000" + "3f29", hex(frame, 20, 24));
    assertEquals("0a0100fe" + "0a010001", hex(frame, 26, 34));
    byte[] expected = inner(request.timeToLive(63).tcp(TcpHeader.SYN));
    assertArrayEquals(expected, Arrays.copyOfRange(frame, 34, frame.length));
  }

  @Test
  void sumsUpGueWithItsPseudoHeader() {
    serve(ServerSpec.TUNNEL_GUE, ServerSpec.TUNNEL_REMOTE_CHECKSUM);

    byte[] frame = lab.fromClient(request().payload(3).tcp(TcpHeader.SYN)).get(0);

    int sum = sum(frame, 34, frame.length) + sum(frame, 26, 34) + 17 + frame.length - 34;
    assertEquals(0xffff, (sum & 0xffff) + (sum >> 16));
  }

  private static int sum(byte[] octets, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += (octets[i] & 0xff) << ((i - from) % 2 == 0 ? 8 : 0);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    return (sum & 0xffff) + (sum >> 16);
  }

  @Test
  void finishesAChecksumThatTheSenderLeftOpen() {
    serve(ServerSpec.TUNNEL_IPIP, 0);
    byte[] open = request().tcp(TcpHeader.SYN);
    int pseudo = sum(open, 26, 34) + 6 + 20;
    open[50] = (byte) (pseudo >> 8);
    open[51] = (byte) pseudo;
    lab.clientSide.injectUnfinished(open, 34, 16);
    lab.worker.doWork();

    byte[] frame = lab.serverSide.drain().get(0);

    byte[] expected = inner(request().timeToLive(63).tcp(TcpHeader.SYN));
    assertArrayEquals(expected, Arrays.copyOfRange(frame, 34, frame.length));
  }

  @Test
  void tellsTheClientWhatFitsIntoTheTunnel() {
    serve(ServerSpec.TUNNEL_GUE, 0);

    assertEquals(List.of(), lab.fromClient(request().payload(1440).tcp(TcpHeader.SYN)));

    byte[] told = lab.clientSide.drain().get(0);
    assertEquals("0304", hex(told, 34, 36));
    assertEquals(1500 - 32, Integer.parseInt(hex(told, 40, 42), 16));
    assertEquals(1, lab.counted("fragmentation_needed"));
  }

  @Test
  void takesSuperFramesApart() {
    serve(ServerSpec.TUNNEL_GRE, 0);
    lab.fromClient(request().tcp(TcpHeader.SYN));
    byte[] whole = request().payload(3000).tcp(TcpHeader.ACK | TcpHeader.PSH | TcpHeader.FIN);
    byte[] vnetHeader = {1, 1, 54, 0, (byte) 0xe8, 3, 34, 0, 16, 0}; // segments of 1000 bytes
    lab.clientSide.inject(whole, vnetHeader);
    lab.worker.doWork();

    List<byte[]> sent = lab.serverSide.drain();

    assertEquals(3, sent.size());
    for (int i = 0; i < 3; i++) {
      byte[] frame = sent.get(i);
      byte[] packet = Arrays.copyOfRange(frame, frame.length - 1040, frame.length);
      assertEquals(IP + 24 + 1040, frame.length);
      assertEquals(0xffff, sum(packet, 0, 20));
      int transport = sum(packet, 20, packet.length) + sum(packet, 12, 20) + 6 + 1020;
      assertEquals(0xffff, (transport & 0xffff) + (transport >> 16));
      assertEquals(1000 + 1000 * i, Integer.parseInt(hex(packet, 24, 28), 16));
      assertEquals(i == 2 ? "19" : "10", hex(packet, 33, 34));
      assertEquals(0x1234 + i, Integer.parseInt(hex(packet, 4, 6), 16));
      int payload = 54 + 1000 * i;
      assertEquals(hex(whole, payload, payload + 1000), hex(packet, 40, 1040));
    }
    assertEquals(2, lab.counted("forwarded"));
  }

  @Test
  void dropsSuperFramesOfAnUnknownKind() {
    serve(ServerSpec.TUNNEL_IPIP, 0);
    byte[] vnetHeader = {0, 3, 0, 0, 100, 0, 0, 0, 0, 0}; // UDP fragments
    lab.clientSide.inject(request().payload(4000).tcp(TcpHeader.SYN), vnetHeader);
    lab.worker.doWork();

    assertEquals(List.of(), lab.serverSide.drain());
    assertEquals(1, lab.counted("super_frame_in_tunnel"));
  }

  @Test
  void dropsWhatOuterLengthCannotExpress() {
    serve(ServerSpec.TUNNEL_IPIP, 0);
    lab.director.setSysctl("pmtu_disc", "0");

    lab.fromClient(request().payload(65_490).tcp(TcpHeader.SYN));

    assertEquals(1, lab.counted("tunnel_impossible"));
  }
}
