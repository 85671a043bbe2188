package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The real ipvsadm under {@code jvs exec} says to a director what it said to a kernel, byte for
 * byte: the recorded transcripts.
 */
@ExtendWith(ExecCondition.class)
final class ExecTranscriptScenario {
  private static final Path TRANSCRIPTS =
      Path.of("..", "director", "src", "test", "resources", "golden", "ipvsadm");

  /** What a new director begins with. */
  private static final String CLEAN =
      """
      ipvsadm -C
      ipvsadm --set 900 120 300
      ipvsadm --stop-daemon master 2>/dev/null
      ipvsadm --stop-daemon backup 2>/dev/null
      """;

  /** What a command printed, and its exit status. */
  private record Outcome(String command, String out, String err, int status) {}

  private static @Nullable Topology topology;

  @BeforeAll
  static void build() {
    topology = Topology.create(Transcript.SILENT);
    Host peer = topology.host("peer");
    Host host = topology.host("director");
    topology.cable(host, "eth0", peer, "eth0");
    topology.cable(host, "eth1", peer, "eth1");
    // The test bed of the recordings.
    host.address("eth0", "10.0.0.1/24");
    host.address("eth1", "10.1.0.254/24");
    host.ip("route", "add", "local", "10.99.0.0/16", "dev", "lo");
    DirectorProcess.start(host);
  }

  @AfterAll
  static void close() {
    if (topology != null) {
      topology.close();
    }
  }

  @TestFactory
  List<DynamicTest> saysWhatItSaidToAKernel() throws IOException {
    try (Stream<Path> files = Files.list(TRANSCRIPTS)) {
      List<Path> sorted = files.sorted().toList();
      assertEquals(12, sorted.size());
      return sorted.stream()
          .map(file -> dynamicTest(file.getFileName().toString(), () -> replay(file)))
          .toList();
    }
  }

  private static void replay(Path file) throws IOException {
    Host host = Objects.requireNonNull(topology, "built before all").hosts().getLast();
    // The recorded kernel was built without this scheduler.
    List<JsonObject> steps =
        lines(file).stream()
            .filter(step -> !step.get("cmd").getAsString().endsWith("-s twos"))
            .toList();
    Path directory = Files.createTempDirectory(host.directory(), "transcript");
    StringBuilder script = new StringBuilder("cd '" + directory + "'\n" + CLEAN);
    for (int i = 0; i < steps.size(); i++) {
      JsonObject step = steps.get(i);
      String stdin = step.has("stdin") ? step.get("stdin").getAsString() : "";
      Files.writeString(directory.resolve("in" + i), stdin);
      script.append(
          "%s <in%d >out%d 2>err%d\necho $? >status%d\n"
              .formatted(quoted(step.get("cmd").getAsString()), i, i, i, i));
    }
    Path commands = Files.writeString(directory.resolve("script"), script);

    host.run(Home.launcher().toString(), "exec", "--", "sh", commands.toString());

    List<Outcome> expected = new ArrayList<>();
    List<Outcome> actual = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      JsonObject step = steps.get(i);
      String command = step.get("cmd").getAsString();
      expected.add(
          new Outcome(
              command,
              step.get("stdout").getAsString(),
              step.get("stderr").getAsString(),
              step.get("status").getAsInt()));
      actual.add(
          new Outcome(
              command,
              Files.readString(directory.resolve("out" + i)),
              Files.readString(directory.resolve("err" + i)),
              Integer.parseInt(Files.readString(directory.resolve("status" + i)).strip())));
    }
    assertEquals(text(expected), text(actual));
  }

  private static String text(List<Outcome> outcomes) {
    return outcomes.stream()
        .map(
            outcome ->
                "$ %s\n%s%s=> %d\n"
                    .formatted(outcome.command(), outcome.out(), outcome.err(), outcome.status()))
        .collect(Collectors.joining());
  }

  private static String quoted(String command) {
    return Stream.of(command.split(" ", -1))
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  private static List<JsonObject> lines(Path file) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8))) {
      return reader.lines().map(line -> JsonParser.parseString(line).getAsJsonObject()).toList();
    }
  }
}
