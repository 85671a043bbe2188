package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A master tells a backup of its connections, and the backup takes them over. */
@ExtendWith(LabCondition.class)
final class SyncScenario {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final String MASTER = "--start-daemon master --mcast-interface eth0 --syncid 7";
  private static final String BACKUP = "--start-daemon backup --mcast-interface eth0 --syncid 7";
  private static final long DOWNLOAD_BYTES = 40L << 20;

  private static @Nullable TwoDirectorsLab built;
  private static @Nullable DirectorProcess active;
  private static @Nullable DirectorProcess standby;

  @BeforeAll
  static void build() {
    TwoDirectorsLab made = TwoDirectorsLab.build(Transcript.SILENT);
    built = made;
    RealServer.startOwn(made.lab());
    active = DirectorProcess.start(made.lab().director());
    standby = DirectorProcess.start(made.standby(), "--workers", "2");
  }

  @AfterAll
  static void remove() {
    if (built != null) {
      built.close();
    }
  }

  private static TwoDirectorsLab two() {
    return Objects.requireNonNull(built);
  }

  private static DirectorProcess active() {
    return Objects.requireNonNull(active);
  }

  private static DirectorProcess standby() {
    return Objects.requireNonNull(standby);
  }

  @BeforeEach
  void configure() {
    for (DirectorProcess director : List.of(active(), standby())) {
      List<String> lines = new ArrayList<>(List.of("-C"));
      lines.addAll(rules("192.0.2.80:80", "192.0.2."));
      lines.addAll(rules("[2001:db8::80]:80", "2001:db8::"));
      director.restore(lines.toArray(String[]::new));
    }
    two().moveVips(two().lab().director());
  }

  @AfterEach
  void stopDaemons() {
    active().ipvsadm("--stop-daemon", "master");
    standby().ipvsadm("--stop-daemon", "backup");
  }

  private static List<String> rules(String service, String prefix) {
    Stream<String> servers =
        Stream.of(11, 12, 13)
            .map(number -> server(prefix, number))
            .map(server -> "-a -t " + service + " -r " + server + " -g");
    return Stream.concat(Stream.of("-A -t " + service + " -s rr"), servers).toList();
  }

  private static String server(String prefix, int number) {
    return prefix.contains(":") ? "[" + prefix + number + "]:80" : prefix + number + ":80";
  }

  private static void startDaemons(String... more) {
    String options = " " + String.join(" ", more);
    ipvsadm(standby(), BACKUP + options);
    ipvsadm(active(), MASTER + options);
  }

  private static void ipvsadm(DirectorProcess director, String line) {
    director.ipvsadm(line.strip().split(" +")).orThrow();
  }

  @ParameterizedTest(name = "version {0}, {1} ports, {2}, daemons {3}")
  @CsvSource({
    "1, 1, 192.0.2.80, ''",
    "0, 1, 192.0.2.80, ''",
    "1, 4, 192.0.2.80, ''",
    "1, 1, 2001:db8::80, ''",
    "1, 2, 192.0.2.80, --mcast-group ff02::5051 --mcast-port 9000 --mcast-ttl 3 --sync-maxlen 1400"
  })
  void connectionsGoOnAtTheSameServerWhenTheVipMoves(
      String version, String ports, String vip, String options) throws IOException {
    for (DirectorProcess director : List.of(active(), standby())) {
      director.sysctl("sync_version=" + version, "sync_ports=" + ports);
    }
    if (vip.contains(":")) {
      awaitNeighbours();
    }
    long sent = count(active(), "sync_messages_sent");
    long received = count(standby(), "sync_messages_received");
    startDaemons(options);
    try (HttpConnection first = HttpConnection.open(two().lab().client(), vip, Lab.HTTP_PORT);
        HttpConnection second = HttpConnection.open(two().lab().client(), vip, Lab.HTTP_PORT)) {
      String firstServer = ask(first, 4);
      String secondServer = ask(second, 4);
      assertNotEquals(firstServer, secondServer);
      awaitKnown(first.port());
      awaitKnown(second.port());
      assertTrue(count(active(), "sync_messages_sent") > sent);
      assertTrue(count(standby(), "sync_messages_received") > received);

      two().moveVips(two().standby());

      assertEquals(firstServer, ask(first, 3));
      assertEquals(secondServer, ask(second, 3));
    }
  }

  /** Debian's ipvsadm under {@code jvs exec}, where it is. */
  @ExtendWith(ExecCondition.class)
  @Test
  void theStockIpvsadmShowsWhatWasTold() throws IOException {
    startDaemons();
    try (HttpConnection connection =
        HttpConnection.open(two().lab().client(), two().lab().vip(), Lab.HTTP_PORT)) {
      String server = ask(connection, 4).replace("server ", "192.0.2.1") + ":80";
      awaitKnown(connection.port());

      String script = "ipvsadm -Lnc; cat /proc/net/ip_vs_conn_sync";
      String out =
          two()
              .standby()
              .run(Home.launcher().toString(), "exec", "--", "sh", "-c", script)
              .out()
              .replaceAll(" +", " ");

      String client = "ESTABLISHED 192.0.2.10:" + connection.port();
      assertTrue(out.contains(client + " 192.0.2.80:80 " + server), out);
      assertTrue(out.matches("(?s).*TCP [0-9A-F ]+ ESTABLISHED SYNC .*"), out);
    }
  }

  /** What {@code jvs counters} shows under a name. */
  private static long count(DirectorProcess director, String name) {
    return director
        .jvs("counters")
        .orThrow()
        .out()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip()))
        .sum();
  }

  /** The director does not look for IPv6 neighbours itself; the kernel's it knows. */
  private static void awaitNeighbours() {
    for (Host director : List.of(two().lab().director(), two().standby())) {
      for (int number : new int[] {11, 12, 13}) {
        String url = "http://[2001:db8::" + number + "]/";
        director.run("curl", "-sS", "-m", "5", "-o", "/dev/null", url);
      }
    }
  }

  private static String ask(HttpConnection connection, int times) throws IOException {
    String server = "";
    for (int i = 0; i < times; i++) {
      server = connection.get("/");
    }
    return server;
  }

  private static void awaitKnown(int port) {
    Await.until("the backup has the connection of port " + port, LIMIT, () -> isKnown(port));
  }

  /** Whether the backup has an established connection of the client's port. */
  private static boolean isKnown(int port) {
    String row = "TCP +\\d+:\\d+ +ESTABLISHED +\\S+:" + port + " .*";
    return standby().ipvsadm("-Lnc").out().lines().anyMatch(line -> line.matches(row));
  }

  @Test
  void aDownloadGoesOnWhenTheVipMoves() throws IOException {
    startDaemons();
    Host client = two().lab().client();
    Path file = client.directory().resolve("download");
    String url = "http://" + two().lab().vip() + "/bytes/" + DOWNLOAD_BYTES;
    Background curl =
        client.start(
            "curl",
            List.of("curl", "-sS", "--limit-rate", "4M", "-m", "60", "-o", file.toString(), url));
    Await.until("a part has arrived", LIMIT, () -> file.toFile().length() > 1 << 20);

    String port = client.run("ss", "-Htn", "dport", "=", ":80").out();
    awaitKnown(Integer.parseInt(port.replaceAll("(?s).*:(\\d+) +\\S+:80.*", "$1")));
    two().moveVips(two().standby());
    assertTrue(Files.size(file) < DOWNLOAD_BYTES, "moved too late");

    Await.until("curl has ended", Duration.ofSeconds(60), () -> !curl.isAlive());
    assertEquals("", curl.log());
    String digest = client.run("sha256sum", file.toString()).out().split(" ", 2)[0];
    assertEquals(Payload.sha256(DOWNLOAD_BYTES, HttpServerMain.SEED), digest);
  }

  @Test
  void aBackupWithAnotherSyncIdLearnsNothing() throws IOException {
    ipvsadm(standby(), BACKUP.replace("7", "8"));
    ipvsadm(active(), MASTER);
    String vip = two().lab().vip();
    long foreign = count(standby(), "sync_messages_foreign");
    try (HttpConnection connection =
        HttpConnection.open(two().lab().client(), vip, Lab.HTTP_PORT)) {
      ask(connection, 4);
      Await.until(
          "it hears of it", LIMIT, () -> count(standby(), "sync_messages_foreign") > foreign);
      ipvsadm(standby(), "--stop-daemon backup");
      ipvsadm(standby(), BACKUP);
      assertFalse(isKnown(connection.port()));
      // Packet 53 of the connection is told again.
      ask(connection, 60);
      awaitKnown(connection.port());
    }
  }

  @Test
  void daemonsAreListedAndRefusedAsByTheKernel() {
    startDaemons("--mcast-port 9000 --mcast-ttl 3 --sync-maxlen 1400 --mcast-group 224.0.0.99");

    assertEquals(
        "master sync daemon (mcast=eth0, syncid=7, maxlen=1400, group=224.0.0.99, port=9000,"
            + " ttl=3)\n",
        active().ipvsadm("-L", "--daemon").out());
    CommandResult again = active().ipvsadm(MASTER.split(" "));
    assertEquals("Daemon has already run\n", again.err());
    CommandResult unknown =
        standby().ipvsadm("--start-daemon", "master", "--mcast-interface", "eth9");
    assertEquals(255, unknown.status(), unknown.err());
  }
}
