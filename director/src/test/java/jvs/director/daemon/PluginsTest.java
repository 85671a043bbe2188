package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import jvs.flow.FlowKey;
import jvs.schedulers.Schedulers;
import jvs.service.RealServer;
import jvs.service.ServerKey;
import jvs.service.ServerList;
import jvs.service.ServerSpec;
import jvs.service.ServiceKey;
import jvs.spi.Scheduler;
import jvs.spi.SchedulerContext;
import jvs.spi.SchedulerFactory;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
  private static final ServiceKey SERVICE =
      ServiceKey.of(ServiceKey.TCP, IpAddress.parse("10.99.0.1"), 80);

  @TempDir private Path folder;

  /** The example as the page prints it. */
  private static String example() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "own-scheduler.md"));
    int start = page.indexOf("```java\n") + "```java\n".length();
    return page.substring(start, page.indexOf("```", start));
  }

  private Path jar(String source, String provider) throws IOException {
    Path java = Files.createDirectories(folder.resolve("example")).resolve("Example.java");
    Path renamed = java.resolveSibling(provider.replace("example.", "") + ".java");
    Files.writeString(renamed, source);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    List<String> options = new ArrayList<>(List.of("-d", classes.toString()));
    options.addAll(List.of("-cp", System.getProperty("java.class.path"), renamed.toString()));
    int failed =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(new String[0]));
    assertEquals(0, failed);

    Path jar = folder.resolve("plugin.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> tree = Files.walk(classes)) {
      for (Path compiled : tree.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(compiled).toString()));
        out.write(Files.readAllBytes(compiled));
      }
      out.putNextEntry(new JarEntry("META-INF/services/jvs.spi.SchedulerFactory"));
      out.write(provider.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  private static RealServer server(int number) {
    ServerKey key = new ServerKey(IpAddress.v4(0x0a01_0000 + number), 80);
    return new RealServer(SERVICE, key, ServerSpec.of(ServerSpec.MASQ, 1), number);
  }

  @Test
  void theExampleOfThePageWorksAndIsShort() throws IOException {
    assertTrue(example().lines().count() < 60);
    Path jar = jar(example(), "example.FewestConnections");

    List<SchedulerFactory> all = Plugins.schedulers(List.of(jar));

    assertEquals(Schedulers.all().size() + 1, all.size());
    SchedulerFactory own = all.get(all.size() - 1);
    assertEquals("fewest", own.name());
    RealServer first = server(1);
    RealServer second = server(2);
    ServerList servers = ServerList.of(second, first);
    SchedulerContext context = new SchedulerContext(() -> 0, () -> 0, 0, 8, 12, () -> 0, () -> 0);
    Scheduler scheduler = own.create(context, servers);
    assertEquals(second, scheduler.schedule(servers, new FlowKey()));
    second.bindConnection(false);
    assertEquals(first, scheduler.schedule(servers, new FlowKey()));
  }

  @Test
  void findsJarsInAFolder() throws IOException {
    jar(example(), "example.FewestConnections");

    assertEquals(Schedulers.all().size() + 1, Plugins.schedulers(List.of(folder)).size());
  }

  @Test
  void refusesAnotherRr() throws IOException {
    Path jar = jar(example().replace("\"fewest\"", "\"rr\""), "example.FewestConnections");

    assertRefusal("'rr'", jar);
  }

  @Test
  void namesAPathThatIsNotThereAndOneWithoutSchedulers() throws IOException {
    assertRefusal("nowhere.jar", folder.resolve("nowhere.jar"));
    assertRefusal("no scheduler", Files.createDirectory(folder.resolve("empty")));
  }

  private static void assertRefusal(String part, Path path) {
    DaemonException refusal =
        assertThrows(DaemonException.class, () -> Plugins.schedulers(List.of(path)));
    assertTrue(String.valueOf(refusal.getMessage()).contains(part), refusal.getMessage());
  }
}
