package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Directors that end, in the two ways there are, and come back. */
final class RestartScenario {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final LabExtension LAB = LabExtension.nat();

  @Test
  void saysWhichPortAutoMeansAndWhy() {
    String log = LAB.director().daemon().log();

    assertTrue(log.contains("--port auto means afpacket: eth0 is no real card (veth)"), log);
  }

  @Test
  void sigtermLeavesNothingBehind() {
    LAB.httpRules();
    LAB.curl("/");

    int status = LAB.director().stop();

    assertEquals(0, status);
    assertEquals(List.of(), DirectorProcess.leftovers(LAB.lab().director()));
    LAB.startDirector();
  }

  @Test
  void sigtermDuringTheStartLeavesNothingBehind() {
    Host host = LAB.lab().director();
    LAB.director().stop();

    Background starting = DirectorProcess.launch(host);
    Await.until(
        "it has begun to change the host",
        LIMIT,
        () -> !DirectorProcess.leftovers(host).isEmpty() || !starting.isAlive());
    starting.stop();

    List<String> left = DirectorProcess.leftovers(host);
    LAB.startDirector();
    assertEquals(List.of(), left);
  }

  @Test
  void offloadsAreRestored() {
    Lab lab = LAB.lab();
    LAB.director().stop();
    String before = offloads(lab.director());

    DirectorProcess onPcap = DirectorProcess.start(lab.director(), "--port", "pcap");
    onPcap.stop();

    assertEquals(before, offloads(lab.director()));
    LAB.startDirector();
  }

  @Test
  void aClientThatRetriesIsServedAgainAfterARestart() throws InterruptedException {
    LAB.httpRules();
    String saved = LAB.director().ipvsadm("-Sn").orThrow().out();
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    Thread client = Thread.ofPlatform().start(() -> retry(answered, refused));
    Await.until("the client is served", LIMIT, () -> answered.get() >= 3);

    LAB.director().stop();
    int refusedBefore = refused.get();
    Await.until("the client is not served", LIMIT, () -> refused.get() > refusedBefore);
    LAB.startDirector();
    LAB.director().restore(saved.lines().toArray(String[]::new));
    int answeredBefore = answered.get();

    Await.until("the client is served again", LIMIT, () -> answered.get() >= answeredBefore + 3);
    client.interrupt();
    client.join();
    assertEquals(saved, LAB.director().ipvsadm("-Sn").orThrow().out());
  }

  @Test
  void aDirectorReplacesOneThatWasKilled() {
    LAB.httpRules();
    LAB.curl("/");

    LAB.director().daemon().kill();
    assertFalse(
        DirectorProcess.leftovers(LAB.lab().director()).isEmpty(),
        "a killed director cannot clean up; if it left nothing, this scenario shows nothing");
    LAB.startDirector();

    String empty = LAB.director().ipvsadm("-Ln").orThrow().out();
    assertEquals(3, empty.lines().count(), empty);
    LAB.httpRules();
    assertEquals("server 3", LAB.curl("/"));
    assertEquals(0, LAB.director().stop());
    assertEquals(List.of(), DirectorProcess.leftovers(LAB.lab().director()));
    LAB.startDirector();
  }

  @Test
  void aRestartByItsSignalLosesNobody() throws Exception {
    String state = LAB.lab().director().directory().resolve("state").toString();
    LAB.director().stop();
    LAB.startDirector("--state", state);
    LAB.httpRules();
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean isOver = new AtomicBoolean();
    try (HttpConnection connection =
        HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT)) {
      connection.patience(20_000);
      FutureTask<Set<String>> client = new FutureTask<>(() -> talk(connection, answered, isOver));
      Thread.ofPlatform().start(client);
      for (int i = 0; i < 3; i++) {
        int before = answered.get();
        Await.until("the client is served", LIMIT, () -> answered.get() > before + 3);
        // Not yet on the disk when the signal comes.
        LAB.director().ipvsadm("-E", "-t", LAB.lab().vip() + ":80", "-s", "wrr").orThrow();

        assertEquals(0, LAB.director().daemon().endBy("USR1"));
        assertFalse(DirectorProcess.leftovers(LAB.lab().director()).isEmpty());
        LAB.startDirector("--state", state);
      }
      int before = answered.get();
      Await.until("the client is served", LIMIT, () -> answered.get() > before + 3);
      isOver.set(true);

      assertEquals(1, client.get().size(), "servers that answered on one connection");
    }
    assertTrue(LAB.director().ipvsadm("-Ln").orThrow().out().contains("wrr"));
    assertEquals(0, LAB.director().stop());
    assertEquals(List.of(), DirectorProcess.leftovers(LAB.lab().director()));
    LAB.startDirector();
  }

  @Test
  void aConnectionWaitsForRulesThatAreRestoredAfterTheRestart() throws Exception {
    LAB.httpRules();
    AtomicInteger answered = new AtomicInteger();
    AtomicBoolean isOver = new AtomicBoolean();
    try (HttpConnection connection =
        HttpConnection.open(LAB.lab().client(), LAB.lab().vip(), Lab.HTTP_PORT)) {
      connection.patience(20_000);
      FutureTask<Set<String>> client = new FutureTask<>(() -> talk(connection, answered, isOver));
      Thread.ofPlatform().start(client);
      Await.until("the client is served", LIMIT, () -> answered.get() > 3);

      assertEquals(0, LAB.director().daemon().endBy("USR1"));
      LAB.startDirector();
      LAB.httpRules();

      int before = answered.get();
      Await.until(
          "the client is served", LIMIT, () -> client.isDone() || answered.get() > before + 3);
      isOver.set(true);
      assertEquals(1, client.get().size(), "servers that answered on one connection");
    }
  }

  @Test
  void whatWasLeftForRulesThatNeverComeGoesAfterAWhile() throws IOException {
    LAB.httpRules();
    assertEquals(0, LAB.director().daemon().endBy("USR1"));
    LAB.startDirector();

    try (TextService own =
        TextService.open(LAB.lab().director(), LAB.lab().vip(), Lab.HTTP_PORT, "host")) {
      Await.until(
          "the port is the host's again",
          LIMIT,
          () ->
              LAB.lab().client().attempt("nc", "-z", "-w", "1", LAB.lab().vip(), "80").isSuccess());
      assertEquals("host", own.askedBy(LAB.lab().client()));
    }
  }

  /** The servers that answer; fails with the connection. */
  private static Set<String> talk(
      HttpConnection connection, AtomicInteger answered, AtomicBoolean isOver) throws IOException {
    Set<String> servers = new HashSet<>();
    while (!isOver.get()) {
      servers.add(connection.get("/"));
      answered.incrementAndGet();
    }
    return servers;
  }

  @Test
  void theVipIsTheHostsAgainAfterTheDirectorHasGone() throws IOException {
    Lab lab = LAB.lab();
    LAB.httpRules();
    LAB.curl("/");
    LAB.director().stop();

    try (TextService own = TextService.open(lab.director(), lab.vip(), Lab.HTTP_PORT, "host")) {
      assertEquals("host", own.askedBy(lab.client()));
    }
    LAB.startDirector();
  }

  @Test
  void theVipCanComeAndGo() {
    Lab lab = LAB.lab();
    LAB.httpRules();
    assertEquals("server 3", LAB.curl("/"));

    lab.removeVip();
    Await.until("the VIP is nobody's", LIMIT, () -> isSilent(lab));
    lab.addVip();

    Await.until(
        "the VIP is served again",
        LIMIT,
        () ->
            lab.client()
                .attempt("curl", "-sS", "--max-time", "1", "http://" + lab.vip())
                .isSuccess());
  }

  /** What the kernel says of addresses is known a little later. */
  private static boolean isSilent(Lab lab) {
    CommandResult asked =
        lab.client().attempt("curl", "-sS", "--max-time", "1", "http://" + lab.vip());
    assertTrue(List.of(0, 7, 28).contains(asked.status()), asked.toString());
    return !asked.isSuccess();
  }

  private static void retry(AtomicInteger answered, AtomicInteger refused) {
    Lab lab = LAB.lab();
    while (!Thread.interrupted()) {
      try (HttpConnection connection = HttpConnection.of(lab.client())) {
        connection.connect(lab.vip(), Lab.HTTP_PORT, 500);
        connection.get("/");
        answered.incrementAndGet();
      } catch (LabException e) {
        return; // interrupted while entering the namespace
      } catch (IOException e) {
        refused.incrementAndGet();
      }
    }
  }

  private static String offloads(Host host) {
    return host.run("ethtool", "-k", "eth0").out() + host.run("ethtool", "-k", "eth1").out();
  }
}
