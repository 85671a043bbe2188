package jvs.forwarders;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import jvs.engine.DirectorOptions;
import jvs.flow.TableMemory;
import jvs.flow.TableStore;
import jvs.linux.Mapping;
import jvs.service.ConnectionEntry;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.FrameBuilder;
import jvs.wire.IpAddress;
import jvs.wire.Memory;
import jvs.wire.TcpHeader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A director ends in the middle of everything, and another one finds its tables. */
class TakeoverTest {
  private static final int CONNECTIONS = 64;
  private static final String OTHER_SERVER = "10.1.0.2";

  /** Memory that outlives directors. */
  private final Map<String, Mapping> left = new HashMap<>();

  private final TableStore tables =
      (name, capacity, labelBytes) -> {
        long bytes = TableMemory.bytes(capacity, labelBytes);
        Mapping memory = left.computeIfAbsent(name, unused -> new Mapping(bytes));
        return TableMemory.at(memory.address(), capacity, () -> {});
      };
  private TestDirector lab = start();

  @AfterEach
  void close() {
    lab.close();
    left.values().forEach(Mapping::close);
  }

  private TestDirector start() {
    return new TestDirector(new DirectorOptions(CONNECTIONS, false, false, 1, 8, 12, tables));
  }

  /** Nobody closed anything that matters: the memory is as it is. */
  private void killAndStart(Consumer<TestDirector> rules) {
    long now = lab.nowMillis;
    lab.close();
    lab = start();
    lab.nowMillis = now + 400;
    rules.accept(lab);
  }

  private static FrameBuilder request(int port) {
    return new FrameBuilder()
        .macs(TestDirector.ROUTER_MAC, TestDirector.CLIENT_SIDE_MAC)
        .from(TestDirector.CLIENT, port)
        .to(TestDirector.VIP, 80);
  }

  private static FrameBuilder reply(int port) {
    return new FrameBuilder()
        .macs(TestDirector.SERVER_MAC, TestDirector.SERVER_SIDE_MAC)
        .from(TestDirector.SERVER, 8080)
        .to(TestDirector.CLIENT, port);
  }

  private static void serve(TestDirector director) {
    director.serve(TestDirector.TCP, ServerSpec.MASQ, 8080);
  }

  private void establish(int port) {
    assertEquals(1, lab.fromClient(request(port).tcp(TcpHeader.SYN)).size());
    assertEquals(1, lab.fromServer(reply(port).tcp(TcpHeader.SYN | TcpHeader.ACK)).size());
    assertEquals(1, lab.fromClient(request(port).tcp(TcpHeader.ACK)).size());
  }

  private List<ConnectionEntry> connections() {
    List<ConnectionEntry> entries = new ArrayList<>();
    lab.director.connections(entries::add);
    return entries;
  }

  private ServerEntry server() {
    return lab.director.servers(TestDirector.TCP).getFirst();
  }

  @Test
  void goesOnWithEstablishedConnectionsInBothDirections() {
    serve(lab);
    establish(40000);
    establish(40001);

    killAndStart(TakeoverTest::serve);

    assertEquals(1, lab.fromServer(reply(40000).tcp(TcpHeader.ACK)).size());
    assertEquals(1, lab.fromClient(request(40001).tcp(TcpHeader.ACK)).size());
    assertEquals(2, server().activeConnections());
    assertEquals(2, connections().size());
  }

  @Test
  void bringsThemToTheirServersWhateverTheSchedulerWouldSay() {
    serve(lab);
    establish(40000);

    ServiceSpec service = new ServiceSpec("first", 0, 0, -1, "");
    killAndStart(rules(TestDirector.TCP, service, TestDirector.SERVER, OTHER_SERVER));

    byte[] sent = lab.fromClient(request(40000).tcp(TcpHeader.ACK)).getFirst();
    assertEquals(TestDirector.SERVER, destination(sent));
  }

  /** A NAT service with these servers; the newest is first in its list, and the scheduler's. */
  private static Consumer<TestDirector> rules(
      ServiceKey key, ServiceSpec service, String... servers) {
    return director -> {
      director.director.newService(key, service);
      for (String address : servers) {
        ServerKey server = new ServerKey(IpAddress.parse(address), 8080);
        director.director.newServer(key, server, ServerSpec.of(ServerSpec.MASQ, 1));
      }
    };
  }

  private static String destination(byte[] frame) {
    return "%d.%d.%d.%d"
        .formatted(frame[30] & 255, frame[31] & 255, frame[32] & 255, frame[33] & 255);
  }

  @Test
  void knowsRepliesBeforeThereAreServices() {
    serve(lab);
    establish(40000);

    killAndStart(director -> director.serve(TestDirector.UDP, ServerSpec.MASQ, 53));

    assertEquals(1, lab.fromServer(reply(40000).tcp(TcpHeader.ACK)).size());
    serve(lab);
    lab.worker.doWork();
    assertEquals(1, server().activeConnections());
  }

  @Test
  void keepsTemplatesAndWhatTheyControl() {
    ServiceSpec persistent = new ServiceSpec("first", ServiceSpec.PERSISTENT, 300, -1, "");
    Consumer<TestDirector> rules = rules(TestDirector.TCP, persistent, TestDirector.SERVER);
    rules.accept(lab);
    establish(40000);
    establish(40001);

    killAndStart(rules);

    lab.worker.doWork();
    assertEquals(1, server().persistentConnections());
    establish(40002);
    assertEquals(1, server().persistentConnections(), "the client's template is still known");
    assertEquals(4, connections().size());
  }

  @Test
  void keepsDialogues() {
    ServiceSpec calls = new ServiceSpec("first", ServiceSpec.PERSISTENT, 300, -1, "sip");
    rules(TestDirector.UDP, calls, OTHER_SERVER, TestDirector.SERVER).accept(lab);
    assertEquals(TestDirector.SERVER, call(40000, "one"));
    assertEquals(TestDirector.SERVER, call(40001, "two"));
    assertEquals(2, dialogues());

    killAndStart(rules(TestDirector.UDP, calls, TestDirector.SERVER, OTHER_SERVER));

    lab.worker.doWork();
    assertEquals(2, dialogues());
    assertEquals(TestDirector.SERVER, call(40002, "one"));
    assertEquals(TestDirector.SERVER, call(40003, "two"));
    assertEquals(2, dialogues(), "both are still known");
    call(40004, "three");
    assertEquals(3, dialogues());
  }

  /** Sends a message of a call; returns the server that it goes to. */
  private String call(int port, String callId) {
    String text = "INVITE sip:a@b SIP/2.0\r\nCall-ID: " + callId + "\r\n\r\n";
    FrameBuilder message = request(port).to(TestDirector.VIP, 53).text(text);
    List<byte[]> sent = lab.fromClient(message.udp());
    return sent.isEmpty() ? "" : destination(sent.getFirst());
  }

  private long dialogues() {
    return connections().stream().filter(entry -> !entry.engineData().isEmpty()).count();
  }

  @Test
  void endsThemInTheirTime() {
    serve(lab);
    establish(40000);
    lab.fromClient(request(40001).tcp(TcpHeader.SYN));

    killAndStart(TakeoverTest::serve);
    lab.worker.doWork();
    assertEquals(2, server().activeConnections());
    lab.nowMillis += 61_000;
    lab.worker.doWork();

    assertEquals(1, server().activeConnections(), "an ACK is waited for 60 s");
    lab.nowMillis += 900_000;
    lab.worker.doWork();
    assertEquals(0, server().activeConnections());
    assertEquals(List.of(), connections());
  }

  @Test
  void givesFreeSlotsToNewConnections() {
    serve(lab);
    for (int i = 0; i < CONNECTIONS / 2; i++) {
      establish(40000 + i);
    }

    killAndStart(TakeoverTest::serve);

    for (int i = CONNECTIONS / 2; i < CONNECTIONS; i++) {
      establish(40000 + i);
    }
    lab.fromClient(request(50000).tcp(TcpHeader.SYN));
    assertEquals(1, lab.counted("connection_table_full"));
    assertEquals(CONNECTIONS, server().activeConnections());
  }

  @Test
  void survivesWhateverIsInTheMemory() {
    Random random = new Random(42);
    for (int round = 0; round < 300; round++) {
      serve(lab);
      for (int i = 0; i < 20; i++) {
        lab.fromClient(request(40000 + i).tcp(TcpHeader.SYN));
        lab.fromServer(reply(40000 + i).tcp(TcpHeader.SYN | TcpHeader.ACK));
      }
      for (Mapping memory : left.values()) {
        for (int i = 0; i < 1 + random.nextInt(200); i++) {
          long offset = random.nextInt(4) == 0 ? random.nextInt(8) : 4096 + random.nextInt(64 * 24);
          Memory.put8(memory.address() + offset, random.nextInt(256));
        }
      }

      killAndStart(TakeoverTest::serve);

      for (int i = 0; i < CONNECTIONS; i++) {
        lab.fromClient(request(40000 + i).tcp(TcpHeader.SYN));
        lab.fromServer(reply(40000 + i).tcp(TcpHeader.SYN | TcpHeader.ACK));
      }
      assertEquals(0, lab.director.frameCounters().get("internal_error"), "round " + round);
      int counted = server().activeConnections() + server().inactiveConnections();
      int known = connections().size();
      assertTrue(counted >= 0 && counted <= known, counted + " counted, " + known + " known");
      lab.director.flush();
    }
  }

  @Test
  void startsAnewWithoutServices() {
    serve(lab);
    establish(40000);

    killAndStart(
        director ->
            director.serve(
                ServiceKey.of(ServiceKey.TCP, IpAddress.parse(TestDirector.VIP), 443),
                ServerSpec.MASQ,
                443));

    byte[] ack = request(40000).tcp(TcpHeader.ACK);
    assertEquals(1, lab.fromClient(ack).size(), "its address is known, if not its server");
  }
}
