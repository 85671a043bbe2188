package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The files in {@code lab/tutorials}, as they are, by the real keepalived on two directors. */
@ExtendWith(ExecCondition.class)
final class KeepalivedTutorialScenario {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Set<String> BOTH = Set.of("director", "standby");
  private static @Nullable TwoDirectorsLab built;
  private List<DirectorProcess> directors = List.of();
  private final List<Keepalived> keepaliveds = new ArrayList<>();

  @BeforeAll
  static void build() {
    TwoDirectorsLab made = TwoDirectorsLab.build(Transcript.SILENT);
    built = made;
    RealServer.serve(made.lab());
    List<Background> web = new ArrayList<>();
    for (Host box : boxes()) {
      web.add(RealServer.startOwn(box, box.role(), Lab.HTTP_PORT, Lab.UDP_PORT, List.of()));
    }
    web.forEach(server -> server.awaitLine("ready", LIMIT));
  }

  @AfterAll
  static void remove() {
    if (built != null) {
      built.close();
    }
  }

  /** Of their own for each, as connections of a deleted service keep its port from the host. */
  @BeforeEach
  void start() {
    directors = boxes().stream().map(DirectorProcess::start).toList();
  }

  @AfterEach
  void stop() {
    keepaliveds.forEach(Keepalived::stop);
    for (int i = 0; i < 2; i++) {
      directors.get(i).stop();
      boxes().get(i).ip("address", "flush", "dev", "lo", "scope", "global");
      boxes().get(i).probe("nft", "delete table ip bypass_ipvs");
    }
  }

  private static Lab lab() {
    return Objects.requireNonNull(built).lab();
  }

  private static List<Host> boxes() {
    return List.of(lab().director(), Objects.requireNonNull(built).standby());
  }

  /** Starts keepalived on both boxes; the first is master by its file. */
  private void begin(String tutorial, String... listed) {
    Path folder = Home.launcher().resolveSibling("lab").resolve("tutorials").resolve(tutorial);
    for (int i = 0; i < 2; i++) {
      boxes().get(i).etc("keepalived", folder.resolve("lb" + (i + 1)));
      keepaliveds.add(Keepalived.startInstalled(boxes().get(i)));
    }
    for (DirectorProcess director : directors) {
      Await.until("keepalived has filled the table", LIMIT, () -> lists(director, listed));
    }
    awaitMaster(0);
  }

  private static boolean lists(DirectorProcess director, String... texts) {
    String table = director.ipvsadm("-Ln").out();
    return List.of(texts).stream().allMatch(table::contains);
  }

  private static void awaitMaster(int box) {
    Await.until("box " + box + " alone has the VIP", LIMIT, () -> has(box) && !has(1 - box));
  }

  private static boolean has(int box) {
    return boxes().get(box).probe("ip", "-brief", "address", "show", "eth0").out().contains(".80/");
  }

  private static Set<String> answers() {
    Set<String> answers = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      answers.add(
          lab()
              .client()
              .run("curl", "-sS", "-m", "5", "http://" + lab().vip() + "/")
              .out()
              .strip());
    }
    return answers;
  }

  @Test
  void directRoutingWithChecks() {
    begin("direct-routing", "TCP  192.0.2.80:80 rr", "192.0.2.11:80 ", "192.0.2.12:80 ");
    assertEquals(Set.of("server 1", "server 2"), answers());

    Outage.begin(lab().servers().get(1));
    Await.until("the server is out", LIMIT, () -> !lists(directors.getFirst(), "192.0.2.12:80 "));
    assertEquals(Set.of("server 1"), answers());
    Outage.end(lab().servers().get(1));
    for (DirectorProcess director : directors) {
      Await.until("the server is back", LIMIT, () -> lists(director, "192.0.2.12:80 "));
    }

    keepaliveds.removeFirst().stop();
    awaitMaster(1);
    assertEquals(Set.of("server 1", "server 2"), answers());
  }

  @Test
  void twoBoxesThatServeByMarks() {
    for (int i = 0; i < 2; i++) {
      TwoDirectorsLab.addVipsSilently(boxes().get(i));
      directors.get(i).jvs("mark", TwoBoxesScenario.mark(boxes().get(1 - i))).orThrow();
    }
    begin("two-boxes", "FWM  3 rr", "192.0.2.2:0 ", "192.0.2.3:0 ");
    assertEquals(BOTH, answers());

    keepaliveds.removeFirst().stop();
    awaitMaster(1);
    assertEquals(BOTH, answers());
  }

  @Test
  void twoBoxesThatServeByABypass() {
    begin("bypass", "TCP  192.0.2.80:80 rr", "192.0.2.2:80 ", "192.0.2.3:80 ");
    Await.until("the backup has the rule", LIMIT, () -> bypasses(1));
    Await.until("the master has none", LIMIT, () -> !bypasses(0));
    assertEquals(BOTH, answers());

    keepaliveds.removeFirst().stop();
    awaitMaster(1);
    Await.until("the new master has none", LIMIT, () -> !bypasses(1));
    assertTrue(bypasses(0));
    assertEquals(BOTH, answers());
  }

  private static boolean bypasses(int box) {
    return boxes().get(box).probe("nft", "list", "ruleset").out().contains("192.0.2.80 redirect");
  }
}
