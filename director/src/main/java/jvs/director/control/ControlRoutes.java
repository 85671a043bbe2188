package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import jvs.director.dropin.KernelInterface;
import jvs.service.ConnectionEntry;
import jvs.service.DaemonSpec;
import jvs.service.IpvsControl;
import jvs.service.IpvsException;
import jvs.service.LocalAddressEntry;
import jvs.service.MarkEntry;
import jvs.service.ServerEntry;
import jvs.service.ServiceEntry;
import jvs.service.ServiceKey;
import jvs.service.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Which request reads or changes what.
 *
 * <p>Reading is GET on a path; every change is a POST of a command. Any thread.
 */
final class ControlRoutes {
  private static final String COMMANDS = "/commands";
  private static final String KERNEL = "/kernel";
  private static final String IPVS_VERSION = "1.2.1";
  private static final String SERVICE_PREFIX = "/services/";
  private static final String SERVERS_SUFFIX = "/servers";
  private static final String LOCAL_SUFFIX = "/local-addresses";

  private final IpvsControl control;
  private final KernelInterface kernel;
  private final Map<String, JsonSource> sources = new TreeMap<>();
  private final Map<String, JsonSource> actions;
  private final Consumer<String> log;

  ControlRoutes(
      IpvsControl control,
      Map<String, JsonSource> more,
      Map<String, JsonSource> actions,
      Consumer<String> log) {
    this.control = control;
    this.kernel = new KernelInterface(control);
    this.actions = new TreeMap<>(actions);
    this.log = log;
    sources.put("/", this::writeIndex);
    sources.put("/services", this::writeServices);
    sources.put("/connections", this::writeConnections);
    sources.put("/marks", this::writeMarks);
    sources.put("/timeouts", out -> EntryJson.write(out, control.timeouts()));
    sources.put("/sysctls", this::writeSysctls);
    sources.put("/daemons", this::writeDaemons);
    sources.put("/totals", out -> EntryJson.write(out, control.totals()));
    sources.put("/totals/workers", this::writeWorkerTotals);
    sources.put("/info", this::writeInfo);
    for (String path : more.keySet()) {
      if (!path.startsWith("/") || sources.containsKey(path)) {
        throw new IllegalArgumentException("'" + path + "' is no new path beginning with /");
      }
    }
    sources.putAll(more);
  }

  /** Answers a request; the answer is on its way or the connection closed when this returns. */
  void answer(Request request, AnswerStream answer) {
    try {
      Refusal refusal = tryAnswer(request, answer);
      if (refusal != null) {
        answer.refuse(refusal);
      }
    } catch (IpvsException refused) {
      answer.refuse(Refusal.of(refused));
    } catch (IOException | UncheckedIOException gone) {
      answer.refuse(Refusal.INTERNAL);
    } catch (RuntimeException bug) {
      log.accept("control: " + request.method() + " " + request.path() + ": " + bug);
      answer.refuse(Refusal.INTERNAL);
    }
  }

  private @Nullable Refusal tryAnswer(Request request, AnswerStream answer) throws IOException {
    if (request.path().equals(COMMANDS)) {
      if (!request.method().equals("POST")) {
        return Refusal.method(request.method(), COMMANDS, "POST");
      }
      List<ControlCommand> commands = new ArrayList<>();
      JsonFields.parse(request.text()).forEach(fields -> commands.add(CommandJson.read(fields)));
      apply(commands);
      write(out -> out.beginObject().name("applied").value(commands.size()).endObject(), answer);
      return null;
    }
    if (request.path().equals(KERNEL)) {
      return answerKernel(request, answer);
    }
    JsonSource action = actions.get(request.path());
    if (action != null) {
      if (!request.method().equals("POST")) {
        return Refusal.method(request.method(), request.path(), "POST");
      }
      write(action, answer);
      return null;
    }
    JsonSource source = find(request.path());
    if (source == null) {
      return Refusal.noSuchPath(request.path());
    }
    if (!request.method().equals("GET")) {
      return Refusal.method(request.method(), request.path(), "GET");
    }
    write(source, answer);
    return null;
  }

  /** Several are one transaction. */
  private void apply(List<ControlCommand> commands) {
    if (commands.size() == 1) {
      commands.getFirst().applyTo(control);
    } else {
      control.atomically(
          all -> {
            for (int i = 0; i < commands.size(); i++) {
              applyTo(all, commands.get(i), i + 1);
            }
          });
    }
  }

  private static void applyTo(IpvsControl control, ControlCommand command, int position) {
    try {
      command.applyTo(control);
    } catch (IpvsException refused) {
      throw refused.at(position);
    }
  }

  /** A system call of a program under {@code jvs exec}, in bytes. */
  private @Nullable Refusal answerKernel(Request request, AnswerStream answer) throws IOException {
    if (!request.method().equals("POST")) {
      return Refusal.method(request.method(), KERNEL, "POST");
    }
    byte[] returned;
    try {
      returned = kernel.call(request.body());
    } catch (IllegalArgumentException malformed) {
      return Refusal.MALFORMED;
    }
    answer.write(returned, 0, returned.length);
    answer.close();
    return null;
  }

  private @Nullable JsonSource find(String path) {
    if (!path.startsWith(SERVICE_PREFIX)) {
      return sources.get(path);
    }
    if (path.endsWith(SERVERS_SUFFIX)) {
      ServiceKey key = service(path, SERVERS_SUFFIX);
      return out -> writeServers(out, key);
    }
    if (path.endsWith(LOCAL_SUFFIX)) {
      ServiceKey key = service(path, LOCAL_SUFFIX);
      return out -> writeLocalAddresses(out, key);
    }
    ServiceKey key = service(path, "");
    return out -> EntryJson.write(out, control.service(key));
  }

  private static ServiceKey service(String path, String suffix) {
    int end = path.length() - suffix.length();
    int start = Math.min(SERVICE_PREFIX.length(), end);
    return ServicePath.parse(path.substring(start, end).split("/", -1));
  }

  private static void write(JsonSource source, AnswerStream answer) throws IOException {
    JsonWriter out = new JsonWriter(new OutputStreamWriter(answer, StandardCharsets.UTF_8));
    source.writeTo(out);
    out.flush();
    answer.write('\n');
    answer.close();
  }

  private void writeIndex(JsonWriter out) throws IOException {
    out.beginObject().name("paths").beginArray();
    for (String path : sources.keySet()) {
      out.value(path);
    }
    for (String path : actions.keySet()) {
      out.value(path);
    }
    out.value(COMMANDS).value(KERNEL).endArray().endObject();
  }

  private void writeInfo(JsonWriter out) throws IOException {
    out.beginObject();
    out.name("version").value(IPVS_VERSION);
    out.name("connectionTableSize").value(control.connectionTableSize());
    out.endObject();
  }

  private void writeWorkerTotals(JsonWriter out) throws IOException {
    out.beginArray();
    for (Statistics totals : control.workerTotals()) {
      EntryJson.write(out, totals);
    }
    out.endArray();
  }

  private void writeSysctls(JsonWriter out) throws IOException {
    out.beginObject();
    for (Map.Entry<String, String> setting : control.sysctls().entrySet()) {
      out.name(setting.getKey()).value(setting.getValue());
    }
    out.endObject();
  }

  private void writeMarks(JsonWriter out) throws IOException {
    out.beginArray();
    for (MarkEntry mark : control.marks()) {
      EntryJson.write(out, mark);
    }
    out.endArray();
  }

  private void writeServices(JsonWriter out) throws IOException {
    out.beginArray();
    for (ServiceEntry service : control.services()) {
      EntryJson.write(out, service);
    }
    out.endArray();
  }

  private void writeServers(JsonWriter out, ServiceKey key) throws IOException {
    out.beginArray();
    for (ServerEntry server : control.servers(key)) {
      EntryJson.write(out, server);
    }
    out.endArray();
  }

  private void writeLocalAddresses(JsonWriter out, ServiceKey key) throws IOException {
    out.beginArray();
    for (LocalAddressEntry address : control.localAddresses(key)) {
      EntryJson.write(out, address);
    }
    out.endArray();
  }

  private void writeDaemons(JsonWriter out) throws IOException {
    out.beginArray();
    for (DaemonSpec daemon : control.daemons()) {
      EntryJson.write(out, daemon);
    }
    out.endArray();
  }

  private void writeConnections(JsonWriter out) throws IOException {
    out.beginArray();
    control.connections(connection -> write(out, connection));
    out.endArray();
  }

  private static void write(JsonWriter out, ConnectionEntry connection) {
    try {
      EntryJson.write(out, connection);
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }
}
