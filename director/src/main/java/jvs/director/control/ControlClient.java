package jvs.director.control;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
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
import jvs.service.IpvsException;
import jvs.service.IpvsException.Errno;
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
import org.jspecify.annotations.Nullable;

/**
 * A director in another process, asked through its control socket.
 *
 * <p>Connects when first used. One thread.
 */
public final class ControlClient implements IpvsControl, AutoCloseable {
  private static final long ANSWER_MILLIS = 30_000;

  /** The server closes connections that are idle for longer than this, so they are left before. */
  private static final long IDLE_NANOS = 1_000_000_000L;

  private final Path socket;
  private final long answerMillis;
  private @Nullable HttpConnection connection;
  private @Nullable List<ControlCommand> transaction;
  private long lastUseNanos;

  /** A client of the director behind {@code socket}; does not connect yet. */
  public ControlClient(Path socket) {
    this(socket, ANSWER_MILLIS);
  }

  ControlClient(Path socket, long answerMillis) {
    this.socket = socket;
    this.answerMillis = answerMillis;
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
    readEach("/services", fields -> services.add(EntryJson.readService(fields)));
    return services;
  }

  @Override
  public ServiceEntry service(ServiceKey key) {
    return EntryJson.readService(read(ServicePath.of(key)));
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
    readEach(
        ServicePath.of(service) + "/servers", fields -> servers.add(EntryJson.readServer(fields)));
    return servers;
  }

  @Override
  public List<MarkEntry> marks() {
    List<MarkEntry> marks = new ArrayList<>();
    readEach("/marks", fields -> marks.add(EntryJson.readMark(fields)));
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
    readEach("/daemons", fields -> daemons.add(EntryJson.readDaemon(fields)));
    return daemons;
  }

  @Override
  public Timeouts timeouts() {
    return EntryJson.readTimeouts(read("/timeouts"));
  }

  @Override
  public void setTimeouts(Timeouts timeouts) {
    send(new ControlCommand.SetTimeouts(timeouts));
  }

  @Override
  public Map<String, String> sysctls() {
    JsonFields fields = read("/sysctls");
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
    return (int) read("/info").number("connectionTableSize", 0, Integer.MAX_VALUE);
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
    readEach("/connections", fields -> consumer.accept(EntryJson.readConnection(fields)));
  }

  @Override
  public Statistics totals() {
    return EntryJson.readStatistics(read("/totals"));
  }

  @Override
  public List<Statistics> workerTotals() {
    List<Statistics> totals = new ArrayList<>();
    readEach("/totals/workers", fields -> totals.add(EntryJson.readStatistics(fields)));
    return totals;
  }

  /** How all frames ended so far, by label: received, the verdicts, each drop reason. */
  public Map<String, Long> counters() {
    JsonFields fields = read("/counters");
    Map<String, Long> counters = new LinkedHashMap<>();
    fields.names().forEach(name -> counters.put(name, fields.number(name, 0, Long.MAX_VALUE)));
    return counters;
  }

  /** The last frames on which the director failed. */
  public void failedFrames(Consumer<FailedFrame> consumer) {
    readEach(
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
    exchange(method, target, null, JsonReader::skipValue);
  }

  @Override
  public void close() {
    HttpConnection open = connection;
    connection = null;
    if (open != null) {
      close(open);
    }
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
    exchange("POST", "/commands", text.toString(), JsonReader::skipValue);
  }

  private JsonFields read(String target) {
    JsonElement[] read = new JsonElement[1];
    exchange("GET", target, null, reader -> read[0] = JsonParser.parseReader(reader));
    return JsonFields.of(read[0]);
  }

  private void readEach(String target, Consumer<JsonFields> element) {
    exchange(
        "GET",
        target,
        null,
        reader -> {
          reader.beginArray();
          while (reader.hasNext()) {
            element.accept(JsonFields.of(JsonParser.parseReader(reader)));
          }
          reader.endArray();
        });
  }

  /** Reads the body of a good answer. */
  @FunctionalInterface
  private interface Body {
    void read(JsonReader reader) throws IOException;
  }

  private void exchange(String method, String target, @Nullable String json, Body body) {
    HttpConnection open = open();
    // A connection whose answer has not been read to its end is of no further use.
    connection = null;
    IpvsException refusal;
    try {
      refusal = converse(open, open.exchange(method, target, json), body);
    } catch (IOException | JsonParseException e) {
      throw noAnswer(open, e);
    } catch (IpvsException | IllegalArgumentException | IllegalStateException malformed) {
      throw noAnswer(open, malformed);
    } finally {
      if (connection == null) {
        close(open);
      }
    }
    if (refusal != null) {
      throw refusal;
    }
  }

  /** Reads an answer to its end; returns the refusal if it is one. */
  private @Nullable IpvsException converse(
      HttpConnection open, HttpConnection.Answer answer, Body body) throws IOException {
    Reader text = new InputStreamReader(answer.body(), StandardCharsets.UTF_8);
    JsonReader reader = new JsonReader(text);
    IpvsException refusal = null;
    if (answer.status() == 200) {
      body.read(reader);
    } else {
      refusal = refusal(answer.status(), reader);
    }
    boolean isAtEnd = reader.peek() == JsonToken.END_DOCUMENT;
    if (open.finish() && isAtEnd) {
      connection = open;
      lastUseNanos = System.nanoTime();
    }
    return refusal;
  }

  private DirectorUnavailableException noAnswer(HttpConnection open, Exception e) {
    String problem =
        open.isSilent() ? "silent for " + answerMillis / 1000.0 + " seconds" : e.getMessage();
    return new DirectorUnavailableException(
        "no answer from the director behind " + socket + ": " + problem);
  }

  private HttpConnection open() {
    HttpConnection open = connection;
    if (open != null) {
      if (System.nanoTime() - lastUseNanos < IDLE_NANOS) {
        return open;
      }
      close(open);
    }
    try {
      return HttpConnection.open(socket, answerMillis);
    } catch (IOException e) {
      throw DirectorUnavailableException.of(socket, e);
    }
  }

  private IpvsException refusal(int status, JsonReader reader) {
    JsonFields error = JsonFields.of(JsonParser.parseReader(reader)).object("error");
    String name = error.text("errno");
    String message = error.text("message");
    int position = (int) error.number("position", 0, Integer.MAX_VALUE, 0);
    for (Errno errno : Errno.values()) {
      if (errno.name().equals(name)) {
        return new IpvsException(errno, message).at(position);
      }
    }
    throw new DirectorUnavailableException(
        "the director behind " + socket + " answers " + status + ": " + message);
  }

  private static void close(HttpConnection connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
