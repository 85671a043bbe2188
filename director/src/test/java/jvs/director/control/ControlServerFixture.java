package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import jvs.service.IpvsControl;

/** A control server for tests. */
public final class ControlServerFixture implements AutoCloseable {
  static final ControlServer.Limits LIMITS = new ControlServer.Limits(1 << 20, 150, 10_000, 10_000);

  /** Limits that tests can wait for. */
  static final ControlServer.Limits IMPATIENT = new ControlServer.Limits(1 << 20, 150, 500, 500);

  private final Path path;
  private final ControlServer server;
  private final List<String> log;

  private ControlServerFixture(Path path, ControlServer server, List<String> log) {
    this.path = path;
    this.server = server;
    this.log = log;
  }

  /** Starts a server that has {@code /health} besides. */
  public static ControlServerFixture start(Path path, IpvsControl control) throws IOException {
    return start(path, control, LIMITS);
  }

  static ControlServerFixture start(Path path, IpvsControl control, ControlServer.Limits limits)
      throws IOException {
    List<String> log = new CopyOnWriteArrayList<>();
    Map<String, JsonSource> sources =
        Map.of("/health", ControlServerFixture::writeHealth, "/bug", ControlServerFixture::fail);
    Map<String, JsonSource> actions = Map.of("/do", ControlServerFixture::writeHealth);
    ControlRoutes routes = new ControlRoutes(control, sources, actions, log::add);
    return new ControlServerFixture(path, ControlServer.start(path, null, routes, limits), log);
  }

  private static void writeHealth(JsonWriter out) throws IOException {
    out.beginObject().name("ok").value(true).endObject();
  }

  private static void fail(JsonWriter out) {
    throw new IllegalStateException("a bug in " + out.getClass().getSimpleName());
  }

  /** Where it listens. */
  public Path path() {
    return path;
  }

  List<String> log() {
    return log;
  }

  @Override
  public void close() {
    server.close();
  }
}
