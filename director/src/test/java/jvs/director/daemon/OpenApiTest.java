package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jvs.director.control.ControlCommand;
import jvs.director.control.ControlServer;
import jvs.director.control.MemoryControl;
import jvs.director.control.RawClient;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.forwarders.Forwarders;
import jvs.schedulers.Schedulers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/openapi.yaml says what the director's control socket serves, no more and no less. */
final class OpenApiTest {
  private static final Pattern OPERATION = Pattern.compile("(?m)^  (/\\S*):\\n    (get|post):$");
  private static final Pattern COMMAND = Pattern.compile("command: \\{const: (\\S+)\\}");
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^ +example: (\\{\"command\".*)$");
  private static final Pattern REFERENCE = Pattern.compile("\\$ref: '#/components/(\\w+)/(\\w+)'");

  @TempDir private Path directory;

  private String document = "";
  private Path socket = Path.of("");
  private ControlServer server;

  @BeforeEach
  void serve() throws IOException {
    document = Files.readString(Path.of("..", "docs", "openapi.yaml"));
    socket = directory.resolve("control.sock");
    Director director =
        new Director(
            DirectorOptions.of(64, 1), Schedulers.all(), Forwarders.all(), System::nanoTime);
    LastingRules rules = new LastingRules(director, null, null);
    server =
        ControlServer.start(
            socket,
            null,
            new MemoryControl(),
            Reports.sources(director),
            Reports.actions(rules),
            line -> {});
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Map<String, String> operations() {
    Map<String, String> operations = new TreeMap<>();
    OPERATION
        .matcher(document)
        .results()
        .forEach(found -> operations.put(found.group(1), found.group(2).toUpperCase(Locale.ROOT)));
    return operations;
  }

  private List<String> first(Pattern pattern) {
    return pattern.matcher(document).results().map(found -> found.group(1)).toList();
  }

  private JsonElement index() throws IOException {
    String answer = RawClient.request(socket, "GET", "/");
    return JsonParser.parseString(answer.substring(answer.indexOf("\r\n\r\n")));
  }

  @Test
  void everyPathOfTheServerIsThere() throws IOException {
    Set<String> served = new TreeSet<>();
    index()
        .getAsJsonObject()
        .getAsJsonArray("paths")
        .forEach(path -> served.add(path.getAsString()));

    Set<String> described = new TreeSet<>(operations().keySet());
    described.removeIf(path -> path.contains("{"));

    assertEquals(served, described);
  }

  @Test
  void everyPathThatIsThereIsServed() throws IOException {
    String add = first(EXAMPLE).getFirst();
    RawClient.post(socket, "/commands", add);
    RawClient.post(socket, "/commands", add.replaceFirst("\\{\"protocol.*?}", "{\"mark\":5}"));
    List<String> wrong = new ArrayList<>();
    operations()
        .forEach(
            (path, method) -> {
              String target =
                  path.replace("{protocol}", "tcp")
                      .replace("{address}", "10.99.0.1")
                      .replace("{port}", "80")
                      .replace("{markFamily}", "mark")
                      .replace("{mark}", "5");
              String other = method.equals("GET") ? "POST" : "GET";
              if (method.equals("GET") && !status(method, target).equals("200")) {
                wrong.add(method + " " + target);
              }
              if (!status(other, target).equals("405")) {
                wrong.add(other + " " + target);
              }
            });

    assertEquals(List.of(), wrong);
  }

  private String status(String method, String target) {
    try {
      return RawClient.request(socket, method, target).split(" ", 3)[1];
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyCommandIsThereWithAnExample() {
    Set<String> commands =
        Arrays.stream(ControlCommand.class.getPermittedSubclasses())
            .map(command -> command.getSimpleName().replaceAll("(?<=.)([A-Z])", "-$1"))
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(commands, new TreeSet<>(first(COMMAND)));
    assertEquals(
        commands,
        first(EXAMPLE).stream()
            .map(example -> JsonParser.parseString(example).getAsJsonObject())
            .map(example -> example.get("command").getAsString())
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void theExamplesWorkOneAfterTheOther() throws IOException {
    for (String example : first(EXAMPLE)) {
      String answer = RawClient.post(socket, "/commands", example);

      assertTrue(answer.endsWith("{\"applied\":1}\n"), example + ": " + answer);
    }
  }

  @Test
  void whatIsReferredToIsDefined() {
    List<MatchResult> references = REFERENCE.matcher(document).results().toList();

    assertTrue(references.size() > 40);
    for (MatchResult reference : references) {
      String sections = document.substring(document.indexOf("\n  " + reference.group(1) + ":\n"));
      assertTrue(sections.contains("\n    " + reference.group(2) + ":"), reference.group());
    }
  }
}
