package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.ServerEntry;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.service.Statistics;
import jvs.service.Timeouts;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command through the real client and the real server. */
final class ControlRoundTripTest {
  private static final ServiceKey WEB = ServiceKey.of(6, IpAddress.parse("10.99.0.1"), 80);
  private static final ServiceKey WEB6 = ServiceKey.of(132, IpAddress.parse("fd00::1"), 0);
  private static final ServiceKey MARK = ServiceKey.ofMark(0xffff_ffffL, IpAddress.IPV4);
  private static final ServiceKey MARK6 = ServiceKey.ofMark(1, IpAddress.IPV6);
  private static final ServerKey SERVER = new ServerKey(IpAddress.parse("10.1.0.1"), 65535);
  private static final ServerKey SERVER6 = new ServerKey(IpAddress.parse("::ffff:1.2.3.4"), 0);
  private static final ServiceSpec PLAIN = ServiceSpec.of("rr");
  private static final Statistics COUNTED =
      new Statistics(1, 2, 3, Long.MAX_VALUE, -1, 6, 7, 8, 9, 1L << 53);

  @TempDir private Path directory;

  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<Object> answers = new CopyOnWriteArrayList<>();
  private ControlServerFixture server;
  private ControlClient client;

  @BeforeEach
  void connect() throws IOException {
    Path socket = directory.resolve("control.sock");
    server = ControlServerFixture.start(socket, recorder());
    client = new ControlClient(socket);
  }

  @AfterEach
  void disconnect() {
    client.close();
    server.close();
  }

  /** Notes each call, and answers with what the test has laid out. */
  private IpvsControl recorder() {
    return (IpvsControl)
        Proxy.newProxyInstance(
            IpvsControl.class.getClassLoader(),
            new Class<?>[] {IpvsControl.class},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              if (method.getName().equals("connections")) {
                @SuppressWarnings("unchecked")
                Consumer<Object> consumer = (Consumer<Object>) given[0];
                answers.forEach(consumer);
                return null;
              }
              calls.add(method.getName() + Arrays.toString(given));
              Object answer = answers.isEmpty() ? null : answers.getFirst();
              if (answer instanceof IpvsException refusal) {
                throw refusal;
              }
              return answer;
            });
  }

  private void assertCalled(String method, @Nullable Object... arguments) {
    assertEquals(List.of(method + Arrays.toString(arguments)), calls);
    calls.clear();
  }

  @Test
  void carriesServicesUnchanged() {
    int allFlags = 0x3f;
    List<ServiceSpec> v4Specs =
        List.of(
            PLAIN,
            new ServiceSpec("none", allFlags, Integer.MAX_VALUE, 0, "sip"),
            new ServiceSpec("\"ü\\\n", 1, 1, 0x00ff_ff00, "\u0000"));
    for (ServiceSpec spec : v4Specs) {
      client.newService(WEB, spec);
      assertCalled("newService", WEB, spec);
      client.setService(MARK, spec);
      assertCalled("setService", MARK, spec);
    }
    List<ServiceSpec> v6Specs =
        List.of(
            new ServiceSpec("sh", 0, 0, 128, ""),
            new ServiceSpec("", ServiceSpec.SCHED_3, 5, -1, ""));
    for (ServiceSpec spec : v6Specs) {
      client.newService(WEB6, spec);
      assertCalled("newService", WEB6, spec);
      client.setService(MARK6, spec);
      assertCalled("setService", MARK6, spec);
    }
    for (ServiceKey key : List.of(WEB, WEB6, MARK, MARK6)) {
      client.deleteService(key);
      assertCalled("deleteService", key);
      client.zero(key);
      assertCalled("zero", key);
    }
  }

  @Test
  void carriesServersUnchanged() {
    List<ServerSpec> specs =
        List.of(
            ServerSpec.of(ServerSpec.MASQ, 1),
            new ServerSpec(ServerSpec.TUNNEL, Integer.MAX_VALUE, 0xffff_ffffL, 7, 1, 65535, 3),
            new ServerSpec(ServerSpec.ROUTE, -1, 0, 0, 2, 0, 1),
            new ServerSpec(ServerSpec.FULLNAT, 0, 1, 1, 0, 0, 2));
    for (ServerSpec spec : specs) {
      client.newServer(WEB, SERVER, spec);
      assertCalled("newServer", WEB, SERVER, spec);
      client.setServer(MARK6, SERVER6, spec);
      assertCalled("setServer", MARK6, SERVER6, spec);
    }
    client.deleteServer(WEB6, SERVER6);
    assertCalled("deleteServer", WEB6, SERVER6);
    client.newLocalAddress(WEB, SERVER.address());
    assertCalled("newLocalAddress", WEB, SERVER.address());
    client.deleteLocalAddress(MARK6, SERVER6.address());
    assertCalled("deleteLocalAddress", MARK6, SERVER6.address());
  }

  @Test
  void carriesDaemonsAndSettingsUnchanged() {
    DaemonSpec daemon =
        new DaemonSpec(false, "eth0", 255, 65507, IpAddress.parse("ff02::81"), 65535, 255);

    client.newDaemon(daemon);
    assertCalled("newDaemon", daemon);
    client.deleteDaemon(true);
    assertCalled("deleteDaemon", true);
    client.setTimeouts(new Timeouts(0, 1, Integer.MAX_VALUE));
    assertCalled("setTimeouts", new Timeouts(0, 1, Integer.MAX_VALUE));
    client.zero(null);
    assertCalled("zero", (Object) null);
    client.flush();
    assertCalled("flush");
  }

  @Test
  void carriesListsUnchanged() {
    List<ServiceEntry> services =
        List.of(
            new ServiceEntry(WEB, PLAIN, COUNTED),
            new ServiceEntry(MARK6, new ServiceSpec("mh", 0x1b, 9, 64, ""), Statistics.ZERO));
    answers.add(services);
    assertEquals(services, client.services());
    answers.set(0, services.getLast());
    assertEquals(services.getLast(), client.service(MARK6));
    List<ServerEntry> servers =
        List.of(
            new ServerEntry(SERVER, ServerSpec.of(ServerSpec.MASQ, 1), 1, -1, 3, COUNTED),
            new ServerEntry(SERVER6, ServerSpec.of(ServerSpec.BYPASS, 0), 0, 0, 0, COUNTED));
    answers.set(0, servers);
    assertEquals(servers, client.servers(WEB6));
    List<LocalAddressEntry> locals = List.of(new LocalAddressEntry(SERVER6.address(), 1L << 40));
    answers.set(0, locals);
    assertEquals(locals, client.localAddresses(WEB6));
    List<DaemonSpec> daemons =
        List.of(new DaemonSpec(true, "eth0", 0, 1472, IpAddress.parse("224.0.0.81"), 8848, 1));
    answers.set(0, daemons);
    assertEquals(daemons, client.daemons());
    answers.set(0, List.of());
    assertEquals(List.of(), client.daemons());

    assertEquals(
        List.of(
            "services[]",
            "service[" + MARK6 + "]",
            "servers[" + WEB6 + "]",
            "localAddresses[" + WEB6 + "]",
            "daemons[]",
            "daemons[]"),
        calls);
  }

  @Test
  void carriesSettingsAndTotalsBack() {
    answers.add(new Timeouts(900, 120, 300));
    assertEquals(new Timeouts(900, 120, 300), client.timeouts());
    answers.set(0, 1 << 20);
    assertEquals(1 << 20, client.connectionTableSize());
    answers.set(0, COUNTED);
    assertEquals(COUNTED, client.totals());
  }

  @Test
  void carriesManyConnectionsUnchanged() {
    for (int i = 0; i < 5000; i++) {
      answers.add(
          new ConnectionEntry(
              i % 256,
              IpAddress.v4(i),
              i,
              IpAddress.v6(i, -i),
              0,
              IpAddress.v4(-i),
              65535,
              "ESTABLISHED",
              i,
              i % 3 == 0 ? "sip" : "",
              i % 3 == 0 ? "12\"34" : "",
              i % 2 == 0));
    }
    List<Object> received = new ArrayList<>();

    client.connections(received::add);

    assertEquals(answers, received);
  }

  @Test
  void carriesEveryRefusal() {
    for (Errno errno : Errno.values()) {
      answers.clear();
      answers.add(new IpvsException(errno, "no \"" + errno + "\" here"));

      IpvsException change = assertThrows(IpvsException.class, client::flush);
      IpvsException query = assertThrows(IpvsException.class, () -> client.servers(WEB));

      assertEquals(errno, change.errno());
      assertEquals(errno, query.errno());
      assertEquals("no \"" + errno + "\" here", change.getMessage());
    }
  }
}
