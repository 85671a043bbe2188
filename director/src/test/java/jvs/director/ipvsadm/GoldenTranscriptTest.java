package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import jvs.director.control.ControlClient;
import jvs.director.control.ControlServerFixture;
import jvs.director.control.MemoryControl;
import jvs.service.IpvsControl;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Transcripts of the real ipvsadm 1.31 on a real kernel, byte for byte. */
final class GoldenTranscriptTest {
  private static final Names NAMES =
      Names.of(TestResources.path("golden/etc/hosts"), TestResources.path("golden/etc/services"));

  @TempDir private Path directory;

  @TestFactory
  List<DynamicTest> saysWhatIpvsadmSaid() throws IOException {
    return transcripts().stream()
        .map(file -> dynamicTest(name(file), () -> replay(file, new MemoryControl())))
        .toList();
  }

  @TestFactory
  List<DynamicTest> saysTheSameThroughTheControlSocket() throws IOException {
    return transcripts().stream()
        .map(file -> dynamicTest(name(file), () -> replayThroughSocket(file)))
        .toList();
  }

  private void replayThroughSocket(Path file) throws IOException {
    Path socket = directory.resolve("control.sock");
    try (var server = ControlServerFixture.start(socket, new MemoryControl());
        ControlClient client = new ControlClient(socket)) {
      assertEquals(socket, server.path());
      replay(file, client);
    }
  }

  private static void replay(Path file, IpvsControl control) throws IOException {
    Terminal terminal = new Terminal(control, NAMES);
    for (JsonObject step : TestResources.lines(file)) {
      String command = step.get("cmd").getAsString();
      String stdin = step.has("stdin") ? step.get("stdin").getAsString() : "";

      String[] words = command.split(" ", -1);
      Terminal.Outcome outcome = terminal.run(stdin, Arrays.copyOfRange(words, 1, words.length));

      assertEquals(
          new Terminal.Outcome(
              step.get("status").getAsInt(),
              step.get("stdout").getAsString(),
              step.get("stderr").getAsString()),
          outcome,
          command);
    }
  }

  private static List<Path> transcripts() throws IOException {
    try (Stream<Path> files = Files.list(TestResources.path("golden/ipvsadm"))) {
      List<Path> sorted = files.sorted().toList();
      assertEquals(12, sorted.size());
      return sorted;
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString().replace(".jsonl.gz", "");
  }
}
