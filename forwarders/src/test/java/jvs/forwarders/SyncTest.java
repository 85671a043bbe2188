package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.ServerEntry;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a master tells and what a backup makes of it, over a wire in memory. */
class SyncTest {
  private static final ServiceKey TCP_V6 =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP_V6), 80);
  private static final ServiceKey OTHER =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP), 81);
  private static final String CALL_ID_TEMPLATE =
      "000500360101"
          + "0000"
          + "0011002e00001183000100000"
          + "1bb01bb000000000000005ac00002070a63"
          + "00020a0100040203"
          + "616263"
          + "0303736970";
  private static final String SEQUENCE = "00000001000000020000000300000004fffffffb00000006";

  private final TestDirector master = new TestDirector();
  private final TestDirector backup = new TestDirector();
  private final SyncWire wire = new SyncWire();

  @BeforeEach
  void start() {
    for (TestDirector director : List.of(master, backup)) {
      director.director.sync().use(wire, flow -> 0);
      director.director.setSysctl("sync_threshold", "1 50");
    }
    master.director.setSysctl("sloppy_tcp", "1");
    master.director.newDaemon(SyncWire.daemon(true));
    backup.director.newDaemon(SyncWire.daemon(false));
  }

  @AfterEach
  void close() {
    master.close();
    backup.close();
  }

  static byte[] request(ServiceKey service, int clientPort) {
    boolean isV4 = service.address().isV4();
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(isV4 ? TestDirector.CLIENT : TestDirector.CLIENT_V6, clientPort)
        .to(service.address().toString(), service.port())
        .tcp(TcpHeader.ACK);
  }

  static void serve(TestDirector director, ServiceKey service, int flags, String server) {
    serve(director, service, flags);
    addServer(director, service, server);
  }

  private static void serve(TestDirector director, ServiceKey service, int flags) {
    int netmask = service.address().isV4() ? -1 : 128;
    int seconds = flags == 0 ? 0 : 90;
    director.director.newService(service, new ServiceSpec("first", flags, seconds, netmask, ""));
  }

  private static void addServer(TestDirector director, ServiceKey service, String server) {
    director.director.newServer(service, key(server), ServerSpec.of(ServerSpec.MASQ, 1));
  }

  private static ServerKey key(String server) {
    return new ServerKey(IpAddress.parse(server), 8080);
  }

  private void carry() {
    wire.carry(master.nowMillis);
    backup.worker.doWork();
  }

  private static List<String> connections(TestDirector director) {
    List<String> rows = new ArrayList<>();
    director.director.connections(
        (ConnectionEntry entry) ->
            rows.add(
                "%s %d %s %s %d%s %s"
                    .formatted(
                        entry.clientAddress(),
                        entry.clientPort(),
                        entry.serverAddress(),
                        entry.state(),
                        entry.expiresSeconds(),
                        entry.isSynced() ? " SYNC" : "",
                        entry.engineData())
                    .strip()));
    rows.sort(null);
    return rows;
  }

  private static ServerEntry server(TestDirector director, ServiceKey service) {
    return director.director.servers(service).getLast();
  }

  @ParameterizedTest(name = "version {0}, IPv6 {1}")
  @CsvSource({"1, false", "0, false", "1, true"})
  void theBackupForwardsInMidStreamWhatTheMasterOpened(String version, boolean isV6) {
    ServiceKey service = isV6 ? TCP_V6 : TestDirector.TCP;
    String server = isV6 ? TestDirector.SERVER_V6 : TestDirector.SERVER;
    master.director.setSysctl("sync_version", version);
    serve(master, service, 0, server);
    serve(backup, service, 0, server);
    assertEquals(1, master.fromClient(request(service, 40000)).size());

    carry();

    assertEquals(1, server(backup, service).activeConnections());
    String client = isV6 ? TestDirector.CLIENT_V6 : TestDirector.CLIENT;
    assertEquals(
        List.of(client + " 40000 " + server + " ESTABLISHED 900 SYNC"), connections(backup));
    assertEquals(1, backup.fromClient(request(service, 40000)).size());
    assertEquals(0, backup.fromClient(request(service, 40001)).size(), "nobody told of that one");
  }

  @Test
  void aConnectionWithoutServiceIsForwardedAndBoundWhenTheServiceComes() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    serve(backup, OTHER, 0, TestDirector.SERVER);
    master.fromClient(request(TestDirector.TCP, 40000));
    carry();

    assertEquals(1, backup.fromClient(request(TestDirector.TCP, 40000)).size());
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);
    assertEquals(0, server(backup, TestDirector.TCP).activeConnections());
    assertEquals(1, backup.fromClient(request(TestDirector.TCP, 40000)).size());

    assertEquals(1, server(backup, TestDirector.TCP).activeConnections());
    assertEquals(1, server(backup, TestDirector.TCP).statistics().inPackets());
  }

  @Test
  void aConnectionIsBoundByTheNextMessage() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    serve(backup, OTHER, 0, TestDirector.SERVER);
    master.director.setSysctl("sync_threshold", "0 1");
    master.fromClient(request(TestDirector.TCP, 40000));
    carry();
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);

    master.fromClient(request(TestDirector.TCP, 40000));
    carry();

    assertEquals(1, server(backup, TestDirector.TCP).activeConnections());
  }

  @Test
  void aTemplateBringsTheClientToItsServer() {
    serve(master, TestDirector.TCP, ServiceSpec.PERSISTENT, TestDirector.SERVER);
    serve(backup, TestDirector.TCP, ServiceSpec.PERSISTENT, TestDirector.SERVER);
    addServer(backup, TestDirector.TCP, "10.1.0.2"); // the first from here on
    master.director.setSysctl("sync_persist_mode", "1");
    master.fromClient(request(TestDirector.TCP, 40000));
    carry();
    assertEquals(List.of(TestDirector.CLIENT + " 0 10.1.0.1 ASSURED 90 SYNC"), connections(backup));
    assertEquals(1, server(backup, TestDirector.TCP).persistentConnections());

    backup.director.setSysctl("sloppy_tcp", "1");
    backup.fromClient(request(TestDirector.TCP, 40001));

    assertEquals(1, server(backup, TestDirector.TCP).activeConnections());
  }

  private static void serveFullNat(TestDirector lab, int flags) {
    ServiceKey service = TestDirector.TCP;
    serve(lab, service, flags);
    lab.director.newServer(service, key(TestDirector.SERVER), FullNatVectorsTest.FULLNAT);
    lab.director.newLocalAddress(service, IpAddress.parse(FullNatVectorsTest.LOCAL));
  }

  /** Its local end is one director's, so the connection is; where the client belongs is not. */
  @Test
  void ofFullNatOnlyTemplatesAreTold() {
    serveFullNat(master, ServiceSpec.PERSISTENT);
    serveFullNat(backup, ServiceSpec.PERSISTENT);
    assertEquals(1, master.fromClient(request(TestDirector.TCP, 40000)).size());

    String told = wire.carry(master.nowMillis).getFirst();
    backup.worker.doWork();

    assertEquals("01", told.substring(8, 10), "one entry");
    assertEquals("00001100", told.substring(24, 32), "a template, of a method that kernels know");
    assertEquals(List.of(TestDirector.CLIENT + " 0 10.1.0.1 ASSURED 90 SYNC"), connections(backup));
  }

  @Test
  void aConnectionToAFullNatServerOfTheBackupIsPassedOver() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    serveFullNat(backup, 0);
    master.fromClient(request(TestDirector.TCP, 40000));

    carry();

    assertEquals(List.of(), connections(backup));
    assertEquals(1L, backup.director.sync().counts().get("sync_messages_received"));
  }

  @Test
  void aTemplateOfAnEngineKeepsItsData() {
    wire.receive(CALL_ID_TEMPLATE);
    backup.worker.doWork();

    assertEquals(List.of("192.0.2.7 0 10.1.0.4 ASSURED 90 SYNC abc"), connections(backup));
  }

  @Test
  void sequenceNumbersAreKeptAndToldOn() {
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);
    wire.receive(
        "000500460101"
            + "0000"
            + "0006003e00000600000103e800501f90000000000000"
            + "0384c00002070a630001"
            + "0a010001"
            + "0118"
            + SEQUENCE);
    backup.worker.doWork();
    backup.director.setSysctl("sync_threshold", "0 1");
    backup.director.newDaemon(SyncWire.daemon(true));

    backup.fromClient(request(TestDirector.TCP, 1000));

    String told = wire.carry(backup.nowMillis).getFirst();
    assertTrue(told.endsWith("0118" + SEQUENCE), told);
  }

  @Test
  void messagesOfOthersAndLiesChangeNothing() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);
    backup.director.deleteDaemon(false);
    master.fromClient(request(TestDirector.TCP, 40000));
    String message = wire.carry(master.nowMillis).getFirst();
    backup.director.newDaemon(SyncWire.daemon(false));

    wire.receive("0006" + message.substring(4));
    wire.receive(message.substring(0, 8) + "02" + message.substring(10));
    wire.receive(message + "00");
    wire.receive(message.substring(0, message.length() - 2));
    backup.worker.doWork();

    assertEquals(List.of(), connections(backup));
    wire.receive(message);
    backup.worker.doWork();
    assertEquals(1, connections(backup).size());
    Map<String, Long> counts = backup.director.sync().counts();
    assertEquals(1, counts.get("sync_messages_received"));
    assertEquals(1, counts.get("sync_messages_foreign"));
    assertEquals(3, counts.get("sync_messages_malformed"));
    assertEquals(1, master.director.sync().counts().get("sync_messages_sent"));
  }

  @Test
  void theEndOfAReplacedConnectionIsIgnoredAndAnActiveOneReplaces() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);
    addServer(backup, TestDirector.TCP, "10.1.0.2");
    master.fromClient(request(TestDirector.TCP, 40000));
    String message = wire.carry(master.nowMillis).getFirst();
    backup.worker.doWork();
    String elsewhere = message.replace("0a010001", "0a010002");

    wire.receive(elsewhere.replace("0006002400000000", "0006002400000100"));
    backup.worker.doWork();
    assertTrue(connections(backup).getFirst().contains(TestDirector.SERVER));
    wire.receive(elsewhere);
    backup.worker.doWork();

    assertTrue(connections(backup).getFirst().contains("10.1.0.2"));
    assertEquals(0, server(backup, TestDirector.TCP).activeConnections());
  }

  @Test
  void aPassiveBackupLeavesRequestsToItsHost() {
    serve(backup, TestDirector.TCP, 0, TestDirector.SERVER);
    backup.director.setSysctl("sloppy_tcp", "1");
    backup.director.setSysctl("backup_only", "1");

    assertEquals(0, backup.fromClient(request(TestDirector.TCP, 40000)).size());
    assertEquals(1, backup.counted("passed"));
    backup.director.deleteDaemon(false);
    assertEquals(1, backup.fromClient(request(TestDirector.TCP, 40000)).size());
  }

  @Test
  void daemonsAreRefusedAsByTheKernel() {
    assertRefused(Errno.EEXIST, SyncWire.daemon(true));
    master.director.deleteDaemon(true);
    assertEquals(Errno.ESRCH, refused(() -> master.director.deleteDaemon(true)));
    IpAddress none = IpAddress.v4(0);
    assertRefused(Errno.ENODEV, new DaemonSpec(true, "eth9", 0, 0, none, 0, 0));
    IpAddress single = IpAddress.parse("192.0.2.1");
    assertRefused(Errno.EINVAL, new DaemonSpec(true, "eth1", 0, 0, single, 0, 0));
  }

  @Test
  void serversOfAnotherAddressFamilyAndDaemonsExcludeEachOther() {
    serve(master, TestDirector.TCP, 0, TestDirector.SERVER);
    ServerKey other = new ServerKey(IpAddress.parse(TestDirector.SERVER_V6), 80);
    ServerSpec tunnel = ServerSpec.of(ServerSpec.TUNNEL, 1);
    Runnable add = () -> master.director.newServer(TestDirector.TCP, other, tunnel);

    assertEquals(Errno.EINVAL, refused(add));
    master.director.deleteDaemon(true);
    add.run();
    assertRefused(Errno.EINVAL, SyncWire.daemon(true));
  }

  private void assertRefused(Errno errno, DaemonSpec daemon) {
    assertEquals(errno, refused(() -> master.director.newDaemon(daemon)));
  }

  private static Errno refused(Runnable command) {
    return assertThrows(IpvsException.class, command::run).errno();
  }
}
