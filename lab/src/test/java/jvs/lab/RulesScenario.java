package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Rules in files: {@code --rules}, {@code --state}, SIGHUP, {@code jvs reload}, {@code check}. */
final class RulesScenario {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  private Path rules = Path.of("");
  private Path state = Path.of("");

  @BeforeEach
  void startWithFiles() throws IOException {
    Host host = LAB.lab().director();
    rules = host.directory().resolve("rules");
    state = host.directory().resolve("state");
    Files.deleteIfExists(state);
    write(rulesFor(1, 2));
    LAB.director().stop();
    LAB.startDirector("--rules", rules.toString(), "--state", state.toString());
  }

  /** The tutorials' web service with these servers, as an administrator would write it. */
  private static String rulesFor(int... servers) {
    String service = "-t " + LAB.lab().httpService();
    List<String> lines = new ArrayList<>(List.of("# the web", "-A " + service + " -s rr"));
    for (int server : servers) {
      String address = LAB.lab().serverAddresses().get(server - 1);
      lines.add("-a %s -r %s:80 -m -w 1".formatted(service, address));
    }
    return String.join("\n", lines) + "\n";
  }

  private void write(String text) throws IOException {
    Files.writeString(rules, text);
  }

  private static String saved() {
    return LAB.director().ipvsadm("-S", "-n").orThrow().out();
  }

  private static String withoutComment(String text) {
    return text.replace("# the web\n", "");
  }

  @Test
  void aReloadKeepsConnectionsAndCountersOfWhatStays() throws IOException {
    assertEquals(List.of("server 2", "server 1"), LAB.curlTimes(2));
    try (HttpConnection live =
        HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT)) {
      assertEquals("server 2", live.get("/"));
      write(rulesFor(2, 3));

      LAB.director().jvs("reload").orThrow();

      assertEquals(withoutComment(rulesFor(2, 3)), saved());
      assertEquals("server 2", live.get("/"));
      assertEquals(List.of("server 2", "server 3"), LAB.curlTimes(2).stream().sorted().toList());
      String counted = LAB.director().ipvsadm("-Ln", "--stats", "--exact").out();
      assertTrue(counted.contains("TCP  " + LAB.lab().httpService() + " "), counted);
      assertTrue(counted.matches("(?s).*TCP +\\S+ +5 .*"), counted);
    }
  }

  @Test
  void sighupReloadsAndDoesNotEndTheDirector() throws IOException {
    write(rulesFor(3));
    hangUp();
    Await.until(
        "the rules are the new ones", LIMIT, () -> saved().equals(withoutComment(rulesFor(3))));
    assertEquals("server 3", LAB.curl("/"));

    write("-A nonsense\n");
    hangUp();
    LAB.director().daemon().awaitLine("line 1", LIMIT);

    assertTrue(LAB.director().daemon().isAlive());
    assertEquals(withoutComment(rulesFor(3)), saved());
    assertEquals("server 3", LAB.curl("/"));
  }

  private static void hangUp() {
    Host host = LAB.lab().director();
    host.run("kill", "-HUP", Long.toString(LAB.director().daemon().pid()));
  }

  @Test
  void aFileWithErrorsChangesNothing() throws IOException {
    String before = saved();
    write(rulesFor(1) + "-A -t 1.2.3.4:80 -s fastest\nsysctl drop_entry=1\nmark -p tcp\n");

    CommandResult check = LAB.director().jvs("check", rules.toString());
    CommandResult reload = LAB.director().jvs("reload");

    assertEquals(1, check.status());
    List<String> errors = check.err().lines().toList();
    assertEquals(2, errors.size(), check.err());
    assertTrue(errors.get(0).startsWith(rules + ": line 4: Scheduler"), check.err());
    assertTrue(errors.get(1).startsWith(rules + ": line 6: "), check.err());
    assertEquals(1, reload.status());
    assertEquals(
        errors.stream().map(line -> "jvs reload: " + line).toList(), reload.err().lines().toList());
    assertEquals(before, saved());
    assertEquals(
        "net.ipv4.vs.drop_entry = 0", LAB.director().jvs("sysctl", "drop_entry").out().strip());

    write(rulesFor(1));
    assertEquals(0, LAB.director().jvs("check", rules.toString()).status());
    write("nonsense\n");
    CommandResult start = DirectorProcess.attempt(LAB.lab().client(), "--rules", rules.toString());
    assertTrue(start.err().contains(rules + ": line 1: 'nonsense'"), start.err());
    assertEquals(1, start.status());
  }

  @Test
  void rulesAndSettingsSurviveSigkill() throws IOException {
    LAB.director().ipvsadm("-C").orThrow();
    String rules = withoutComment(rulesFor(3)) + fullNatRules();
    LAB.director().restore(rules.lines().toArray(String[]::new));
    LAB.director().jvs("sysctl", "expire_nodest_conn=1").orThrow();
    LAB.director().jvs("mark", "add", "-d", "203.0.113.9", "-p", "tcp", "--set-mark", "7");
    Await.until(
        "the state file holds all", LIMIT, () -> text(state).contains("mark -d 203.0.113.9"));
    List<String> log = LAB.director().daemon().log().lines().toList();
    rules.lines().forEach(line -> assertTrue(log.contains("jvs: changed: " + line), line + log));

    LAB.director().daemon().kill();
    LAB.startDirector("--state", state.toString());

    assertEquals(rules, saved());
    assertEquals("server 3", LAB.curl("/"));
    String setting = LAB.director().jvs("sysctl", "-n", "expire_nodest_conn").out();
    assertEquals("1", setting.strip());
    assertTrue(LAB.director().jvs("mark", "list").out().contains("203.0.113.9"));
  }

  private static String fullNatRules() {
    return """
    -A -t %1$s:8080 -s rr
    -P -t %1$s:8080 -z 10.0.0.201
    -P -t %1$s:8080 -z 10.0.0.202
    -a -t %1$s:8080 -r 10.0.0.11:80 --fullnat -w 1
    """
        .formatted(LAB.lab().vip());
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
