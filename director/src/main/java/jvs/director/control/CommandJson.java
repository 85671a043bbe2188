package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import jvs.director.control.ControlCommand.DeleteDaemon;
import jvs.director.control.ControlCommand.DeleteLocalAddress;
import jvs.director.control.ControlCommand.DeleteMark;
import jvs.director.control.ControlCommand.DeleteServer;
import jvs.director.control.ControlCommand.DeleteService;
import jvs.director.control.ControlCommand.Flush;
import jvs.director.control.ControlCommand.NewDaemon;
import jvs.director.control.ControlCommand.NewLocalAddress;
import jvs.director.control.ControlCommand.NewMark;
import jvs.director.control.ControlCommand.NewServer;
import jvs.director.control.ControlCommand.NewService;
import jvs.director.control.ControlCommand.SetMarks;
import jvs.director.control.ControlCommand.SetServer;
import jvs.director.control.ControlCommand.SetService;
import jvs.director.control.ControlCommand.SetSysctl;
import jvs.director.control.ControlCommand.SetTimeouts;
import jvs.director.control.ControlCommand.Zero;
import jvs.director.mark.MarkText;
import jvs.service.MarkRule;
import jvs.service.ServerKey;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.jspecify.annotations.Nullable;

/** Commands in JSON: an object with the command's name and what it is about. */
final class CommandJson {
  private CommandJson() {}

  static void write(JsonWriter out, ControlCommand command) throws IOException {
    out.beginObject();
    switch (command) {
      case NewService c -> service(out, "new-service", c.service(), c.settings());
      case SetService c -> service(out, "set-service", c.service(), c.settings());
      case DeleteService c -> service(out, "delete-service", c.service(), null);
      case NewServer c -> server(out, "new-server", c.service(), c.server(), c.settings());
      case SetServer c -> server(out, "set-server", c.service(), c.server(), c.settings());
      case DeleteServer c -> server(out, "delete-server", c.service(), c.server(), null);
      case NewLocalAddress c -> local(out, "new-local-address", c.service(), c.address());
      case DeleteLocalAddress c -> local(out, "delete-local-address", c.service(), c.address());
      case NewMark c -> name(out, "new-mark").name("rule").value(MarkText.of(c.rule()));
      case DeleteMark c -> name(out, "delete-mark").name("rule").value(MarkText.of(c.rule()));
      case SetMarks c -> rules(name(out, "set-marks"), c.rules());
      case NewDaemon c -> EntryJson.write(name(out, "new-daemon").name("daemon"), c.daemon());
      case DeleteDaemon c ->
          name(out, "delete-daemon").name("state").value(EntryJson.state(c.isMaster()));
      case SetTimeouts c ->
          EntryJson.write(name(out, "set-timeouts").name("timeouts"), c.timeouts());
      case SetSysctl c ->
          name(out, "set-sysctl").name("name").value(c.name()).name("value").value(c.value());
      case Zero c -> service(out, "zero", c.service(), null);
      case Flush c -> name(out, "flush");
    }
    out.endObject();
  }

  private static JsonWriter name(JsonWriter out, String name) throws IOException {
    return out.name("command").value(name);
  }

  private static void rules(JsonWriter out, List<MarkRule> rules) throws IOException {
    out.name("rules").beginArray();
    for (MarkRule rule : rules) {
      out.value(MarkText.of(rule));
    }
    out.endArray();
  }

  private static void service(
      JsonWriter out, String name, @Nullable ServiceKey key, @Nullable ServiceSpec settings)
      throws IOException {
    name(out, name);
    if (key != null) {
      KeyJson.write(out.name("service"), key);
      if (settings != null) {
        KeyJson.write(out.name("settings"), settings, key.address().isV4());
      }
    }
  }

  private static void server(
      JsonWriter out,
      String name,
      ServiceKey service,
      ServerKey server,
      @Nullable ServerSpec settings)
      throws IOException {
    service(out, name, service, null);
    KeyJson.write(out.name("server"), server);
    if (settings != null) {
      KeyJson.write(out.name("settings"), settings);
    }
  }

  private static void local(JsonWriter out, String name, ServiceKey service, IpAddress address)
      throws IOException {
    service(out, name, service, null);
    out.name("address").value(address.toString());
  }

  static ControlCommand read(JsonFields in) {
    String name = in.text("command");
    ControlCommand command =
        switch (name) {
          case "new-service" -> {
            ServiceKey key = service(in);
            yield new NewService(key, serviceSettings(in, key));
          }
          case "set-service" -> {
            ServiceKey key = service(in);
            yield new SetService(key, serviceSettings(in, key));
          }
          case "delete-service" -> new DeleteService(service(in));
          case "new-server" -> new NewServer(service(in), server(in), serverSettings(in));
          case "set-server" -> new SetServer(service(in), server(in), serverSettings(in));
          case "delete-server" -> new DeleteServer(service(in), server(in));
          case "new-local-address" -> new NewLocalAddress(service(in), in.address("address"));
          case "delete-local-address" -> new DeleteLocalAddress(service(in), in.address("address"));
          case "new-mark" -> new NewMark(EntryJson.readRule(in, "rule"));
          case "delete-mark" -> new DeleteMark(EntryJson.readRule(in, "rule"));
          case "set-marks" ->
              new SetMarks(
                  in.texts("rules").stream().map(text -> EntryJson.rule("rules", text)).toList());
          case "new-daemon" -> new NewDaemon(EntryJson.readDaemon(in.object("daemon")));
          case "delete-daemon" -> new DeleteDaemon(EntryJson.readState(in));
          case "set-timeouts" -> new SetTimeouts(EntryJson.readTimeouts(in.object("timeouts")));
          case "set-sysctl" -> new SetSysctl(in.text("name"), in.text("value"));
          case "zero" -> {
            JsonFields service = in.objectIfAny("service");
            yield new Zero(service == null ? null : KeyJson.readService(service));
          }
          case "flush" -> new Flush();
          default -> throw in.invalid("command", "a command (see docs/control.md)");
        };
    in.end();
    return command;
  }

  private static ServiceKey service(JsonFields in) {
    return KeyJson.readService(in.object("service"));
  }

  private static ServiceSpec serviceSettings(JsonFields in, ServiceKey key) {
    return KeyJson.readServiceSettings(in.object("settings"), key.address().isV4());
  }

  private static ServerKey server(JsonFields in) {
    return KeyJson.readServer(in.object("server"));
  }

  private static ServerSpec serverSettings(JsonFields in) {
    return KeyJson.readServerSettings(in.object("settings"));
  }
}
