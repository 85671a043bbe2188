package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import jvs.engine.DirectorOptions;
import jvs.service.IpvsControl;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.EthernetHeader;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Built frame in, verdict and built frame out. */
class PipelineTest {
  private TestDirector lab = new TestDirector();

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

  private static FrameBuilder reply(int serverPort) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
        .from(TestDirector.SERVER, serverPort)
        .to(TestDirector.CLIENT, 40000);
  }

  private static FrameBuilder toServer(int port) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
        .from(TestDirector.CLIENT, 40000)
        .to(TestDirector.SERVER, port)
        .timeToLive(63);
  }

  private static FrameBuilder toClient() {
    return new FrameBuilder()
        .macs(TestDirector.CLIENT_SIDE_MAC, TestDirector.ROUTER_MAC)
        .from(TestDirector.VIP, 80)
        .to(TestDirector.CLIENT, 40000)
        .timeToLive(63);
  }

  private static void assertFrames(List<byte[]> actual, byte[]... expected) {
    assertEquals(expected.length, actual.size());
    for (int i = 0; i < expected.length; i++) {
      assertArrayEquals(expected[i], actual.get(i));
    }
  }

  @Test
  void translatesRequestsAndRepliesWithTheirPorts() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);

    List<byte[]> sent = lab.fromClient(request().payload(11).tcp(TcpHeader.SYN));
    assertFrames(sent, toServer(8080).payload(11).tcp(TcpHeader.SYN));

    List<byte[]> answered = lab.fromServer(reply(8080).tcp(TcpHeader.SYN | TcpHeader.ACK));
    assertFrames(answered, toClient().tcp(TcpHeader.SYN | TcpHeader.ACK));
    assertEquals(2, lab.counted("forwarded"));
  }

  @Test
  void leavesThePacketAloneInDirectRoutingButForItsTtl() {
    lab.serve(TestDirector.TCP, ServerSpec.ROUTE, 80);

    List<byte[]> sent = lab.fromClient(request().payload(5).tcp(TcpHeader.SYN));

    assertFrames(
        sent,
        request()
            .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
            .timeToLive(63)
            .payload(5)
            .tcp(TcpHeader.SYN));
  }

  @Test
  void keepsVlanTags() {
    lab.serve(TestDirector.TCP, ServerSpec.ROUTE, 80);
    byte[] plain = request().tcp(TcpHeader.SYN);

    byte[] sent = lab.fromClient(tagged(plain)).get(0);

    byte[] expected =
        request()
            .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
            .timeToLive(63)
            .tcp(TcpHeader.SYN);
    assertArrayEquals(tagged(expected), sent);
  }

  private static byte[] tagged(byte[] plain) {
    byte[] tagged = new byte[plain.length + 4];
    System.arraycopy(plain, 0, tagged, 0, 12);
    tagged[12] = (byte) 0x81;
    tagged[15] = 7;
    System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
    return tagged;
  }

  @Test
  void replacesAUdpChecksumOfZero() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 5353);
    byte[] frame = request().to(TestDirector.VIP, 53).payload(9).udp();
    frame[40] = 0;
    frame[41] = 0;

    List<byte[]> sent = lab.fromClient(frame);

    assertFrames(sent, toServer(5353).payload(9).udp());
  }

  @Test
  void changesOnlyTheAddressesShareOfAnUnfinishedChecksum() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] frame = request().tcp(TcpHeader.SYN);
    putUnfinished(frame, TestDirector.CLIENT, TestDirector.VIP);
    lab.clientSide.injectUnfinished(frame, 34, 16);
    lab.worker.doWork();

    byte[] expected = toServer(8080).tcp(TcpHeader.SYN);
    putUnfinished(expected, TestDirector.CLIENT, TestDirector.SERVER);
    assertFrames(lab.serverSide.drain(), expected);
  }

  /** The pseudo-header's sum, not complemented, as CHECKSUM_PARTIAL has it. */
  private static void putUnfinished(byte[] frame, String source, String destination) {
    long sum = 6 + 20;
    for (String address : new String[] {source, destination}) {
      int bits = IpAddress.parse(address).v4();
      sum += (bits >>> 16) + (bits & 0xffff);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    frame[50] = (byte) (sum >> 8);
    frame[51] = (byte) sum;
  }

  @Test
  void passesWhatIsNotItsBusiness() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);

    assertFrames(lab.fromClient(request().to(TestDirector.VIP, 22).tcp(TcpHeader.SYN)));
    assertFrames(lab.fromClient(request().to("10.0.0.1", 80).tcp(TcpHeader.SYN)));
    assertFrames(lab.fromClient(request().macs(1, 2).tcp(TcpHeader.SYN)));
    assertFrames(lab.fromServer(reply(22).tcp(TcpHeader.ACK)));
    assertEquals(4, lab.counted("passed"));
  }

  @Test
  void answersForTheHostWhereTheHostDoesNotHear() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);

    lab.clientSide.inject(request().numbers(7, 5000).tcp(TcpHeader.ACK));
    lab.worker.doWork();

    byte[] reset = toClient().timeToLive(64).numbers(5000, 0).tcp(TcpHeader.RST);
    reset[18] = 0;
    reset[19] = 0;
    fixIpChecksum(reset);
    clearWindow(reset);
    assertFrames(lab.clientSide.drain(), reset);
    assertEquals(1, lab.counted("consumed"));
  }

  private static void clearWindow(byte[] frame) {
    assertEquals(0, frame[48] | frame[49]);
  }

  private static void fixIpChecksum(byte[] frame) {
    frame[24] = 0;
    frame[25] = 0;
    int sum = 0;
    for (int i = 14; i < 34; i += 2) {
      sum += (frame[i] & 0xff) << 8 | (frame[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = ~((sum & 0xffff) + (sum >> 16));
    frame[24] = (byte) (sum >> 8);
    frame[25] = (byte) sum;
  }

  @Test
  void tellsTheClientWhenThereIsNoServerAndWhenTheTtlIsUsedUp() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    assertFrames(lab.fromClient(request().timeToLive(1).tcp(TcpHeader.SYN)));
    assertIcmp(11, 0);
    assertEquals(1, lab.counted("ttl_exceeded"));

    ServerKey server = new ServerKey(IpAddress.parse(TestDirector.SERVER), 8080);
    lab.director.setServer(TestDirector.TCP, server, ServerSpec.of(ServerSpec.MASQ, 0));
    assertFrames(lab.fromClient(request().from("192.0.2.8", 5).tcp(TcpHeader.SYN)));
    assertIcmp(3, 3);
    assertEquals(1, lab.counted("no_server"));
  }

  @Test
  void aSchedulerThatThrowsCostsThatConnectionOnly() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.director.setService(TestDirector.TCP, ServiceSpec.of("thrower"));
    assertFrames(lab.fromClient(request().tcp(TcpHeader.SYN)));
    assertIcmp(3, 3);
    assertEquals(1, lab.counted("scheduler_failed"));

    lab.director.setService(TestDirector.TCP, ServiceSpec.of("first"));
    assertEquals(1, lab.fromClient(request().tcp(TcpHeader.SYN)).size());
  }

  private void assertIcmp(int type, int code) {
    List<byte[]> told = lab.clientSide.drain();
    assertEquals(1, told.size());
    assertEquals(type, told.get(0)[34]);
    assertEquals(code, told.get(0)[35]);
  }

  @Test
  void asksForTheServersHardwareAddressAndKeepsTheFrameMeanwhile() {
    lab.director.newService(TestDirector.TCP, ServiceSpec.of("first"));
    ServerKey unknown = new ServerKey(IpAddress.parse("10.1.0.9"), 80);
    lab.director.newServer(TestDirector.TCP, unknown, ServerSpec.of(ServerSpec.ROUTE, 1));

    List<byte[]> asked = lab.fromClient(request().tcp(TcpHeader.SYN));
    assertEquals(1, asked.size());
    assertEquals(EthernetHeader.ARP, (asked.get(0)[12] & 0xff) << 8 | asked.get(0)[13]);

    long mac = 0x0200_0000_0209L;
    lab.director.neighbours().learn(2, unknown.address(), mac, lab.nowMillis, true);
    lab.worker.doWork();
    assertFrames(
        lab.serverSide.drain(),
        request().macs(TestDirector.SERVER_SIDE_MAC, mac).timeToLive(63).tcp(TcpHeader.SYN));
    assertEquals(1, lab.counted("forwarded"));
  }

  @Test
  void givesUpAServerThatDoesNotAnswerArp() {
    lab.director.newService(TestDirector.TCP, ServiceSpec.of("first"));
    ServerKey unknown = new ServerKey(IpAddress.parse("10.1.0.9"), 80);
    lab.director.newServer(TestDirector.TCP, unknown, ServerSpec.of(ServerSpec.ROUTE, 1));
    lab.fromClient(request().tcp(TcpHeader.SYN));

    for (int i = 0; i < 40; i++) {
      lab.nowMillis += 100;
      lab.worker.doWork();
    }

    assertEquals(2, lab.serverSide.drain().size(), "two more questions");
    assertEquals(1, lab.counted("neighbour_unreachable"));
  }

  @Test
  void answersArpAndPingForItsOwnVips() {
    lab.close();
    lab = new TestDirector(new DirectorOptions(100, true, false, 1, 8, 12));
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.worker.doWork();
    assertEquals(1, lab.clientSide.drain().size(), "gratuitous ARP");
    assertEquals(1, lab.serverSide.drain().size(), "gratuitous ARP");

    byte[] whoHas = new byte[60];
    copy(whoHas, 0, "ffffffffffff0200000000fe08060001080006040001");
    copy(whoHas, 22, "0200000000fe0a0000fe0000000000000a630001");
    lab.clientSide.inject(whoHas);
    lab.worker.doWork();
    byte[] answer = lab.clientSide.drain().get(0);
    byte[] expected = new byte[60];
    copy(expected, 0, "0200000000fe02000000000108060001080006040002");
    copy(expected, 22, "0200000000010a6300010200000000fe0a0000fe");
    assertArrayEquals(expected, answer);

    assertFrames(lab.fromClient(request().tcp(TcpHeader.SYN)), toServer(8080).tcp(TcpHeader.SYN));
  }

  private static void copy(byte[] to, int offset, String hex) {
    byte[] octets = HexFormat.of().parseHex(hex);
    System.arraycopy(octets, 0, to, offset, octets.length);
  }

  @Test
  void dropsConnectionsOfADeletedServerButTranslatesItsReplies() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.fromClient(request().tcp(TcpHeader.SYN));
    ServerKey server = new ServerKey(IpAddress.parse(TestDirector.SERVER), 8080);
    lab.director.deleteServer(TestDirector.TCP, server);

    assertFrames(lab.fromClient(request().tcp(TcpHeader.ACK)));
    assertEquals(1, lab.counted("server_unavailable"));
    assertEquals(1, lab.fromServer(reply(8080).tcp(TcpHeader.ACK)).size());

    lab.director.newServer(TestDirector.TCP, server, ServerSpec.of(ServerSpec.MASQ, 1));
    assertEquals(1, lab.fromClient(request().tcp(TcpHeader.ACK)).size());
  }

  @Test
  void countsConnectionsAsTheKernelDoes() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    assertCounts(TestDirector.TCP, 0, 0);

    lab.fromClient(request().tcp(TcpHeader.SYN));
    assertCounts(TestDirector.TCP, 1, 0);
    lab.fromServer(reply(8080).tcp(TcpHeader.SYN | TcpHeader.ACK));
    lab.fromClient(request().tcp(TcpHeader.ACK));
    assertCounts(TestDirector.TCP, 1, 0);
    lab.fromClient(request().tcp(TcpHeader.FIN | TcpHeader.ACK));
    assertCounts(TestDirector.TCP, 0, 1);

    lab.nowMillis += 61_000;
    lab.worker.doWork();
    assertCounts(TestDirector.TCP, 0, 0);
  }

  private void assertCounts(ServiceKey service, int active, int inactive) {
    IpvsControl control = lab.director;
    assertEquals(active, control.servers(service).get(0).activeConnections());
    assertEquals(inactive, control.servers(service).get(0).inactiveConnections());
  }

  @Test
  void refusesWhenTheTableIsFullWithoutHurtingTheOthers() {
    lab.close();
    lab = new TestDirector(new DirectorOptions(2, false, false, 1, 8, 12));
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);

    for (int port = 1; port <= 3; port++) {
      lab.fromClient(request().from(TestDirector.CLIENT, port).tcp(TcpHeader.SYN));
      lab.fromClient(request().from(TestDirector.CLIENT, port).tcp(TcpHeader.ACK));
    }

    assertEquals(4, lab.counted("forwarded"));
    assertEquals(1, lab.counted("connection_table_full"));
    assertEquals(
        1, lab.fromClient(request().from(TestDirector.CLIENT, 1).tcp(TcpHeader.ACK)).size());
  }

  @Test
  void countsMalformedFramesByReason() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    byte[] good = request().tcp(TcpHeader.SYN);

    lab.fromClient(Arrays.copyOf(good, 10));
    lab.fromClient(Arrays.copyOf(good, 20));
    lab.fromClient(changed(good, 14, 0x55));
    lab.fromClient(changed(good, 14, 0x44));
    lab.fromClient(changed(good, 16, 0x7f));
    lab.fromClient(changed(good, 24, good[24] ^ 1));

    assertEquals(1, lab.counted("ethernet_truncated"));
    assertEquals(1, lab.counted("ipv4_truncated"));
    assertEquals(1, lab.counted("ipv4_version"));
    assertEquals(1, lab.counted("ipv4_header_length"));
    assertEquals(1, lab.counted("ipv4_total_length"));
    assertEquals(1, lab.counted("ipv4_checksum"));
  }

  private static byte[] changed(byte[] frame, int offset, int value) {
    byte[] changed = frame.clone();
    changed[offset] = (byte) value;
    return changed;
  }
}
