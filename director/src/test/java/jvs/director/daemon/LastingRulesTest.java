package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import jvs.director.ipvsadm.Names;
import jvs.director.rules.RulesText;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.forwarders.Forwarders;
import jvs.schedulers.Schedulers;
import jvs.service.IpvsException;
import jvs.service.RealServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules that outlive a director. */
final class LastingRulesTest {
  private static final String RULES =
      """
      -A -t 10.99.0.1:80 -s rr
      -a -t 10.99.0.1:80 -r 10.1.0.1:80 -m -w 1
      -a -t 10.99.0.1:80 -r 10.1.0.2:80 -m -w 1
      """;

  @TempDir private Path directory;

  private Path rules = Path.of("");
  private Path state = Path.of("");

  @BeforeEach
  void files() {
    rules = directory.resolve("rules");
    state = directory.resolve("state");
  }

  private static Director director() {
    return new Director(
        DirectorOptions.of(64, 1), Schedulers.all(), Forwarders.all(), System::nanoTime);
  }

  private static String text(Director director) {
    return RulesText.of(director);
  }

  @Test
  void areThereAgainInTheNextDirector() throws IOException {
    Files.writeString(rules, RULES);
    Director first = director();
    LastingRules lasting = new LastingRules(first, rules, state);
    lasting.load();
    first.setSysctl("expire_nodest_conn", "1");
    lasting.save();

    Director next = director();
    new LastingRules(next, null, state).load();

    assertEquals("sysctl net.ipv4.vs.expire_nodest_conn=1\n" + RULES, text(next));
  }

  @Test
  void ofTheFileHaveTheLastWordOverTheState() throws IOException {
    Files.writeString(state, "sysctl sloppy_tcp=1\n-A -t 10.99.0.1:80 -s wlc\n-A -f 7 -s rr\n");
    Files.writeString(rules, RULES);

    Director director = director();
    new LastingRules(director, rules, state).load();

    assertEquals("sysctl net.ipv4.vs.sloppy_tcp=1\n" + RULES, text(director));
  }

  @Test
  void thatAreWrongChangeNothingAndAreNamed() throws IOException {
    Files.writeString(rules, RULES);
    Director director = director();
    LastingRules lasting = new LastingRules(director, rules, null);
    lasting.load();
    long version = director.version();
    Files.writeString(rules, "-A -f 1 -s rr\nsysctl drop_entry=1\n-A -f 2 -s nothing\n-a -f 3\n");

    IpvsException refusal = assertThrows(IpvsException.class, lasting::reload);

    List<String> lines = String.valueOf(refusal.getMessage()).lines().toList();
    assertEquals(2, lines.size(), lines.toString());
    assertTrue(lines.get(0).startsWith(rules + ": line 3: "), lines.get(0));
    assertTrue(lines.get(1).startsWith(rules + ": line 4: "), lines.get(1));
    assertEquals(RULES, text(director));
    assertEquals(version, director.version());

    Files.delete(rules);
    assertThrows(IpvsException.class, lasting::reload);
    assertEquals(RULES, text(director));
  }

  @Test
  void thatStayAreNotTouched() throws IOException {
    Files.writeString(rules, RULES);
    Director director = director();
    LastingRules lasting = new LastingRules(director, rules, null);
    lasting.load();
    List<RealServer> before = servers(director);
    Files.writeString(rules, RULES.replace("10.1.0.2:80 -m -w 1", "10.1.0.3:80 -m -w 1"));

    lasting.reload();

    List<RealServer> after = servers(director);
    assertEquals(2, after.size());
    assertTrue(
        after.stream().anyMatch(now -> before.stream().anyMatch(then -> then == now)),
        "10.1.0.1 is the server that it was");
    assertTrue(text(director).contains("10.1.0.3"), text(director));
  }

  /** As the packet path sees them: the connections of each are found by its identity. */
  private static List<RealServer> servers(Director director) {
    List<RealServer> servers = new ArrayList<>();
    director.observe(
        snapshot ->
            snapshot.services().services().forEach(web -> servers.addAll(web.servers().toList())));
    director.observe(snapshot -> {});
    return servers;
  }

  @Test
  void keepADirectorFromStartingIfTheyAreWrong() throws IOException {
    Files.writeString(rules, "-A -t\n");

    DaemonException refusal =
        assertThrows(DaemonException.class, () -> new LastingRules(director(), rules, null).load());

    assertTrue(String.valueOf(refusal.getMessage()).startsWith(rules + ": line 1: "));
  }

  @Test
  void areThereAgainWithAllThatTheyHave() {
    String all =
        """
        sysctl net.ipv4.vs.conn_reuse_mode=2
        sysctl net.ipv4.vs.sync_threshold=2\t10
        --set 800 60 200
        mark -d 10.99.0.1/32 -p tcp -m multiport --dports 80,443 -j MARK --set-xmark 0x3/0xffffffff
        -A -t 10.99.0.1:80 -s mh -p 300 -M 255.255.255.0 -b mh-port
        -a -t 10.99.0.1:80 -r 10.1.0.1:80 -i -w 2 --tun-type gue --tun-port 6080 --tun-csum -x 9 -y 4
        -A -t 10.99.0.2:443 -s wrr --proxy-protocol v2
        -P -t 10.99.0.2:443 -z 10.1.0.200
        -P -t 10.99.0.2:443 -z 10.1.0.201
        -a -t 10.99.0.2:443 -r 10.1.0.2:443 --fullnat -w 1
        -A -f 3 -6 -s rr
        -a -f 3 -6 -r [fd00::1]:0 -g -w 0
        """;
    Director first = director();
    assertEquals(List.of(), RulesText.read(all, first, Names.system()));
    new LastingRules(first, null, state).save();

    Director next = director();
    new LastingRules(next, null, state).load();

    assertEquals(lines(all), lines(text(next)));
    assertEquals(lines(text(first)), lines(text(next)));
  }

  private static List<String> lines(String text) {
    return text.lines().sorted().toList();
  }

  @Test
  void ofAStateThatEndsEarlyAreTakenButForTheLastLine() throws IOException {
    Director first = director();
    RulesText.read(RULES, first, Names.system());
    new LastingRules(first, null, state).save();
    String whole = Files.readString(state);
    // 10.1.0.2:80 has become 10.1.0.2:8, which would be a rule, too.
    String cut = whole.substring(0, whole.lastIndexOf("0 -m"));
    Files.writeString(state, cut);

    Director next = director();
    new LastingRules(next, null, state).load();

    assertEquals(RULES.substring(0, RULES.lastIndexOf("-a ")), text(next));
    assertEquals(cut, Files.readString(directory.resolve("state.refused")));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 30, 4096})
  void areNoneIfTheStateIsGarbageWhichIsKept(int length) throws IOException {
    byte[] garbage = new byte[length];
    new Random(length).nextBytes(garbage);
    Files.write(state, garbage);
    Director director = director();
    LastingRules lasting = new LastingRules(director, null, state);

    lasting.load();

    assertEquals("", text(director));
    assertArrayEquals(garbage, Files.readAllBytes(directory.resolve("state.refused")));
    director.setSysctl("sloppy_tcp", "1");
    lasting.save();
    Director next = director();
    new LastingRules(next, null, state).load();
    assertEquals("sysctl net.ipv4.vs.sloppy_tcp=1\n", text(next));
  }

  @Test
  void areCheckedBeforeAnythingIsDone() throws IOException {
    Files.writeString(rules, RULES + "-a -t 10.99.0.1:80 -r nothing\n");
    Director director = director();
    long version = director.version();

    assertThrows(DaemonException.class, () -> new LastingRules(director, rules, null).check());
    Path nowhere = directory.resolve("nowhere").resolve("state");
    DaemonException refusal =
        assertThrows(
            DaemonException.class, () -> new LastingRules(director, null, nowhere).check());

    assertTrue(String.valueOf(refusal.getMessage()).contains("nowhere"), refusal.getMessage());
    assertEquals(version, director.version());
    Files.writeString(rules, RULES);
    new LastingRules(director, rules, state).check();
    assertEquals("", text(director));
  }

  @Test
  void thatAreNoTextAreRefused() throws IOException {
    Files.write(rules, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    DaemonException refusal =
        assertThrows(
            DaemonException.class, () -> new LastingRules(director(), rules, null).check());

    assertEquals(rules + ": is no text in UTF-8", refusal.getMessage());
  }

  @Test
  void ofTheStateAreTakenWhereTheyCanBeReadAndTheOthersKept() throws IOException {
    String written = RULES + "-A -f 1 -s ofAPluginThatIsGone\n";
    Files.writeString(state, written);
    Director director = director();
    LastingRules lasting = new LastingRules(director, null, state);

    lasting.load();
    lasting.save();

    assertEquals(RULES, text(director));
    assertTrue(Files.readString(state).endsWith("edit.\n" + RULES + "# end\n"));
    assertEquals(written, Files.readString(directory.resolve("state.refused")));
  }
}
