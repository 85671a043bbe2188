package jvs.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToIntFunction;
import jvs.flow.FlowKey;
import jvs.flow.TableMemory;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Settings;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.table.ServiceIndex;
import jvs.table.ServiceTable;
import jvs.table.VirtualService;
import jvs.wire.IpAddress;
import jvs.wire.Packet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PersistenceTest {
  private static final int UDP = 17;
  private static final int CLIENTS = 2_000;
  private static final int TIMEOUT_SECONDS = 30;
  private static final long START = 1_000_000;

  private final Settings settings = new Settings();
  private final WorkerSums sums = new WorkerSums();
  private ServiceIndex index = ServiceIndex.EMPTY;
  private final ServiceTable table =
      new ServiceTable(
          List.of(new InTurn()),
          name -> false,
          new SchedulerContext(() -> 0, () -> 0, 1, 8, 12, () -> 0, () -> 0),
          sums,
          now -> index = now);
  private final RealServers servers = id -> table.serversById()[id];
  private final Templates templates =
      new Templates(TableMemory.anonymous(CLIENTS, Dialogues.LABEL_BYTES), 1, servers, START);
  private final Persistence here = new Persistence(templates, servers, settings);
  private final Persistence there = new Persistence(templates, servers, settings);
  private final FlowKey flow = new FlowKey();

  /** One server after the other. */
  private static final class InTurn implements SchedulerFactory, Scheduler {
    private int next;

    @Override
    public String name() {
      return "turn";
    }

    @Override
    public Scheduler create(SchedulerContext context, ServerList servers) {
      return this;
    }

    @Override
    public @Nullable RealServer schedule(ServerList servers, FlowKey flow) {
      List<RealServer> all = servers.toList();
      return all.isEmpty() ? null : all.get(next++ % all.size());
    }
  }

  @AfterEach
  void close() {
    templates.close();
  }

  private VirtualService service(String vip, int netmask) {
    ServiceKey key = ServiceKey.of(UDP, IpAddress.parse(vip), 53);
    boolean isV4 = key.address().isV4();
    table.newService(
        key, new ServiceSpec("turn", ServiceSpec.PERSISTENT, TIMEOUT_SECONDS, netmask, ""));
    for (int i = 1; i <= 4; i++) {
      IpAddress address = IpAddress.parse((isV4 ? "10.1.0." : "fd00:1::") + i);
      ServerSpec masquerading = new ServerSpec(ServerSpec.MASQ, 1, 0, 0, 0, 0, 0);
      table.newServer(key, new ServerKey(address, 53), masquerading);
    }
    return index.services().getFirst();
  }

  private RealServer bind(Persistence worker, VirtualService service, String client, int port) {
    IpAddress from = IpAddress.parse(client);
    IpAddress to = service.key().address();
    flow.set(!from.isV4(), UDP, from.high(), from.low(), port, to.high(), to.low(), 53);
    RealServer server = worker.bind(new Packet(), flow, service, START);
    assertNotNull(server);
    return server;
  }

  @Test
  void workersBringOneClientToOneServer() {
    VirtualService service = service("10.99.0.1", -1);

    RealServer first = bind(here, service, "192.0.2.1", 1);

    assertSame(first, bind(there, service, "192.0.2.1", 2));
    assertNotEquals(first, bind(there, service, "192.0.2.2", 1));
    assertEquals(1, first.persistentConnections());
    assertEquals(2, first.inactiveConnections());
  }

  @Test
  void workersAtTheSameTimeAgreeOnEachClientsServer() throws Exception {
    VirtualService service = service("10.99.0.1", -1);

    List<Integer> chosenHere;
    List<Integer> chosenThere;
    try (ExecutorService workers = Executors.newFixedThreadPool(2)) {
      Future<List<Integer>> first = workers.submit(() -> bindAll(here, service));
      Future<List<Integer>> second = workers.submit(() -> bindAll(there, service));
      chosenHere = first.get();
      chosenThere = second.get();
    }

    assertEquals(chosenHere, chosenThere);
    assertEquals(CLIENTS, sum(service, RealServer::persistentConnections));
    assertEquals(2 * CLIENTS, sum(service, RealServer::inactiveConnections));
    assertEquals(CLIENTS, templates.table().size());
  }

  private static List<Integer> bindAll(Persistence worker, VirtualService service) {
    FlowKey own = new FlowKey();
    Packet packet = new Packet();
    List<Integer> chosen = new ArrayList<>();
    for (int client = 1; client <= CLIENTS; client++) {
      own.setV4(UDP, client, 1, service.key().address().v4(), 53);
      RealServer server = worker.bind(packet, own, service, START);
      chosen.add(server == null ? -1 : server.id());
    }
    return chosen;
  }

  private static int sum(VirtualService service, ToIntFunction<RealServer> count) {
    return service.servers().toList().stream().mapToInt(count).sum();
  }

  @Test
  void clientsOfOneNetAreOneClient() {
    VirtualService service = service("10.99.0.1", 0xffff_ff00);

    RealServer first = bind(here, service, "192.0.2.1", 1);

    assertSame(first, bind(there, service, "192.0.2.254", 1));
    assertNotEquals(first, bind(there, service, "192.0.3.1", 1));
  }

  @Test
  void prefixesMayEndInEitherHalfOfAnAddress() {
    VirtualService service = service("fd00:99::1", 68);

    RealServer first = bind(here, service, "fd00:5::1", 1);

    assertSame(first, bind(there, service, "fd00:5::0fff:0:0:1", 1));
    assertNotEquals(first, bind(there, service, "fd00:5::1000:0:0:1", 1));
    assertNotEquals(first, bind(there, service, "fd00:6::1", 1));
  }

  @Test
  void templatesOutliveTheirTimeoutWhileConnectionsLast() {
    VirtualService service = service("10.99.0.1", -1);
    RealServer server = bind(here, service, "192.0.2.1", 1);
    int slot = here.slot();

    here.expire(START + TIMEOUT_SECONDS * 1000 + 10, null);
    assertEquals(1, server.persistentConnections());

    there.release(slot, false);
    here.expire(START + TIMEOUT_SECONDS * 1000 + 60_020, null);
    assertEquals(0, server.persistentConnections());
    assertEquals(0, templates.table().size());
  }

  @Test
  void templatesThatNobodyAnsweredGoWithTheLastConnectionDroppedByForce() {
    VirtualService service = service("10.99.0.1", -1);
    bind(here, service, "192.0.2.1", 1);
    int unanswered = here.slot();
    bind(here, service, "192.0.2.2", 1);
    int answered = here.slot();
    here.assure(answered);

    here.release(unanswered, true);
    here.release(answered, true);

    assertEquals(1, templates.table().size());
  }

  @Test
  void templatesOfDeletedServersAreNotUsed() {
    VirtualService service = service("10.99.0.1", -1);
    RealServer first = bind(here, service, "192.0.2.1", 1);

    table.deleteServer(service.key(), first.key());

    assertNotEquals(first, bind(there, service, "192.0.2.1", 2));
  }
}
