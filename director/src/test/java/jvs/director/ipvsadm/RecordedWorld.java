package jvs.director.ipvsadm;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.MarkRule;
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

/**
 * The stand-in for the kernel that was there when the recordings were made: it shows tables that
 * never change, notes the changes that are asked of it, and refuses them when told to.
 */
final class RecordedWorld implements IpvsControl {
  private final StringBuilder calls = new StringBuilder();
  private final Map<ServiceEntry, List<ServerEntry>> services = new LinkedHashMap<>();
  private final List<DaemonSpec> daemons = new ArrayList<>();
  private final List<ConnectionEntry> connections = new ArrayList<>();
  private JsonObject refusals = new JsonObject();

  RecordedWorld() throws IOException {
    String text = Files.readString(TestResources.path("recorded/world.json"));
    JsonObject world = JsonParser.parseString(text).getAsJsonObject();
    for (JsonElement service : world.getAsJsonArray("services")) {
      List<ServerEntry> servers = new ArrayList<>();
      service
          .getAsJsonObject()
          .getAsJsonArray("dests")
          .forEach(server -> servers.add(server(server.getAsJsonObject())));
      services.put(service(service.getAsJsonObject()), servers);
    }
    for (JsonElement daemon : world.getAsJsonArray("daemons")) {
      daemons.add(daemon(daemon.getAsJsonObject()));
    }
    List<String> lines = Files.readAllLines(TestResources.path("recorded/ip_vs_conn"));
    lines.subList(1, lines.size()).forEach(line -> connections.add(connection(line)));
  }

  /** The refusals from here on: errno by command. */
  void refuse(JsonObject errnoByCommand) {
    refusals = errnoByCommand;
  }

  /** The changes asked for since the last call, one a line. */
  String drainCalls() {
    String drained = calls.toString();
    calls.setLength(0);
    return drained;
  }

  private static ServiceEntry service(JsonObject in) {
    long mark = in.get("mark").getAsLong();
    int family = in.get("af").getAsInt();
    ServiceKey key =
        mark != 0
            ? ServiceKey.ofMark(mark, family)
            : ServiceKey.of(number(in, "proto"), address(in, "addr"), number(in, "port"));
    boolean isV4 = family == IpAddress.IPV4;
    int netmask = isV4 ? address(in, "mask").v4() : number(in, "mask");
    ServiceSpec spec =
        new ServiceSpec(
            in.get("sched").getAsString(),
            number(in, "flags"),
            number(in, "timeout"),
            netmask,
            in.get("pe").getAsString());
    return new ServiceEntry(key, spec, statistics(in));
  }

  private static ServerEntry server(JsonObject in) {
    ServerSpec spec =
        new ServerSpec(
            number(in, "fwd"),
            number(in, "w"),
            number(in, "x"),
            number(in, "y"),
            number(in, "tt"),
            number(in, "tp"),
            number(in, "tf"));
    return new ServerEntry(
        new ServerKey(address(in, "addr"), number(in, "port")),
        spec,
        number(in, "act"),
        number(in, "inact"),
        number(in, "pers"),
        statistics(in));
  }

  private static DaemonSpec daemon(JsonObject in) {
    return new DaemonSpec(
        number(in, "state") == 1,
        in.get("ifn").getAsString(),
        number(in, "id"),
        number(in, "maxlen"),
        address(in, "group"),
        number(in, "port"),
        number(in, "ttl"));
  }

  /** A line of /proc/net/ip_vs_conn. */
  private static ConnectionEntry connection(String line) {
    String[] words = line.trim().split("\\s+", -1);
    int protocol =
        switch (words[0]) {
          case "TCP" -> ServiceKey.TCP;
          case "UDP" -> ServiceKey.UDP;
          case "SCTP" -> ServiceKey.SCTP;
          case "ESP" -> 50;
          default -> 0;
        };
    return new ConnectionEntry(
        protocol,
        hexAddress(words[1]),
        Integer.parseInt(words[2], 16),
        hexAddress(words[3]),
        Integer.parseInt(words[4], 16),
        hexAddress(words[5]),
        Integer.parseInt(words[6], 16),
        words[7],
        Long.parseLong(words[8]),
        words.length > 9 ? words[9] : "",
        words.length > 10 ? words[10] : "",
        false);
  }

  private static IpAddress hexAddress(String text) {
    return text.indexOf(':') >= 0
        ? IpAddress.parse(text)
        : IpAddress.v4(Integer.parseUnsignedInt(text, 16));
  }

  private static IpAddress address(JsonObject in, String name) {
    return IpAddress.parse(in.get(name).getAsString());
  }

  private static int number(JsonObject in, String name) {
    return (int) in.get(name).getAsLong();
  }

  private static Statistics statistics(JsonObject in) {
    JsonArray array = in.getAsJsonArray("stats");
    long[] v = new long[10];
    for (int i = 0; i < v.length; i++) {
      v[i] = new BigInteger(array.get(i).getAsString()).longValue();
    }
    return new Statistics(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9]);
  }

  private void refuseIfTold(String command) {
    JsonElement number = refusals.get(command);
    for (Errno errno : Errno.values()) {
      if (number != null && errno.number() == number.getAsInt()) {
        throw new IpvsException(errno, command);
      }
    }
  }

  /** Ours alone: a recorded command that asks for it does what ipvsadm cannot have done. */
  private static AssertionError unheardOf(String what) {
    return new AssertionError("the kernel of the recordings has no " + what);
  }

  private void note(String command, String details) {
    calls.append(command).append(details.isEmpty() ? "" : " ").append(details).append('\n');
    refuseIfTold(command);
  }

  private static String text(ServiceKey key, ServiceSpec spec) {
    boolean isV4 = key.address().isV4();
    String mask = isV4 ? IpAddress.v4(spec.netmask()).toString() : "" + spec.netmask();
    return key
        + (" sched=" + spec.scheduler())
        + (" flags=" + Integer.toHexString(spec.flags()))
        + (" timeout=" + spec.timeoutSeconds())
        + (" mask=" + mask)
        + (" pe=" + spec.engine());
  }

  private static String text(ServiceKey service, ServerKey key, ServerSpec spec) {
    return service
        + (" -> " + key)
        + (" fwd=" + spec.method())
        + (" w=" + spec.weight())
        + (" x=" + spec.upperThreshold())
        + (" y=" + spec.lowerThreshold())
        + (" tun=" + spec.tunnelType())
        + ("," + spec.tunnelPort())
        + ("," + spec.tunnelFlags());
  }

  @Override
  public void newService(ServiceKey key, ServiceSpec spec) {
    note("NEW_SERVICE", text(key, spec));
  }

  @Override
  public void setService(ServiceKey key, ServiceSpec spec) {
    note("SET_SERVICE", text(key, spec));
  }

  @Override
  public void deleteService(ServiceKey key) {
    note("DEL_SERVICE", key.toString());
  }

  @Override
  public List<ServiceEntry> services() {
    refuseIfTold("GET_SERVICE");
    return List.copyOf(services.keySet());
  }

  @Override
  public ServiceEntry service(ServiceKey key) {
    return services().stream()
        .filter(entry -> entry.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IpvsException(Errno.ESRCH, "no service " + key));
  }

  @Override
  public void newServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    note("NEW_DEST", text(service, key, spec));
  }

  @Override
  public void setServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    note("SET_DEST", text(service, key, spec));
  }

  @Override
  public void deleteServer(ServiceKey service, ServerKey key) {
    note("DEL_DEST", service + " -> " + key);
  }

  @Override
  public List<ServerEntry> servers(ServiceKey service) {
    refuseIfTold("GET_DEST");
    return services.getOrDefault(service(service), List.of());
  }

  @Override
  public List<MarkEntry> marks() {
    return List.of();
  }

  @Override
  public void newLocalAddress(ServiceKey service, IpAddress address) {
    throw unheardOf("local addresses");
  }

  @Override
  public void deleteLocalAddress(ServiceKey service, IpAddress address) {
    throw unheardOf("local addresses");
  }

  @Override
  public List<LocalAddressEntry> localAddresses(ServiceKey service) {
    return List.of();
  }

  @Override
  public void newMark(MarkRule rule) {
    throw unheardOf("marks");
  }

  @Override
  public void deleteMark(MarkRule rule) {
    throw unheardOf("marks");
  }

  @Override
  public void setMarks(List<MarkRule> rules) {
    throw unheardOf("marks");
  }

  @Override
  public void atomically(Consumer<IpvsControl> changes) {
    throw unheardOf("transactions");
  }

  @Override
  public void newDaemon(DaemonSpec daemon) {
    boolean hasGroup = !daemon.group().equals(IpAddress.v4(0));
    note(
        "NEW_DAEMON",
        ("state=" + (daemon.isMaster() ? 1 : 2))
            + (" ifn=" + daemon.interfaceName())
            + (" id=" + daemon.syncId())
            + (" maxlen=" + daemon.maxLength())
            + (" group=" + (hasGroup ? daemon.group() : ""))
            + (" port=" + daemon.port())
            + (" ttl=" + daemon.ttl()));
  }

  @Override
  public void deleteDaemon(boolean isMaster) {
    note("DEL_DAEMON", "state=" + (isMaster ? 1 : 2));
  }

  @Override
  public List<DaemonSpec> daemons() {
    refuseIfTold("GET_DAEMON");
    return daemons;
  }

  @Override
  public Timeouts timeouts() {
    refuseIfTold("GET_CONFIG");
    return new Timeouts(900, 120, 300);
  }

  @Override
  public void setTimeouts(Timeouts timeouts) {
    note("SET_CONFIG", timeouts.tcp() + " " + timeouts.tcpFin() + " " + timeouts.udp());
  }

  @Override
  public Map<String, String> sysctls() {
    return Map.of();
  }

  @Override
  public void setSysctl(String name, String value) {
    throw new IpvsException(Errno.ENOENT, name);
  }

  @Override
  public int connectionTableSize() {
    return 4096;
  }

  @Override
  public void zero(@Nullable ServiceKey service) {
    note("ZERO", service == null ? "" : service.toString());
  }

  @Override
  public void flush() {
    note("FLUSH", "");
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {
    connections.forEach(consumer);
  }

  @Override
  public List<Statistics> workerTotals() {
    return List.of();
  }

  @Override
  public Statistics totals() {
    return Statistics.ZERO;
  }
}
