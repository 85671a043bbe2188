package jvs.director.ipvsadm;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.stream.JsonReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jvs.director.control.ControlServerFixture;
import jvs.director.control.MemoryControl;
import jvs.service.IpvsControl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process. */
final class MainTest {
  @TempDir private Path directory;

  private Terminal.Outcome run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(List.of("-cp", classPath(Main.class, IpvsControl.class, JsonReader.class)));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().remove("JVS_CONTROL");
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Terminal.Outcome(process.waitFor(), out, err);
  }

  private static String classPath(Class<?>... classes) {
    List<String> places = new ArrayList<>();
    for (Class<?> each : classes) {
      places.add(each.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
    return String.join(File.pathSeparator, places);
  }

  @Test
  void needsNoDirectorToFindMistakes() throws IOException, InterruptedException {
    assertEquals(
        new Terminal.Outcome(2, "", "illegal weight specified\n"),
        run("--control", "/nowhere", "-a", "-t", "10.0.0.1:80", "-r", "10.0.0.2", "-w", "x"));
  }

  @Test
  void saysInOneLineThatNoDirectorListens() throws IOException, InterruptedException {
    Path socket = directory.resolve("none.sock");

    assertEquals(
        new Terminal.Outcome(
            255, "", "ipvsadm-save: no director listens on the control socket " + socket + "\n"),
        run("--as=ipvsadm-save", "--control=" + socket, "-n"));
  }

  @Test
  void asksTheDirectorBehindTheSocket() throws IOException, InterruptedException {
    Path socket = directory.resolve("control.sock");
    MemoryControl control = new MemoryControl();
    try (var server = ControlServerFixture.start(socket, control)) {
      Terminal.Outcome added =
          run("--control", server.path().toString(), "-A", "-f", "7", "-s", "rr");

      assertEquals(new Terminal.Outcome(0, "", ""), added);
      assertTrue(control.services().getFirst().key().isMark());
    }
  }

  @Test
  void canBeRehearsed() {
    assertDoesNotThrow(() -> Rehearsal.main(new String[0]));
  }
}
