package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HexFormat;
import java.util.List;
import jvs.engine.DirectorOptions;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** IPv6 neighbours: who has which address (RFC 4861). */
final class NeighbourDiscoveryTest {
  private static final ServiceKey SERVICE =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final String SERVER = "fd00:1::abcd:ef09";
  private static final String SERVER_GROUP = "ff02::1:ffcd:ef09";
  private static final String OWN = "fd00:1::fffe";
  private static final String ALL_NODES = "ff02::1";
  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
  private static final long SERVER_MAC = 0x0200_0000_0209L;
  private static final int SOLICITATION = 135;
  private static final int ADVERTISEMENT = 136;
  private static final int SOLICITED = 0x4000_0000;
  private static final int OVERRIDE = 0x2000_0000;
  private static final int SOURCE = 1;
  private static final int TARGET = 2;

  private TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void asksForAServersHardwareAddressAndSendsWhatWaited() {
    route();
    byte[] request = Frames.requestV6().tcp(TcpHeader.SYN);

    byte[] question = lab.fromClient(request).get(0);
    lab.serverSide.inject(advertisement(SERVER_MAC));
    lab.worker.doWork();

    FrameBuilder asking = new FrameBuilder().macs(TestDirector.SERVER_SIDE_MAC, 0x3333_ffcd_ef09L);
    byte[] expected =
        message(
            asking.from(OWN, 0).to(SERVER_GROUP, 0),
            SOLICITATION,
            0,
            SERVER,
            SOURCE,
            TestDirector.SERVER_SIDE_MAC);
    assertArrayEquals(expected, question);
    assertEquals(
        List.of(
            hex(
                Frames.routedV6()
                    .macs(TestDirector.SERVER_SIDE_MAC, SERVER_MAC)
                    .tcp(TcpHeader.SYN))),
        lab.serverSide.drain().stream().map(NeighbourDiscoveryTest::hex).toList());
    assertEquals(1, lab.counted("forwarded"));
  }

  @Test
  void believesNoAdvertisementFromBeyondTheLinkOrWithAWrongChecksum() {
    route();
    lab.fromClient(Frames.requestV6().tcp(TcpHeader.SYN));
    byte[] routed = Frames.with(advertisement(SERVER_MAC), Frames.IP + 7, 254);
    byte[] damaged = Frames.with(advertisement(SERVER_MAC), Frames.TRANSPORT_V6 + 2, 0, 0);
    byte[] endless = Frames.with(advertisement(SERVER_MAC), Frames.TRANSPORT_V6 + 25, 0);

    for (byte[] frame : List.of(routed, damaged, endless)) {
      lab.serverSide.inject(frame);
      lab.worker.doWork();
    }

    assertEquals(0, lab.serverSide.drain().size());
    lab.serverSide.inject(advertisement(SERVER_MAC));
    lab.worker.doWork();
    assertEquals(1, lab.serverSide.drain().size());
    assertEquals(4, lab.counted("passed"));
  }

  @Test
  void givesUpAServerThatDoesNotAnswer() {
    route();
    lab.fromClient(Frames.requestV6().tcp(TcpHeader.SYN));

    for (int i = 0; i < 40; i++) {
      lab.nowMillis += 100;
      lab.worker.doWork();
    }

    assertEquals(2, lab.serverSide.drain().size(), "two more questions");
    assertEquals(1, lab.counted("neighbour_unreachable"));
  }

  @Test
  void learnsFromTheQuestionsOfOthers() {
    route();
    FrameBuilder asking = new FrameBuilder().macs(SERVER_MAC, TestDirector.SERVER_SIDE_MAC);
    lab.serverSide.inject(
        message(asking.from(SERVER, 0).to(OWN, 0), SOLICITATION, 0, OWN, SOURCE, SERVER_MAC));
    lab.worker.doWork();

    List<byte[]> sent = lab.fromClient(Frames.requestV6().tcp(TcpHeader.SYN));

    assertEquals(1, sent.size());
    assertArrayEquals(
        Frames.routedV6().macs(TestDirector.SERVER_SIDE_MAC, SERVER_MAC).tcp(TcpHeader.SYN),
        sent.get(0));
  }

  @Test
  void announcesAndDefendsItsOwnVips() {
    lab.close();
    lab = new TestDirector(new DirectorOptions(100, true, false, 1, 8, 12));
    route();
    lab.worker.doWork();
    byte[] announced =
        message(
            toAllNodes(),
            ADVERTISEMENT,
            OVERRIDE,
            TestDirector.VIP_V6,
            TARGET,
            TestDirector.CLIENT_SIDE_MAC);
    assertArrayEquals(announced, lab.clientSide.drain().get(0));

    String router = "fd00:5::1";
    FrameBuilder asking = new FrameBuilder().macs(TestDirector.ROUTER_MAC, 0x3333_ff00_0001L);
    lab.clientSide.inject(
        message(
            asking.from(router, 0).to("ff02::1:ff00:1", 0),
            SOLICITATION,
            0,
            TestDirector.VIP_V6,
            SOURCE,
            TestDirector.ROUTER_MAC));
    lab.worker.doWork();
    byte[] answer = lab.clientSide.drain().get(0);
    FrameBuilder answering =
        new FrameBuilder().macs(TestDirector.CLIENT_SIDE_MAC, TestDirector.ROUTER_MAC);
    byte[] expected =
        message(
            answering.from(TestDirector.VIP_V6, 0).to(router, 0),
            ADVERTISEMENT,
            SOLICITED | OVERRIDE,
            TestDirector.VIP_V6,
            TARGET,
            TestDirector.CLIENT_SIDE_MAC);
    assertArrayEquals(expected, answer);

    lab.clientSide.inject(
        message(
            asking.from("::", 0).to("ff02::1:ff00:1", 0),
            SOLICITATION,
            0,
            TestDirector.VIP_V6,
            SOURCE,
            TestDirector.ROUTER_MAC));
    lab.worker.doWork();
    assertArrayEquals(announced, lab.clientSide.drain().get(0), "who wants the address for itself");
  }

  private void route() {
    lab.director.newService(SERVICE, new ServiceSpec("first", 0, 0, 128, ""));
    ServerKey server = new ServerKey(IpAddress.parse(SERVER), 80);
    lab.director.newServer(SERVICE, server, ServerSpec.of(ServerSpec.ROUTE, 1));
  }

  private static byte[] advertisement(long mac) {
    FrameBuilder ends = new FrameBuilder().macs(mac, TestDirector.SERVER_SIDE_MAC);
    return message(
        ends.from(SERVER, 0).to(OWN, 0), ADVERTISEMENT, SOLICITED | OVERRIDE, SERVER, TARGET, mac);
  }

  private static FrameBuilder toAllNodes() {
    return new FrameBuilder()
        .macs(TestDirector.CLIENT_SIDE_MAC, ALL_NODES_MAC)
        .from(TestDirector.VIP_V6, 0)
        .to(ALL_NODES, 0);
  }

  private static byte[] message(
      FrameBuilder ends, int type, int flags, String target, int option, long mac) {
    byte[] data = new byte[24];
    System.arraycopy(IpAddress.parse(target).octets(), 0, data, 0, 16);
    data[16] = (byte) option;
    data[17] = 1;
    for (int i = 0; i < 6; i++) {
      data[18 + i] = (byte) (mac >>> 40 - 8 * i);
    }
    return Frames.icmp(ends.timeToLive(255), type, 0, flags, data);
  }

  private static String hex(byte[] frame) {
    return HexFormat.of().formatHex(frame);
  }
}
