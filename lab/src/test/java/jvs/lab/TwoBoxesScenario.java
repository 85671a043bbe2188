package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two boxes that both balance and serve, by direct routing: what the one sends to the other is for
 * the other's server, not to be balanced again.
 */
@ExtendWith(LabCondition.class)
final class TwoBoxesScenario {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int REQUESTS = 8;
  private static final Pattern RETURNED = Pattern.compile("\"forwarded_back\":(\\d+)");
  private static @Nullable TwoDirectorsLab built;
  private static List<DirectorProcess> directors = List.of();

  @BeforeAll
  static void build() {
    TwoDirectorsLab made = TwoDirectorsLab.build(Transcript.SILENT);
    built = made;
    List<Background> web = new ArrayList<>();
    for (Host box : boxes()) {
      TwoDirectorsLab.addVipsSilently(box);
      web.add(RealServer.startOwn(box, box.role(), Lab.HTTP_PORT, Lab.UDP_PORT, List.of()));
    }
    directors = boxes().stream().map(DirectorProcess::start).toList();
    web.forEach(server -> server.awaitLine("ready", LIMIT));
    made.moveVips(made.lab().director());
  }

  @AfterAll
  static void remove() {
    if (built != null) {
      built.close();
    }
  }

  @AfterEach
  void forget() {
    for (DirectorProcess director : directors) {
      director.restore("-C");
      director.jvs("mark", "delete", "--all").orThrow();
    }
  }

  private static TwoDirectorsLab two() {
    return Objects.requireNonNull(built);
  }

  private static List<Host> boxes() {
    return List.of(two().lab().director(), two().standby());
  }

  /** Both boxes balance between both. */
  private static void serve(String service) {
    for (DirectorProcess director : directors) {
      director.restore(
          "-A " + service + " -s rr",
          "-a " + service + " -r 192.0.2.2:80 -g",
          "-a " + service + " -r 192.0.2.3:80 -g");
    }
  }

  private static List<String> answers() {
    List<String> answers = new ArrayList<>();
    String url = "http://" + two().lab().vip() + "/";
    for (int i = 0; i < REQUESTS; i++) {
      answers.add(two().lab().client().attempt("curl", "-sS", "-m", "0.5", url).out().strip());
    }
    return answers;
  }

  private static void bothAnswer() {
    long before = returned();
    List<String> answers = answers();

    assertEquals(Set.of("director", "standby"), new TreeSet<>(answers), answers.toString());
    assertEquals(before, returned());
  }

  /** How many packets went back to where they came from, on both. */
  private static long returned() {
    long sum = 0;
    for (DirectorProcess director : directors) {
      Matcher counter = RETURNED.matcher(director.read("/counters"));
      assertTrue(counter.find());
      sum += Long.parseLong(counter.group(1));
    }
    return sum;
  }

  @Test
  void packetsThatGoRoundAreCountedAndReported() {
    serve("-t " + two().lab().vip() + ":80");

    List<String> answers = answers();

    assertTrue(answers.contains(""), answers.toString());
    assertTrue(answers.stream().anyMatch(answer -> !answer.isEmpty()), answers.toString());
    assertTrue(returned() > 10, "" + returned());
    Await.until(
        "a director tells of it",
        LIMIT,
        () ->
            directors.stream()
                .anyMatch(
                    director -> director.daemon().log().contains("went back to the machine that")));
  }

  @Test
  void aBackupThatDoesNotBalanceEndsTheLoop() {
    serve("-t " + two().lab().vip() + ":80");
    DirectorProcess standby = directors.getLast();
    standby.sysctl("backup_only=1");
    standby.ipvsadm("--start-daemon", "backup", "--mcast-interface", "eth0").orThrow();

    bothAnswer();

    standby.ipvsadm("--stop-daemon", "backup").orThrow();
    standby.sysctl("backup_only=0");
  }

  @Test
  void whatTheOtherBoxSendsGetsNoMark() {
    for (int i = 0; i < 2; i++) {
      directors.get(i).jvs("mark", mark(boxes().get(1 - i))).orThrow();
    }
    serve("-f 3");

    bothAnswer();
    two().moveVips(two().standby());
    bothAnswer();
    two().moveVips(two().lab().director());
  }

  /** The words of the tutorials. */
  static String[] mark(Host other) {
    String mac = other.run("cat", "/sys/class/net/eth0/address").out().strip();
    return ("add -t mangle -A PREROUTING -d %s -p tcp --dport 80 -m mac ! --mac-source %s"
            + " -j MARK --set-mark 3")
        .formatted("192.0.2.80", mac)
        .split(" ");
  }
}
