package jvs.schedulers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jvs.flow.FlowKey;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/**
 * One case of a kernel's recording, replayed: ipvsadm's commands and new connections in, servers
 * and their counters compared. The connections are simulated, with states but without packets.
 */
final class RecordedCase {
  private static final Map<String, Integer> FLAGS =
      Map.of(
          "sh-fallback", ServiceSpec.SCHED_1,
          "mh-fallback", ServiceSpec.SCHED_1,
          "flag-1", ServiceSpec.SCHED_1,
          "sh-port", ServiceSpec.SCHED_2,
          "mh-port", ServiceSpec.SCHED_2,
          "flag-2", ServiceSpec.SCHED_2,
          "flag-3", ServiceSpec.SCHED_3);

  private enum State {
    UDP(300, false),
    SYN_RECEIVED(60, true),
    ESTABLISHED(900, true),
    TIME_WAIT(120, false),
    CLOSE(10, false);

    final long timeoutMillis;
    final boolean isActive;

    State(int timeoutSeconds, boolean isActive) {
      this.timeoutMillis = timeoutSeconds * 1000L;
      this.isActive = isActive;
    }
  }

  private static final class Connection {
    final RealServer server;
    State state;
    long expiresMillis;

    Connection(RealServer server, State state, long nowMillis) {
      this.server = server;
      this.state = state;
      this.expiresMillis = nowMillis + state.timeoutMillis;
      server.bindConnection(false);
      if (state.isActive) {
        server.activate();
      }
    }

    void enter(State next, long nowMillis) {
      if (state.isActive && !next.isActive) {
        server.deactivate();
      }
      state = next;
      expiresMillis = nowMillis + next.timeoutMillis;
    }

    void free() {
      server.unbindConnection(state.isActive);
    }
  }

  private final JsonObject record;
  private final boolean isV6;
  private final Map<String, Connection> connections = new HashMap<>();
  private @Nullable SimulatedService service;
  private boolean isOnePacket;

  RecordedCase(JsonObject record) {
    this.record = record;
    this.isV6 = record.getAsJsonObject("env").get("v6").getAsBoolean();
  }

  String name() {
    return record.get("case").getAsString();
  }

  void replay() {
    int index = 0;
    for (JsonElement step : record.getAsJsonArray("steps")) {
      run(step.getAsJsonObject(), name() + " step " + index++ + ": " + step);
    }
  }

  private void run(JsonObject step, String where) {
    String op = step.get("op").getAsString();
    switch (op) {
      case "mark" -> {} // the service is given: marks only lead to it
      case "ipvsadm" -> ipvsadm(step.get("args").getAsString().split(" ", -1), where);
      case "sysctl" -> {
        assertTrue(step.get("name").getAsString().endsWith("_expiration"), where);
        service().expireAfter(step.get("value").getAsInt());
      }
      case "sleep" -> sleep((long) (step.get("seconds").getAsDouble() * 1000));
      case "new" -> assertEquals(destOf(step), connect(step), where);
      case "est" -> connection(step).enter(State.ESTABLISHED, service().nowMillis());
      case "fin" -> connection(step).enter(State.TIME_WAIT, service().nowMillis());
      case "rst" -> {
        if (connection(step).state != State.SYN_RECEIVED) {
          connection(step).enter(State.CLOSE, service().nowMillis());
        }
      }
      default -> throw new AssertionError("unknown op, " + where);
    }
    if (step.has("counts")) {
      assertEquals(countsOf(step), counts(), where);
    }
  }

  private SimulatedService service() {
    assertNotNull(service);
    return service;
  }

  private void ipvsadm(String[] args, String where) {
    Map<String, String> options = new HashMap<>();
    for (int i = 1; i < args.length; i++) {
      boolean hasValue = i + 1 < args.length && !args[i + 1].startsWith("-");
      options.put(args[i], hasValue ? args[i + 1] : "");
    }
    int flags = 0;
    for (String flag : options.getOrDefault("-b", "").split(",", -1)) {
      flags |= FLAGS.getOrDefault(flag, 0);
    }
    switch (args[0]) {
      case "-A" -> {
        service = new SimulatedService(serviceKey(options), options.getOrDefault("-s", ""), flags);
        isOnePacket = options.containsKey("-o");
      }
      case "-E" -> service().use(options.getOrDefault("-s", ""), flags);
      case "-a" -> service().add(serverKey(options), spec(options));
      case "-e" -> service().edit(serverKey(options), spec(options));
      case "-d" -> service().remove(serverKey(options));
      default -> throw new AssertionError("unknown command, " + where);
    }
  }

  private ServiceKey serviceKey(Map<String, String> options) {
    if (options.containsKey("-f")) {
      long mark = Long.parseLong(options.getOrDefault("-f", ""));
      return ServiceKey.ofMark(mark, isV6 ? IpAddress.IPV6 : IpAddress.IPV4);
    }
    boolean isUdp = options.containsKey("-u");
    ServerKey virtual = endpoint(options.getOrDefault(isUdp ? "-u" : "-t", ""));
    int protocol = isUdp ? ServiceKey.UDP : ServiceKey.TCP;
    return ServiceKey.of(protocol, virtual.address(), virtual.port());
  }

  private static ServerKey serverKey(Map<String, String> options) {
    return endpoint(options.getOrDefault("-r", ""));
  }

  private static ServerSpec spec(Map<String, String> options) {
    int weight = Integer.parseInt(options.getOrDefault("-w", "1"));
    long upper = Long.parseLong(options.getOrDefault("-x", "0"));
    long lower = Long.parseLong(options.getOrDefault("-y", "0"));
    return new ServerSpec(ServerSpec.MASQ, weight, upper, lower, ServerSpec.TUNNEL_IPIP, 0, 0);
  }

  /** {@code 10.0.0.1}, {@code 10.0.0.1:80}, {@code fd00::1} or {@code [fd00::1]:80}. */
  private static ServerKey endpoint(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      return new ServerKey(IpAddress.parse(text), 0);
    }
    String address = text.substring(0, colon).replace("[", "").replace("]", "");
    return new ServerKey(IpAddress.parse(address), Integer.parseInt(text.substring(colon + 1)));
  }

  private String connect(JsonObject step) {
    String id = step.get("client") + "-" + step.get("virtual") + step.get("proto");
    boolean isTcp = step.get("proto").getAsString().equals("TCP");
    Connection old = connections.get(id);
    if (old != null && old.state != State.TIME_WAIT && old.state != State.CLOSE) {
      return dest(old.server, step);
    }
    ServerKey client = endpoint(step.get("client").getAsString());
    ServerKey virtual = endpoint(step.get("virtual").getAsString());
    RealServer server =
        service()
            .schedule(
                new FlowKey()
                    .set(
                        isV6,
                        isTcp ? 6 : 17,
                        client.address().high(),
                        client.address().low(),
                        client.port(),
                        virtual.address().high(),
                        virtual.address().low(),
                        virtual.port()));
    if (old != null) {
      old.free();
      connections.remove(id);
    }
    if (server == null) {
      return "none";
    }
    State state = isTcp ? State.SYN_RECEIVED : State.UDP;
    Connection connection = new Connection(server, state, service().nowMillis());
    if (isOnePacket && !isTcp) {
      connection.free();
    } else {
      connections.put(id, connection);
    }
    return dest(server, step);
  }

  private static String dest(RealServer server, JsonObject step) {
    int port = server.key().port();
    int virtualPort = endpoint(step.get("virtual").getAsString()).port();
    return new ServerKey(server.key().address(), port == 0 ? virtualPort : port).toString();
  }

  private static String destOf(JsonObject step) {
    return step.get("dest").isJsonNull()
        ? "none"
        : endpoint(step.get("dest").getAsString()).toString();
  }

  private Connection connection(JsonObject step) {
    String id = step.get("client") + "-" + step.get("virtual") + step.get("proto");
    Connection connection = connections.get(id);
    assertNotNull(connection, id);
    return connection;
  }

  private void sleep(long millis) {
    service().advance(millis);
    List<String> expired = new ArrayList<>();
    connections.forEach(
        (id, connection) -> {
          if (connection.expiresMillis <= service().nowMillis()) {
            connection.free();
            expired.add(id);
          }
        });
    expired.forEach(connections::remove);
  }

  private static Map<String, String> countsOf(JsonObject step) {
    Map<String, String> counts = new TreeMap<>();
    for (Map.Entry<String, JsonElement> entry : step.getAsJsonObject("counts").entrySet()) {
      JsonArray row = entry.getValue().getAsJsonArray();
      counts.put(endpoint(entry.getKey()).toString(), row.toString());
    }
    return counts;
  }

  private Map<String, String> counts() {
    Map<String, String> counts = new TreeMap<>();
    for (RealServer server : service().servers().toList()) {
      counts.put(
          server.key().toString(),
          "["
              + server.weight()
              + ","
              + server.activeConnections()
              + ","
              + server.inactiveConnections()
              + "]");
    }
    return counts;
  }
}
