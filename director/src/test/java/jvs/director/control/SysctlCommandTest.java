package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SysctlCommandTest {
  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private ControlServerFixture server;

  @BeforeEach
  void start() throws IOException {
    server = ControlServerFixture.start(directory.resolve("control.sock"), new MemoryControl());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private int run(String... arguments) {
    CommandLine command = new CommandLine(new SysctlCommand());
    command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    String[] all = new String[arguments.length + 1];
    all[0] = "--control=" + server.path();
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return command.execute(all);
  }

  @Test
  void setsAndShows() {
    assertEquals(0, run("net.ipv4.vs.drop_entry=1", "sync_threshold=2 5", "conn_reuse_mode"));

    assertEquals(
        """
        net.ipv4.vs.drop_entry = 1
        net.ipv4.vs.sync_threshold = 2\t5
        net.ipv4.vs.conn_reuse_mode = 1
        """,
        out.toString());
  }

  @Test
  void showsAll() {
    assertEquals(0, run("-a"));

    assertTrue(out.toString().startsWith("net.ipv4.vs.am_droprate = 10\n"), out.toString());
    assertTrue(out.toString().contains("\nnet.ipv4.vs.svc_lfactor = -3\n"), out.toString());
  }

  @Test
  void goesOnAfterWhatIsRefused() {
    assertEquals(1, run("-n", "drop_entry=9", "no_such_name", "drop_entry=3"));

    assertEquals("3\n", out.toString());
    assertEquals(
        """
        jvs sysctl: net.ipv4.vs.drop_entry=9, expected 0..3
        jvs sysctl: there is no setting net.ipv4.vs.no_such_name
        """,
        err.toString());
  }

  @Test
  void setsWhatAFileSaysLineByLine() throws IOException {
    Path file = directory.resolve("ipvs.conf");
    Files.writeString(
        file,
        """
        # tutorials
        ; set these
        net.ipv4.vs.drop_entry = 9

        net/ipv4/vs/sloppy_tcp=1
        -no_such_name=1
        sloppy_tcp
          expire_nodest_conn   =   1
        """);

    assertEquals(1, run("-p", file.toString()));

    assertEquals(
        "net.ipv4.vs.sloppy_tcp = 1\nnet.ipv4.vs.expire_nodest_conn = 1\n", out.toString());
    assertEquals(
        "jvs sysctl: %s: line 3: net.ipv4.vs.drop_entry=9, expected 0..3\n".formatted(file)
            + "jvs sysctl: %s: line 7: 'sloppy_tcp', expected NAME = VALUE\n".formatted(file),
        err.toString());
  }

  @Test
  void saysWhichFileCannotBeRead() {
    assertEquals(1, run("-p", "/nowhere/ipvs.conf"));

    assertTrue(err.toString().startsWith("jvs sysctl: cannot read /nowhere/ipvs.conf: "));
  }

  @Test
  void wantsToKnowWhatToShow() {
    assertEquals(2, run());
    assertEquals(2, run("-a", "drop_entry"));
    assertEquals(2, run("-p", "ipvs.conf", "drop_entry"));
  }
}
