package jvs.director.control;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import jvs.engine.FailedFrame;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
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
 * A director in another process, asked through its control socket.
 *
 * <p>Connects when first used. One thread.
 */
public final class ControlClient implements IpvsControl, AutoCloseable {
  private static final long ANSWER_MILLIS = 30_000;

  private final ControlConversation director;
  private @Nullable List<ControlCommand> transaction;

  /** A client of the director behind {@code socket}; does not connect yet. */
  public ControlClient(Path socket) {
    this(socket, ANSWER_MILLIS);
  }

  ControlClient(Path socket, long answerMillis) {
    director = new ControlConversation(socket, answerMillis);
  }

  @Override
  public void newService(ServiceKey key, ServiceSpec spec) {
    send(new ControlCommand.NewService(key, spec));
  }

  @Override
  public void setService(ServiceKey key, ServiceSpec spec) {
    send(new ControlCommand.SetService(key, spec));
  }

  @Override
  public void deleteService(ServiceKey key) {
    send(new ControlCommand.DeleteService(key));
  }

  @Override
  public List<ServiceEntry> services() {
    List<ServiceEntry> services = new ArrayList<>();
    director.readEach("/services", fields -> services.add(EntryJson.readService(fields)));
    return services;
  }

  @Override
  public ServiceEntry service(ServiceKey key) {
    return EntryJson.readService(director.read(ServicePath.of(key)));
  }

  @Override
  public void newServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    send(new ControlCommand.NewServer(service, key, spec));
  }

  @Override
  public void setServer(ServiceKey service, ServerKey key, ServerSpec spec) {
    send(new ControlCommand.SetServer(service, key, spec));
  }

  @Override
  public void deleteServer(ServiceKey service, ServerKey key) {
    send(new ControlCommand.DeleteServer(service, key));
  }

  @Override
  public List<ServerEntry> servers(ServiceKey service) {
    List<ServerEntry> servers = new ArrayList<>();
    director.readEach(
        ServicePath.of(service) + "/servers", fields -> servers.add(EntryJson.readServer(fields)));
    return servers;
  }

  @Override
  public List<MarkEntry> marks() {
    List<MarkEntry> marks = new ArrayList<>();
    director.readEach("/marks", fields -> marks.add(EntryJson.readMark(fields)));
    return marks;
  }

  @Override
  public void newMark(MarkRule rule) {
    send(new ControlCommand.NewMark(rule));
  }

  @Override
  public void deleteMark(MarkRule rule) {
    send(new ControlCommand.DeleteMark(rule));
  }

  @Override
  public void setMarks(List<MarkRule> rules) {
    send(new ControlCommand.SetMarks(rules));
  }

  @Override
  public void atomically(Consumer<IpvsControl> changes) {
    List<ControlCommand> commands = new ArrayList<>();
    transaction = commands;
    try {
      changes.accept(this);
    } finally {
      transaction = null;
    }
    if (commands.isEmpty()) {
      return;
    }
    post(
        json -> {
          json.beginArray();
          for (ControlCommand command : commands) {
            CommandJson.write(json, command);
          }
          json.endArray();
        });
  }

  @Override
  public void newLocalAddress(ServiceKey service, IpAddress address) {
    send(new ControlCommand.NewLocalAddress(service, address));
  }

  @Override
  public void deleteLocalAddress(ServiceKey service, IpAddress address) {
    send(new ControlCommand.DeleteLocalAddress(service, address));
  }

  @Override
  public List<LocalAddressEntry> localAddresses(ServiceKey service) {
    List<LocalAddressEntry> addresses = new ArrayList<>();
    director.readEach(
        ServicePath.of(service) + "/local-addresses",
        fields -> addresses.add(EntryJson.readLocalAddress(fields)));
    return addresses;
  }

  @Override
  public void newDaemon(DaemonSpec daemon) {
    send(new ControlCommand.NewDaemon(daemon));
  }

  @Override
  public void deleteDaemon(boolean isMaster) {
    send(new ControlCommand.DeleteDaemon(isMaster));
  }

  @Override
  public List<DaemonSpec> daemons() {
    List<DaemonSpec> daemons = new ArrayList<>();
    director.readEach("/daemons", fields -> daemons.add(EntryJson.readDaemon(fields)));
    return daemons;
  }

  @Override
  public Timeouts timeouts() {
    return EntryJson.readTimeouts(director.read("/timeouts"));
  }

  @Override
  public void setTimeouts(Timeouts timeouts) {
    send(new ControlCommand.SetTimeouts(timeouts));
  }

  @Override
  public Map<String, String> sysctls() {
    JsonFields fields = director.read("/sysctls");
    Map<String, String> sysctls = new LinkedHashMap<>();
    fields.names().forEach(name -> sysctls.put(name, fields.text(name)));
    return sysctls;
  }

  @Override
  public void setSysctl(String name, String value) {
    send(new ControlCommand.SetSysctl(name, value));
  }

  @Override
  public int connectionTableSize() {
    return (int) director.read("/info").number("connectionTableSize", 0, Integer.MAX_VALUE);
  }

  @Override
  public void zero(@Nullable ServiceKey service) {
    send(new ControlCommand.Zero(service));
  }

  @Override
  public void flush() {
    send(new ControlCommand.Flush());
  }

  @Override
  public void connections(Consumer<ConnectionEntry> consumer) {
    director.readEach("/connections", fields -> consumer.accept(EntryJson.readConnection(fields)));
  }

  @Override
  public Statistics totals() {
    return EntryJson.readStatistics(director.read("/totals"));
  }

  @Override
  public List<Statistics> workerTotals() {
    List<Statistics> totals = new ArrayList<>();
    director.readEach("/totals/workers", fields -> totals.add(EntryJson.readStatistics(fields)));
    return totals;
  }

  /** How all frames ended so far, by label, and what the sync daemons have counted. */
  public Map<String, Long> counters() {
    JsonFields fields = director.read("/counters");
    Map<String, Long> counters = new LinkedHashMap<>();
    fields.names().forEach(name -> counters.put(name, fields.number(name, 0, Long.MAX_VALUE)));
    return counters;
  }

  /** The last frames on which the director failed. */
  public void failedFrames(Consumer<FailedFrame> consumer) {
    director.readEach(
        "/frames/failed",
        fields ->
            consumer.accept(
                new FailedFrame(
                    fields.number("timestampMicros", 0, Long.MAX_VALUE),
                    (int) fields.number("length", 0, Integer.MAX_VALUE),
                    HexFormat.of().parseHex(fields.text("octets")))));
  }

  /** Asks for what is no command and has no answer but that it was done. */
  public void request(String method, String target) {
    director.exchange(method, target, null, JsonReader::skipValue);
  }

  @Override
  public void close() {
    director.close();
  }

  private void send(ControlCommand command) {
    if (transaction != null) {
      transaction.add(command);
    } else {
      post(json -> CommandJson.write(json, command));
    }
  }

  private void post(JsonSource commands) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      commands.writeTo(json);
    } catch (IOException e) {
      throw new AssertionError("a StringWriter does not fail", e);
    }
    director.exchange("POST", "/commands", text.toString(), JsonReader::skipValue);
  }
}
