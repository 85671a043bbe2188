package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import jvs.route.Link;
import jvs.route.NetworkState;
import jvs.service.ConnectionEntry;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Effects of settings under their names that no recording shows. */
final class SettingsEffectTest {
  private static final ServiceKey SCTP =
      ServiceKey.of(ServiceKey.SCTP, IpAddress.parse(TestDirector.VIP), 80);
  private static final int[] DATA = {0, 3, 0, 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
  private static final int[] ABORT = {6, 0, 0, 4};

  private final TestDirector lab = new TestDirector();

  @AfterEach
  void close() {
    lab.close();
  }

  private List<ConnectionEntry> connections() {
    List<ConnectionEntry> entries = new ArrayList<>();
    lab.director.connections(entries::add);
    return entries;
  }

  @Test
  void sloppySctpLetsAnyChunkButAbortOpenAConnection() {
    lab.serve(SCTP, ServerSpec.MASQ, 80);

    lab.fromClient(Frames.sctp(Frames.request(), DATA));
    assertEquals(List.of(), connections());

    lab.director.setSysctl("sloppy_sctp", "1");
    lab.fromClient(Frames.sctp(Frames.request(), ABORT));
    assertEquals(List.of(), connections());

    List<byte[]> out = lab.fromClient(Frames.sctp(Frames.request(), DATA));
    assertEquals(1, out.size());
    assertEquals(1, connections().size());
  }

  @Test
  void runEstimationStopsTheRatesButNotTheCounters() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    lab.fromClient(Frames.request().tcp(TcpHeader.SYN));
    tick();
    long rate = lab.director.totals().inByteRate();
    assertTrue(rate > 0, "rate " + rate);

    lab.director.setSysctl("run_estimation", "0");
    lab.fromClient(Frames.request().tcp(TcpHeader.ACK));
    tick();
    assertEquals(rate, lab.director.totals().inByteRate());
    assertEquals(2, lab.director.totals().inPackets());

    lab.director.setSysctl("run_estimation", "1");
    tick();
    tick();
    assertTrue(lab.director.totals().inByteRate() != rate);
  }

  private void tick() {
    lab.nowMillis += 2000;
    lab.director.tick();
  }

  @Test
  void dropEntryTakesHalfOpenConnectionsOneByOne() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    lab.director.setTimeouts(new Timeouts(3600, 3600, 3600));
    lab.fromClient(Frames.request().tcp(TcpHeader.SYN));
    assertEquals("SYN_RECV", connections().getFirst().state());

    lab.director.setSysctl("drop_entry", "3");
    lab.director.tick();
    for (int second = 0; second < 40; second++) {
      lab.nowMillis += 1000;
      lab.worker.doWork();
    }

    assertEquals(List.of(), connections());
  }

  @Test
  void dropPacketAlwaysDropsOneInAmDroprate() {
    lab.serve(TestDirector.UDP, ServerSpec.MASQ, 53);
    lab.director.setSysctl("am_droprate", "4");
    lab.director.setSysctl("drop_packet", "3");
    lab.director.tick();

    int forwarded = 0;
    for (int i = 0; i < 40; i++) {
      forwarded +=
          lab.fromClient(
                  Frames.request()
                      .from(TestDirector.CLIENT, 2000 + i)
                      .to(TestDirector.VIP, 53)
                      .payload(1)
                      .udp())
              .size();
    }

    assertEquals(30, forwarded);
  }

  @Test
  void ignoreTunneledLeavesToTheHostWhatComesOutOfItsTunnels() {
    NetworkState present = TestDirector.network(true);
    List<Link> links = new ArrayList<>(present.links());
    links.set(0, new Link(1, "gre1", TestDirector.CLIENT_SIDE_MAC, 1462, true, false, 0, true));
    lab.director.networkChanged(
        new NetworkState(links, present.addresses(), present.routes(), true));
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    assertEquals(1, lab.fromClient(Frames.request().tcp(TcpHeader.SYN)).size());

    lab.director.setSysctl("ignore_tunneled", "1");
    assertEquals(0, lab.fromClient(Frames.request().tcp(TcpHeader.ACK)).size());
    assertEquals(1, lab.counted("passed"));
    // What comes by other interfaces is balanced all the same.
    lab.fromServer(Frames.reply(80).tcp(Frames.SYN_ACK));
    assertEquals(2, lab.counted("forwarded"));

    lab.director.setSysctl("ignore_tunneled", "0");
    assertEquals(1, lab.fromClient(Frames.request().tcp(TcpHeader.ACK)).size());
  }

  @Test
  void amemthreshSaysWhenMemoryIsShort() {
    lab.serve(TestDirector.TCP, ServerSpec.MASQ, 80);
    lab.director.setSysctl("drop_packet", "1");
    // The table of this director has room for 100 connections: 3 pages.
    lab.director.setSysctl("amemthresh", "2");
    lab.director.tick();
    assertEquals("1", lab.director.sysctls().get("net.ipv4.vs.drop_packet"));

    lab.director.setSysctl("amemthresh", "4");
    lab.director.tick();
    assertEquals("2", lab.director.sysctls().get("net.ipv4.vs.drop_packet"));
  }
}
