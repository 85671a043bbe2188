package jvs.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jvs.flow.Connection;
import jvs.flow.ConnectionTable;
import jvs.flow.FlowKey;
import jvs.flow.SctpState;
import jvs.flow.TableMemory;
import jvs.flow.TcpState;
import jvs.flow.TimingWheel;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.Settings;
import jvs.wire.IpAddress;
import jvs.wire.SctpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionSweepTest {
  private static final long START = 1_000_000;
  private static final int TCP = 6;
  private static final int UDP = 17;

  private final RealServer server =
      new RealServer(
          ServiceKey.of(UDP, IpAddress.parse("10.99.0.1"), 53),
          new ServerKey(IpAddress.parse("10.1.0.1"), 53),
          new ServerSpec(ServerSpec.MASQ, 1, 0, 0, 0, 0, 0),
          0);
  private final RealServers servers = id -> server;
  private final Settings settings = new Settings();
  private final ConnectionTable table = new ConnectionTable(10_000, 1);
  private final TimingWheel wheel = new TimingWheel(table, START);
  private final Templates templates =
      new Templates(TableMemory.anonymous(16, Dialogues.LABEL_BYTES), 1, servers, START);
  private final TrafficCounters traffic = new TrafficCounters();
  private final FlowKey flow = new FlowKey();
  private final Persistence persistence = new Persistence(templates, servers, settings);
  private final ConnectionFactory factory =
      new ConnectionFactory(
          table, wheel, servers, traffic, persistence, settings, flow, new LocalPorts(table, 0, 1));
  private final ConnectionSweep sweep =
      new ConnectionSweep(table, servers, factory, persistence, settings);
  private final Connection connection = new Connection(table);

  @AfterEach
  void close() {
    templates.close();
    table.close();
    traffic.close();
  }

  private void connect(int protocol, int client, int state, int packets) {
    int slot = table.allocate();
    flow.setV4(protocol, client, 1, 0x0a63_0001, 53);
    connection.at(slot).initialise(flow, 0x100, false, 0, 0x0a01_0001, 53, 0, START);
    connection.state(state);
    connection.timeoutMillis(300_000);
    for (int i = 0; i < packets; i++) {
      connection.countRequest();
    }
    table.publish(slot);
    wheel.arm(slot, START);
    server.bindConnection(false);
  }

  private void sweepFor(long fromMillis, int seconds) {
    for (int i = 0; i < seconds; i++) {
      sweep.work(fromMillis + i * 1000L);
    }
  }

  @Test
  void dropsAllConnectionsOfDeletedServersPieceByPiece() {
    for (int i = 0; i < 10_000; i++) {
      connect(UDP, i, 0, 1);
    }
    server.markDeleted();
    sweep.start();

    sweep.work(START);
    assertEquals(10_000, table.size());
    sweep.work(START + 20);
    assertTrue(table.size() > 0);
    sweep.work(START + 20);
    sweep.work(START + 20);

    assertEquals(0, table.size());
    assertEquals(0, server.references());
    assertEquals(0, sweep.work(START + 20));
  }

  @Test
  void sparesConnectionsOfServersThatCameBack() {
    connect(UDP, 1, 0, 1);
    sweep.start();

    sweep.work(START);
    sweep.work(START + 20);

    assertEquals(1, table.size());
  }

  @Test
  void dropsWhatIsHalfOpenOrIdleWhenMemoryIsShort() {
    settings.dropsEntries = true;
    connect(TCP, 1, TcpState.SYN_RECV, 1);
    connect(TCP, 2, TcpState.FIN_WAIT, 1);
    connect(UDP, 3, 0, 1);
    connect(UDP, 4, 0, 9);
    connect(UDP, 5, 0, 0);

    sweepFor(START, 5);
    assertEquals(4, table.size());

    sweepFor(START + 60_000, 5);
    assertEquals(3, table.size());
  }

  @Test
  void dropsAssociationsThatOnlySaidInitAndTheIdleOnes() {
    settings.dropsEntries = true;
    for (int state = 0; state < SctpState.COUNT; state++) {
      connect(SctpHeader.PROTOCOL, state, state, 1);
    }

    sweepFor(START, SctpState.COUNT);
    assertEquals(SctpState.COUNT - 2, table.size());

    sweepFor(START + 60_000, SctpState.COUNT);
    assertEquals(SctpState.COUNT - 3, table.size());
  }

  @Test
  void dropsEveryThirdOfThoseWithThreePackets() {
    settings.dropsEntries = true;
    for (int i = 0; i < 6; i++) {
      connect(UDP, i, 0, 3);
    }

    sweepFor(START + 60_000, 6);

    assertEquals(4, table.size());
  }

  @Test
  void dropsNothingWithoutNeed() {
    connect(TCP, 1, TcpState.SYN_RECV, 1);

    assertEquals(0, sweep.work(START + 100_000));

    assertEquals(1, table.size());
  }
}
