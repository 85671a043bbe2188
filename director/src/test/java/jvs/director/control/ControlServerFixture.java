package jvs.director.control;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import jvs.service.IpvsControl;

/** A control server for tests, with limits that tests can wait for. */
public final class ControlServerFixture implements AutoCloseable {
  static final ControlServer.Limits LIMITS = new ControlServer.Limits(1 << 20, 150, 500, 500);

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
    List<String> log = new CopyOnWriteArrayList<>();
    Map<String, JsonSource> sources =
        Map.of("/health", ControlServerFixture::writeHealth, "/bug", ControlServerFixture::fail);
    ControlRoutes routes = new ControlRoutes(control, sources, log::add);
    return new ControlServerFixture(path, ControlServer.start(path, null, routes, LIMITS), log);
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
