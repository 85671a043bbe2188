package jvs.director.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command as a user meets it. */
class ConformanceCommandTest {
  private static final String TCPSTATE = Recordings.path("tcpstate.jsonl.gz").toString();
  private static final String TRANSCRIPTS = Recordings.path("ipvsadm").toString();

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new ConformanceCommand())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  private List<String> lines() {
    return out.toString().lines().toList();
  }

  private Path recording(String step) throws IOException {
    return Files.writeString(
        folder.resolve("own.jsonl"),
        "{\"case\":\"own\",\"group\":\"mine\",\"env\":{},\"steps\":[" + step + "]}\n");
  }

  @Test
  void succeedsWhenAllPass() {
    int status = run("--case", "nat-*", TCPSTATE);

    assertEquals(0, status, out::toString);
    assertTrue(lines().getLast().matches("[1-9][0-9]* passed, 0 failed"), out::toString);
    assertTrue(lines().stream().anyMatch(line -> line.startsWith("tcpstate ")), out::toString);
  }

  @Test
  void failsWithALineForEachDivergence() throws IOException {
    Path own =
        recording(
            "{\"op\":\"ipvsadm\",\"args\":\"-Z\",\"stdout\":\"x\",\"stderr\":\"\",\"status\":3},"
                + "{\"op\":\"dance\"}");

    int status = run(own.toString());

    assertEquals(1, status);
    assertEquals(
        own
            + ": own: step 1 ipvsadm: ipvsadm -Z: status kernel 3, we 0;"
            + " stdout line 1 kernel `x[no newline]' of 1, we nothing of 0",
        lines().getFirst());
    assertTrue(lines().get(1).contains("own: step 2 dance: kernel ran it, we cannot"));
    assertEquals("0 passed, 1 failed", lines().getLast());
  }

  @Test
  void endsACaseAtItsFirstDivergenceIfTold() throws IOException {
    run("--no-keep-going", recording("{\"op\":\"a\"},{\"op\":\"b\"}").toString());

    assertFalse(out.toString().contains("step 2"), out::toString);
  }

  @Test
  void countsWhatItDoesNotPrint() throws IOException {
    Path own = recording("{\"op\":\"a\"},{\"op\":\"b\"},{\"op\":\"c\"}");

    run("--limit", "1", own.toString());

    assertTrue(lines().get(0).contains("step 1"), out::toString);
    assertTrue(lines().get(1).endsWith("own: and 2 more"), out::toString);
  }

  @Test
  void printsOnlyTheSummaryWhenQuiet() throws IOException {
    run("--quiet", recording("{\"op\":\"a\"}").toString());

    assertEquals(3, lines().size(), out::toString);
  }

  @Test
  void speaksJson() throws IOException {
    int status = run("--json", recording("{\"op\":\"a\"}").toString());

    JsonObject first = JsonParser.parseString(lines().getFirst()).getAsJsonObject();
    JsonObject last = JsonParser.parseString(lines().getLast()).getAsJsonObject();
    assertEquals(1, status);
    assertEquals("own", first.get("case").getAsString());
    assertFalse(first.get("passed").getAsBoolean());
    assertEquals(
        1, first.getAsJsonArray("divergences").get(0).getAsJsonObject().get("step").getAsInt());
    assertEquals(1, last.get("failed").getAsInt());
  }

  @Test
  void readsFoldersAndNamesTheirFiles() {
    assertEquals(0, run("--case", "basic", "--case", "sort", TRANSCRIPTS), out::toString);
    assertEquals("2 passed, 0 failed", lines().getLast());
  }

  @Test
  void saysWhereARecordingIsMalformed() throws IOException {
    Path own = recording("{\"op\":\"sysctl\"}");

    int status = run(own.toString());

    assertEquals(2, status);
    assertEquals(
        own + ":1: case own, step 1: 'name' is missing",
        err.toString().lines().toList().getFirst());
    assertEquals("", out.toString());
  }

  @Test
  void wantsRecordings() {
    assertEquals(2, run());
    assertEquals(2, run(folder.toString()));
    assertEquals(2, run(folder.resolve("missing.jsonl").toString()));
    assertEquals(2, run("--case", "nothing", TCPSTATE));
    assertEquals(2, run("--limit", "-1", TCPSTATE));
  }
}
