package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import jvs.service.ConnectionEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** FTP through NAT: what is said on the control connection, and the data connections of it. */
class FtpTest {
  private static final int SYN = TcpHeader.SYN;
  private static final int ACK = TcpHeader.ACK;
  private static final int PUSH = TcpHeader.ACK | TcpHeader.PSH;
  private static final int CONTROL = 50000;

  private final TestDirector lab = new TestDirector();
  private boolean isV6;

  @AfterEach
  void close() {
    lab.close();
  }

  private String client() {
    return isV6 ? TestDirector.CLIENT_V6 : TestDirector.CLIENT;
  }

  private String vip() {
    return isV6 ? TestDirector.VIP_V6 : TestDirector.VIP;
  }

  private String server() {
    return isV6 ? TestDirector.SERVER_V6 : TestDirector.SERVER;
  }

  private FrameBuilder request(int clientPort, int port) {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(client(), clientPort)
        .to(vip(), port);
  }

  private FrameBuilder atServer(int clientPort, int port) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_SIDE_MAC, TestDirector.SERVER_MAC)
        .from(client(), clientPort)
        .to(server(), port)
        .timeToLive(63);
  }

  private FrameBuilder reply(int port, int clientPort) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
        .from(server(), port)
        .to(client(), clientPort);
  }

  private FrameBuilder atClient(int port, int clientPort) {
    return new FrameBuilder()
        .macs(TestDirector.CLIENT_SIDE_MAC, TestDirector.ROUTER_MAC)
        .from(vip(), port)
        .to(client(), clientPort)
        .timeToLive(63);
  }

  private static void assertOne(List<byte[]> actual, byte[] expected) {
    assertEquals(1, actual.size());
    assertArrayEquals(expected, actual.get(0));
  }

  /** Logged in, control connection established. */
  private void connect(boolean wantsV6) {
    isV6 = wantsV6;
    int netmask = isV6 ? 128 : -1;
    lab.director.newService(service(), new ServiceSpec("first", 0, 0, netmask, ""));
    ServerKey real = new ServerKey(IpAddress.parse(server()), 21);
    lab.director.newServer(service(), real, ServerSpec.of(ServerSpec.MASQ, 1));
    IpAddress gateway = IpAddress.parse("fd00::fe");
    lab.director.networkChanged(
        TestDirector.network(true, TestDirector.route("fd00:5::", 64, 1, gateway)));
    lab.director.neighbours().learn(1, gateway, TestDirector.ROUTER_MAC, lab.nowMillis, false);
    assertEquals(1, lab.fromClient(request(CONTROL, 21).tcp(SYN)).size());
    assertEquals(1, lab.fromServer(reply(21, CONTROL).tcp(SYN | ACK)).size());
    assertEquals(1, lab.fromClient(request(CONTROL, 21).tcp(ACK)).size());
  }

  private void says(String words) {
    FrameBuilder frame = request(CONTROL, 21).text(words);
    assertOne(lab.fromClient(frame.tcp(PUSH)), atServer(CONTROL, 21).text(words).tcp(PUSH));
  }

  private List<String> connections() {
    List<String> rows = new ArrayList<>();
    lab.director.connections(row -> rows.add(text(row)));
    return rows;
  }

  private static String text(ConnectionEntry row) {
    return row.clientPort()
        + " > "
        + row.virtualPort()
        + " > "
        + row.serverPort()
        + " "
        + row.state()
        + " "
        + row.expiresSeconds();
  }

  @Test
  void showsThePassiveServerAsTheVipAndExpectsTheClientFromAnyPort() {
    connect(false);
    says("PASV\r\n");

    List<byte[]> told =
        lab.fromServer(
            reply(21, CONTROL)
                .numbers(500, 7)
                .text("227 Entering Passive Mode (10,1,0,1,156,65).\r\n")
                .tcp(PUSH));

    assertOne(
        told,
        atClient(21, CONTROL)
            .numbers(500, 7)
            .text("227 Entering Passive Mode (10,99,0,1,156,65).\r\n")
            .tcp(PUSH));
    assertEquals(
        List.of("50000 > 21 > 21 ESTABLISHED 900", "0 > 40001 > 40001 LISTEN 120"), connections());

    assertOne(lab.fromClient(request(50007, 40001).tcp(SYN)), atServer(50007, 40001).tcp(SYN));
    assertOne(
        lab.fromServer(reply(40001, 50007).tcp(SYN | ACK)), atClient(40001, 50007).tcp(SYN | ACK));
    assertEquals("50007 > 40001 > 40001 SYN_RECV 60", connections().get(1));
    assertEquals(0, lab.fromClient(request(50008, 40001).tcp(SYN)).size(), "one was expected");
  }

  @Test
  void shiftsTheNumbersThatFollowALongerAnswer() {
    connect(false);
    says("PASV\r\n");
    byte[] answer =
        reply(21, CONTROL)
            .numbers(500, 7)
            .text("227 Entering Passive Mode (10,1,0,1,156,65).\r\n")
            .tcp(PUSH);
    lab.fromServer(answer);
    int end = 500 + 46;

    assertOne(
        lab.fromServer(reply(21, CONTROL).numbers(end, 7).text("150 Here\r\n").tcp(PUSH)),
        atClient(21, CONTROL).numbers(end + 1, 7).text("150 Here\r\n").tcp(PUSH));
    assertOne(
        lab.fromClient(request(CONTROL, 21).numbers(7, end + 1).tcp(ACK)),
        atServer(CONTROL, 21).numbers(7, end).tcp(ACK));
    assertOne(
        lab.fromServer(answer),
        atClient(21, CONTROL)
            .numbers(500, 7)
            .text("227 Entering Passive Mode (10,99,0,1,156,65).\r\n")
            .tcp(PUSH));
    assertOne(
        lab.fromServer(reply(21, CONTROL).numbers(end, 7).tcp(ACK)),
        atClient(21, CONTROL).numbers(end + 1, 7).tcp(ACK));
  }

  @Test
  void leavesAnUnfinishedChecksumUnfinishedWithTheNewLength() {
    connect(false);
    says("PASV\r\n");
    byte[] before =
        reply(21, CONTROL).text("227 Entering Passive Mode (10,1,0,1,156,65).\r\n").tcp(PUSH);
    byte[] after =
        atClient(21, CONTROL).text("227 Entering Passive Mode (10,99,0,1,156,65).\r\n").tcp(PUSH);
    putUnfinished(before);
    putUnfinished(after);

    lab.serverSide.injectUnfinished(before, 34, 16);
    lab.worker.doWork();

    assertOne(lab.clientSide.drain(), after);
  }

  /** The pseudo-header's sum, not complemented, as CHECKSUM_PARTIAL has it. */
  private static void putUnfinished(byte[] frame) {
    long sum = 6L + frame.length - 34;
    for (int i = 26; i < 34; i += 2) {
      sum += (frame[i] & 0xff) << 8 | (frame[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    frame[50] = (byte) (sum >> 8);
    frame[51] = (byte) sum;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void expectsTheClientOfAnExtendedPassiveServer(boolean wantsV6) {
    connect(wantsV6);
    says(wantsV6 ? "EPSV 2\r\n" : "EPSV\r\n");
    String answer = "229 Entering Extended Passive Mode (|||6446|)\r\n";

    assertOne(
        lab.fromServer(reply(21, CONTROL).text(answer).tcp(PUSH)),
        atClient(21, CONTROL).text(answer).tcp(PUSH));
    assertOne(lab.fromClient(request(50007, 6446).tcp(SYN)), atServer(50007, 6446).tcp(SYN));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void takesTheAddressOutOfAnExtendedPassiveAnswer(boolean wantsV6) {
    connect(wantsV6);
    says("EPSV\r\n");
    String endpoint = (wantsV6 ? "2|fd00:1::1" : "1|10.1.0.1") + "|6446|";

    assertOne(
        lab.fromServer(reply(21, CONTROL).text("229 ok (|" + endpoint + ")\r\n").tcp(PUSH)),
        atClient(21, CONTROL).text("229 ok (|||6446|)\r\n").tcp(PUSH));
  }

  @ParameterizedTest
  @ValueSource(strings = {"PORT 192,0,2,7,156,64\r\n", "EPRT |1|192.0.2.7|40000|\r\n"})
  void letsTheServerConnectToAnActiveClient(String command) {
    connect(false);
    says(command);
    assertEquals("40000 > 20 > 20 LISTEN 120", connections().get(1));

    assertOne(lab.fromServer(reply(20, 40000).tcp(SYN)), atClient(20, 40000).tcp(SYN));
    assertOne(
        lab.fromClient(request(40000, 20).tcp(SYN | ACK)), atServer(40000, 20).tcp(SYN | ACK));
    assertOne(lab.fromServer(reply(20, 40000).tcp(ACK)), atClient(20, 40000).tcp(ACK));
    assertEquals("40000 > 20 > 20 ESTABLISHED 900", connections().get(1));
    assertEquals(2, lab.director.servers(service()).get(0).activeConnections());
    assertEquals(1, lab.director.servers(service()).get(0).statistics().connections());
  }

  private ServiceKey service() {
    return ServiceKey.of(ServiceKey.TCP, IpAddress.parse(vip()), 21);
  }

  @Test
  void letsTheServerConnectToAnActiveClientOfIpv6() {
    connect(true);
    says("EPRT |2|fd00:5::7|40000|\r\n");

    assertOne(lab.fromServer(reply(20, 40000).tcp(SYN)), atClient(20, 40000).tcp(SYN));
    assertOne(
        lab.fromClient(request(40000, 20).tcp(SYN | ACK)), atServer(40000, 20).tcp(SYN | ACK));
  }

  @Test
  void expectsNobodyUnlessTheClientAsked() {
    connect(false);

    String answer = "227 Entering Passive Mode (10,1,0,1,156,65).\r\n";
    assertOne(
        lab.fromServer(reply(21, CONTROL).text(answer).tcp(PUSH)),
        atClient(21, CONTROL).text(answer).tcp(PUSH));
    says("PASV\r\n");
    says("PORT 192,0,2,7,156,64\r\n");
    assertOne(
        lab.fromServer(reply(21, CONTROL).text(answer).tcp(PUSH)),
        atClient(21, CONTROL).text(answer).tcp(PUSH));
    assertEquals(2, connections().size());
  }

  @Test
  void keepsTheControlConnectionWhileThereIsADataConnection() {
    connect(false);
    says("PORT 192,0,2,7,156,64\r\n");
    lab.fromClient(request(CONTROL, 21).tcp(TcpHeader.RST));
    assertEquals("50000 > 21 > 21 CLOSE 10", connections().get(0));

    lab.nowMillis += 11_000;
    lab.worker.doWork();
    assertEquals("50000 > 21 > 21 CLOSE 60", connections().get(0).replaceFirst("59$", "60"));
    lab.nowMillis += 110_000;
    lab.worker.doWork();
    assertEquals(1, connections().size(), "the expected one has expired");
    lab.nowMillis += 61_000;
    lab.worker.doWork();

    assertEquals(List.of(), connections());
    assertEquals(0, lab.director.servers(service()).get(0).inactiveConnections());
  }

  @Test
  void opensANewControlConnectionBesideOneThatStillControls() {
    connect(false);
    says("PORT 192,0,2,7,156,64\r\n");
    lab.fromClient(request(CONTROL, 21).tcp(TcpHeader.RST));

    assertEquals(1, lab.fromClient(request(CONTROL, 21).tcp(SYN)).size());

    assertEquals(3, connections().size());
    lab.nowMillis += 400_000;
    lab.worker.doWork();
    lab.nowMillis += 61_000;
    lab.worker.doWork();
    assertEquals(List.of(), connections());
  }

  @Test
  void dropsTheControlConnectionOfADroppedDataConnection() {
    connect(false);
    says("PORT 192,0,2,7,156,64\r\n");
    lab.director.setSysctl("expire_nodest_conn", "1");

    lab.director.deleteServer(service(), new ServerKey(IpAddress.parse(server()), 21));
    lab.worker.doWork();
    lab.nowMillis += 30;
    lab.worker.doWork();

    assertEquals(List.of(), connections());
  }
}
