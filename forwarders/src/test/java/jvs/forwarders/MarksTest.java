package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import jvs.engine.DirectorOptions;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.MarkEntry;
import jvs.service.MarkHits;
import jvs.service.MarkRule;
import jvs.service.MarkRule.Network;
import jvs.service.MarkRule.PortRange;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Firewall marks: who gets which, what counts, who answers what nobody balances. */
class MarksTest {
  private static final ServiceKey MARK_3 = ServiceKey.ofMark(3, IpAddress.IPV4);
  private static final ServiceKey MARK_4 = ServiceKey.ofMark(4, IpAddress.IPV4);

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private static byte[] syn(int clientPort, int port) {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, clientPort)
        .to(TestDirector.VIP, port)
        .tcp(TcpHeader.SYN);
  }

  /** To the VIP, TCP ports {@code first} to {@code last}, unless from {@code notFrom}. */
  private static MarkRule rule(int first, int last, long mark, String input, long notFrom) {
    return new MarkRule(
        IpAddress.IPV4,
        null,
        new MarkRule.Test<>(new Network(IpAddress.parse(TestDirector.VIP), 32), false),
        input.isEmpty() ? null : new MarkRule.Test<>(input, false),
        new MarkRule.Test<>(ServiceKey.TCP, false),
        null,
        new MarkRule.Test<>(List.of(new PortRange(first, last)), false),
        notFrom == 0 ? null : new MarkRule.Test<>(notFrom, true),
        mark,
        MarkRule.ALL_BITS);
  }

  private static MarkRule rule(int first, int last, long mark) {
    return rule(first, last, mark, "", 0);
  }

  @Test
  void aMarksServiceTakesAllItsPorts() {
    lab.director.newMark(rule(80, 80, 3));
    lab.director.newMark(rule(443, 443, 3));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);

    assertEquals(1, lab.fromClient(syn(1025, 80)).size());
    assertEquals(1, lab.fromClient(syn(1026, 443)).size());
    assertEquals(0, lab.fromClient(syn(1027, 81)).size());

    assertEquals(2, lab.counted("forwarded"));
    assertEquals(1, lab.counted("passed"));
  }

  @Test
  void theLastMatchCounts() {
    lab.director.newMark(rule(1, 1000, 3));
    lab.director.newMark(rule(443, 443, 4));
    lab.serve(MARK_3, ServerSpec.MASQ, 8080);

    assertEquals(1, lab.fromClient(syn(1025, 80)).size());
    assertEquals(0, lab.fromClient(syn(1026, 443)).size());

    lab.serve(MARK_4, ServerSpec.MASQ, 8443);
    assertEquals(1, lab.fromClient(syn(1026, 443)).size());
  }

  @Test
  void looksAtHardwareAddressAndInterface() {
    lab.director.newMark(rule(80, 80, 3, "eth+", TestDirector.ROUTER_MAC));
    lab.director.newMark(rule(81, 81, 3, "eth1", 0));
    lab.director.newMark(rule(82, 82, 3, "eth0", TestDirector.SERVER_MAC));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);

    assertEquals(0, lab.fromClient(syn(1025, 80)).size());
    assertEquals(0, lab.fromClient(syn(1025, 81)).size());
    assertEquals(1, lab.fromClient(syn(1025, 82)).size());
  }

  @Test
  void looksAtTheSourcesNetworkAndSeveralPorts() {
    lab.director.newMark(from("192.0.2.0", 24, true, 80, 443));
    lab.director.newMark(from("192.0.2.0", 24, false, 1000, 8080));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);

    assertEquals(0, lab.fromClient(syn(1025, 80)).size(), "from that network");
    assertEquals(1, lab.fromClient(syn(1025, 8080)).size());
    assertEquals(1, lab.fromClient(syn(1025, 1000)).size());
    assertEquals(0, lab.fromClient(syn(1025, 8081)).size());
  }

  /** To two TCP ports from a network, or from anywhere else. */
  private static MarkRule from(String network, int length, boolean isNot, int one, int other) {
    return new MarkRule(
        IpAddress.IPV4,
        new MarkRule.Test<>(new Network(IpAddress.parse(network), length), isNot),
        null,
        null,
        new MarkRule.Test<>(ServiceKey.TCP, false),
        null,
        new MarkRule.Test<>(List.of(new PortRange(one, one), new PortRange(other, other)), false),
        null,
        3,
        MarkRule.ALL_BITS);
  }

  @Test
  void countsEveryPacketThatMatches() {
    lab.director.newMark(rule(80, 80, 3));
    lab.director.newMark(rule(80, 90, 3));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);

    lab.fromClient(syn(1025, 80));
    lab.fromClient(syn(1025, 80));
    lab.fromClient(syn(1026, 81));

    assertEquals(
        List.of(new MarkEntry(rule(80, 80, 3), 2, 80), new MarkEntry(rule(80, 90, 3), 3, 120)),
        lab.director.marks());
  }

  @Test
  void aRuleThatStaysKeepsItsCountersAndANewOneBeginsAtZero() {
    lab.director.setMarks(List.of(rule(80, 80, 3), rule(80, 90, 3)));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);
    lab.fromClient(syn(1025, 80));

    lab.director.setMarks(List.of(rule(1, 2, 3), rule(80, 90, 3)));

    assertEquals(
        List.of(new MarkEntry(rule(1, 2, 3), 0, 0), new MarkEntry(rule(80, 90, 3), 1, 40)),
        lab.director.marks());
  }

  @Test
  void answersInTheHostsSteadWhereAMarksServiceTakesNothing() {
    lab.director.newMark(rule(80, 80, 3));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);
    byte[] lateAck =
        new FrameBuilder()
            .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
            .from(TestDirector.CLIENT, 2000)
            .to(TestDirector.VIP, 80)
            .tcp(TcpHeader.ACK);

    lab.fromClient(lateAck);

    assertEquals(1, lab.clientSide.drain().size(), "a reset, as the host does not see the packet");
  }

  @Test
  void connectionsOutliveTheirRule() {
    lab.director.newMark(rule(80, 80, 3));
    lab.serve(MARK_3, ServerSpec.MASQ, 0);
    lab.fromClient(syn(1025, 80));

    lab.director.deleteMark(rule(80, 80, 3));

    assertEquals(1, lab.fromClient(syn(1025, 80)).size());
    lab.fromClient(syn(1026, 80));
    assertEquals(1, lab.clientSide.drain().size(), "the port is still hidden from the host");
  }

  @Test
  void hidesRepliesOfAllProtocolsFromTheHost() {
    MarkRule tcp = rule(53, 53, 3);
    MarkRule any =
        new MarkRule(
            IpAddress.IPV4, null, tcp.destination(), null, null, null, null, null, 3, tcp.mask());
    lab.director.newMark(any);
    lab.serve(MARK_3, ServerSpec.MASQ, 0);
    byte[] fromServer =
        new FrameBuilder()
            .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
            .from(TestDirector.SERVER, 53)
            .to(TestDirector.CLIENT, 40000)
            .udp();

    assertEquals(1, lab.fromServer(fromServer).size(), "routed on in the host's stead");
  }

  @Test
  void theDestinationsOfServedMarksAreOwnVips() {
    try (TestDirector own = new TestDirector(new DirectorOptions(100, true, false, 1, 8, 12))) {
      own.director.newMark(rule(80, 80, 3));
      own.serve(MARK_3, ServerSpec.MASQ, 0);
      own.worker.doWork(); // announces the VIP
      own.serverSide.drain();

      assertEquals(1, own.fromClient(syn(1025, 80)).size());
    }
  }

  @Test
  void refusesWhatIsNotThereAndWhatIsTooMuch() {
    IpvsException unknown =
        assertThrows(IpvsException.class, () -> lab.director.deleteMark(rule(80, 80, 3)));
    assertEquals(Errno.ENOENT, unknown.errno());

    for (int i = 0; i < MarkHits.MAX_RULES; i++) {
      lab.director.newMark(rule(i, i, 3));
    }
    IpvsException full =
        assertThrows(IpvsException.class, () -> lab.director.newMark(rule(80, 80, 4)));
    assertEquals(Errno.ENOMEM, full.errno());
    assertEquals(MarkHits.MAX_RULES, lab.director.marks().size());
  }

  @Test
  void aTransactionIsMadeWhollyOrNotAtAll() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.fromClient(syn(1025, 80));

    IpvsException refused =
        assertThrows(
            IpvsException.class,
            () ->
                lab.director.atomically(
                    all -> {
                      all.newMark(rule(80, 80, 3));
                      all.setSysctl("sloppy_tcp", "1");
                      all.flush();
                      all.deleteService(MARK_3);
                    }));

    assertEquals(Errno.ESRCH, refused.errno());
    assertEquals(List.of(), lab.director.marks());
    assertEquals("0", lab.director.sysctls().get("net.ipv4.vs.sloppy_tcp"));
    assertEquals(1, lab.director.services().size());
  }

  @Test
  void aTransactionThatEndsWhereItBeganTouchesNothing() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
    lab.fromClient(syn(1025, 80));

    lab.director.atomically(
        all -> {
          all.flush();
          all.newService(TestDirector.TCP, lab.director.service(TestDirector.TCP).spec());
          all.newServer(
              TestDirector.TCP,
              new ServerKey(IpAddress.parse(TestDirector.SERVER), 8080),
              ServerSpec.of(ServerSpec.MASQ, 1));
        });

    assertEquals(1, lab.director.service(TestDirector.TCP).statistics().connections());
    assertEquals(1, lab.director.servers(TestDirector.TCP).getFirst().activeConnections());
  }
}
