package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import jvs.director.port.PcapFileReader;
import jvs.director.port.PcapRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code jvs counters} and {@code jvs dump} against a control socket. */
class CountersAndDumpTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ControlServer server;

  @BeforeEach
  void start() throws IOException {
    JsonSource counters =
        json ->
            json.beginObject()
                .name("received")
                .value(1203)
                .name("forwarded")
                .value(1200)
                .name("passed")
                .value(0)
                .name("ipv4_checksum")
                .value(3)
                .endObject();
    JsonSource failed =
        json -> {
          json.beginArray();
          for (int i = 2; i > 0; i--) {
            json.beginObject().name("timestampMicros").value(i * 1_000_000L);
            json.name("length").value(3).name("octets").value("01020" + i).endObject();
          }
          json.endArray();
        };
    server =
        ControlServer.start(
            directory.resolve("control.sock"),
            null,
            new MemoryControl(),
            Map.of("/counters", counters, "/frames/failed", failed),
            Map.of(),
            line -> {});
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(Callable<Integer> command, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "--control=" + directory.resolve("control.sock");
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return new CommandLine(command)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(all);
  }

  @Test
  void showsWhatHappenedFirst() {
    assertEquals(0, run(new CountersCommand()));

    assertEquals(
        """
        received       1203
        forwarded      1200
        ipv4_checksum     3
        passed            0
        """,
        out.toString());
  }

  @Test
  void showsJsonInTheDirectorsOrder() {
    assertEquals(0, run(new CountersCommand(), "--json"));

    assertEquals(
        "{\"received\":1203,\"forwarded\":1200,\"passed\":0,\"ipv4_checksum\":3}\n",
        out.toString());
  }

  @Test
  void writesFailedFramesInTheOrderOfTime() {
    Path file = directory.resolve("failed.pcap");

    assertEquals(0, run(new DumpCommand(), file.toString()));

    assertEquals("2 frames\n", out.toString());
    try (PcapFileReader reader = new PcapFileReader(file)) {
      for (int i = 1; i <= 2; i++) {
        PcapRecord record = reader.next();
        assertNotNull(record);
        assertEquals(i * 1_000_000L, record.timestampMicros());
        assertArrayEquals(new byte[] {1, 2, (byte) i}, record.frame());
      }
      assertNull(reader.next());
    }
  }

  @Test
  void saysWhatItCannotDo() {
    assertEquals(1, run(new DumpCommand(), directory.resolve("no/such").toString()));
    server.close();
    assertEquals(255, run(new CountersCommand()));
    assertEquals(255, run(new DumpCommand(), directory.resolve("x").toString()));
  }
}
