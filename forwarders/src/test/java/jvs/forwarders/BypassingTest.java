package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import jvs.service.ConnectionEntry;
import jvs.service.MarkRule;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mark service for foreign addresses whose servers, caches as a rule, are all gone. */
class BypassingTest {
  private static final ServiceKey MARKED = ServiceKey.ofMark(1, IpAddress.IPV4);

  private final TestDirector lab = new TestDirector();

  /** Gives mark 1 to TCP to port 80 of an address. */
  private static MarkRule rule(String address) {
    MarkRule.Network network = new MarkRule.Network(IpAddress.parse(address), 32);
    return new MarkRule(
        IpAddress.IPV4,
        null,
        new MarkRule.Test<>(network, false),
        null,
        new MarkRule.Test<>(ServiceKey.TCP, false),
        null,
        new MarkRule.Test<>(List.of(new MarkRule.PortRange(80, 80)), false),
        null,
        1,
        MarkRule.ALL_BITS);
  }

  @BeforeEach
  void mark() {
    lab.director.newMark(rule(TestDirector.SERVER));
    lab.director.newService(MARKED, ServiceSpec.of("first"));
    lab.director.setSysctl("cache_bypass", "1");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  private static FrameBuilder asked() {
    return Frames.request().to(TestDirector.SERVER, 80);
  }

  private List<ConnectionEntry> connections() {
    List<ConnectionEntry> entries = new ArrayList<>();
    lab.director.connections(entries::add);
    return entries;
  }

  @Test
  void sendsPacketsWhereTheyWantToGo() {
    List<byte[]> first = lab.fromClient(asked().tcp(TcpHeader.SYN));
    List<byte[]> second = lab.fromClient(asked().tcp(TcpHeader.ACK));

    FrameBuilder routed = Frames.routed().to(TestDirector.SERVER, 80);
    assertArrayEquals(routed.tcp(TcpHeader.SYN), first.get(0));
    assertArrayEquals(routed.tcp(TcpHeader.ACK), second.get(0));
    assertEquals(1, connections().size());
    assertEquals("0.0.0.0", connections().get(0).serverAddress().toString());
    assertEquals(0, lab.director.totals().connections());
  }

  @Test
  void followsTheConnectionsState() {
    lab.fromClient(asked().tcp(TcpHeader.SYN));
    assertEquals("SYN_RECV", connections().get(0).state());

    lab.fromServer(Frames.reply(80).tcp(Frames.SYN_ACK));
    lab.fromClient(asked().tcp(TcpHeader.ACK));

    assertEquals("ESTABLISHED", connections().get(0).state());
  }

  @Test
  void refusesWithoutTheSetting() {
    lab.director.setSysctl("cache_bypass", "0");

    assertEquals(List.of(), lab.fromClient(asked().tcp(TcpHeader.SYN)));

    assertEquals(1, lab.counted("no_server"));
    assertEquals(1, lab.clientSide.drain().size(), "port unreachable");
  }

  @Test
  void prefersServers() {
    ServerKey server = new ServerKey(IpAddress.parse(TestDirector.SERVER), 8080);
    lab.director.newServer(MARKED, server, ServerSpec.of(ServerSpec.MASQ, 1));

    List<byte[]> out = lab.fromClient(asked().tcp(TcpHeader.SYN));

    assertArrayEquals(Frames.routed().to(TestDirector.SERVER, 8080).tcp(TcpHeader.SYN), out.get(0));
  }

  @Test
  void refusesWhatIsForThisHost() {
    lab.director.setMarks(List.of(rule(TestDirector.VIP)));

    assertEquals(List.of(), lab.fromClient(Frames.request().tcp(TcpHeader.SYN)));

    assertEquals(1, lab.counted("no_server"));
  }

  @Test
  void sendsNothingThatWouldLiveTooLong() {
    assertEquals(List.of(), lab.fromClient(asked().timeToLive(1).tcp(TcpHeader.SYN)));

    assertEquals(1, lab.counted("ttl_exceeded"));
  }
}
