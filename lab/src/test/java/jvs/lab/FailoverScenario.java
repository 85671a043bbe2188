package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Two directors under the real keepalived, by NAT: VRRP moves VIP and gateway, the sync daemons
 * move the connections. Whichever of the two is master dies, and the other goes on.
 */
@ExtendWith(ExecCondition.class)
final class FailoverScenario {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECTIONS = Integer.getInteger("connections", 200);
  private static final long DOWNLOAD_BYTES = 20L << 20;

  /** VRRP's own: three advertisements of 0.3 s and the skew of priority 100, which is 0.18 s. */
  private static final long VRRP_MILLIS = 1080;

  /** How long {@code jvs exec} waits for a director that does not answer. */
  private static final long SILENCE_MILLIS = 3500;

  /** For a look at the director every second, processes that start, and a busy machine. */
  private static final long SLACK_MILLIS = 2500;

  /** One of the two, with all that runs on it. */
  private static final class Box {
    final Host host;
    DirectorProcess director;
    Keepalived keepalived;

    Box(Host host) {
      this.host = host;
      director = DirectorProcess.start(host);
      keepalived = Keepalived.start(host, configuration(host), "-n");
    }

    /** What its notify scripts said last. */
    String state() {
      Path state = host.directory().resolve("state");
      try {
        return Files.exists(state) ? Files.readString(state).strip() : "";
      } catch (IOException e) {
        return "";
      }
    }

    boolean has(String address) {
      return host.probe("ip", "-brief", "address").out().contains(" " + address + "/");
    }

    /** It stands by, fit to take over. */
    void awaitBackup() {
      Await.until(
          host + " stands by",
          LIMIT,
          () ->
              state().equals("backup")
                  && !has(VIP)
                  && !has(NatPairLab.GATEWAY)
                  && lab().serverAddresses().stream().allMatch(this::balancesTo));
    }

    boolean balancesTo(String server) {
      return director.ipvsadm("-Ln").out().contains("-> " + server + ":80 ");
    }
  }

  private static final String VIP = "198.51.100.80";
  private static @Nullable NatPairLab built;
  private static List<Box> boxes = List.of();
  private static final List<Background> WEB = new ArrayList<>();

  @BeforeAll
  static void build() {
    NatPairLab made = NatPairLab.build(Transcript.SILENT);
    built = made;
    for (int i = 0; i < Lab.SERVERS; i++) {
      WEB.add(startServer(i));
    }
    boxes = List.of(new Box(made.lab().director()), new Box(made.standby()));
    Await.until("one of them is master", LIMIT, () -> masters() == 1);
    standby().awaitBackup();
    WEB.forEach(server -> server.awaitLine("ready", LIMIT));
  }

  @AfterAll
  static void remove() {
    if (built != null) {
      built.close();
    }
  }

  private static Lab lab() {
    return Objects.requireNonNull(built).lab();
  }

  private static Background startServer(int index) {
    List<String> addresses = List.of(lab().serverAddresses().get(index));
    String name = "server " + (index + 1);
    return RealServer.startOwn(
        lab().servers().get(index), name, Lab.HTTP_PORT, Lab.UDP_PORT, addresses);
  }

  private static String configuration(Host host) {
    String notify = "\"/bin/sh " + host.file("notify.sh", NOTIFY) + " %s " + host.directory() + '"';
    StringBuilder servers = new StringBuilder();
    for (int i = 1; i <= Lab.SERVERS; i++) {
      servers.append(
          """
            real_server 10.0.0.1%d 80 {
              TCP_CHECK {
                connect_timeout 1
                retry 0
                warmup 0
              }
            }
          """
              .formatted(i));
    }
    return """
    global_defs {
      router_id %s
      vrrp_version 3
      script_user root
      lvs_sync_daemon eth1 VI_1 id 7
    }
    vrrp_script director {
      script "/bin/grep -q ^TCP /proc/net/ip_vs"
      interval 1
      timeout 1
      init_fail
    }
    vrrp_instance VI_1 {
      state BACKUP
      nopreempt
      interface eth0
      virtual_router_id 51
      priority 100
      advert_int 0.3
      virtual_ipaddress {
        198.51.100.80/24 dev eth0
        10.0.0.1/24 dev eth1
      }
      track_interface {
        eth1
      }
      track_script {
        director
      }
      notify_master %s
      notify_backup %s
      notify_fault %s
    }
    virtual_server 198.51.100.80 80 {
      delay_loop 1
      lb_algo rr
      lb_kind NAT
      protocol TCP
    %s}
    """
        .formatted(
            host.role(),
            notify.formatted("master"),
            notify.formatted("backup"),
            notify.formatted("fault"),
            servers);
  }

  private static final String NOTIFY =
      """
      echo $1 >$2/state.new && mv $2/state.new $2/state
      """;

  private static long masters() {
    return boxes.stream().filter(box -> box.state().equals("master")).count();
  }

  private static Box master() {
    return boxes.stream().filter(box -> box.state().equals("master")).findFirst().orElseThrow();
  }

  private static Box standby() {
    return boxes.getFirst() == master() ? boxes.getLast() : boxes.getFirst();
  }

  /** What goes on while a master dies. */
  private interface Death {
    void of(Box box) throws IOException;
  }

  private static void takesOver(String title, long limitMillis, Death death) throws IOException {
    Box dying = master();
    Box heir = standby();
    List<HttpConnection> connections =
        HttpConnection.open(lab().client(), VIP, Lab.HTTP_PORT, CONNECTIONS);
    try {
      List<String> servers = new ArrayList<>();
      for (HttpConnection connection : connections) {
        connection.get("/");
        servers.add(connection.get("/"));
      }
      Path file = lab().client().directory().resolve("download");
      Background download = download(file);
      Background requests = requests();
      Await.until(
          "the other knows all connections",
          LIMIT,
          () -> file.toFile().length() > 1 << 20 && known(heir) > CONNECTIONS);
      long before = System.currentTimeMillis();

      death.of(dying);
      assertTrue(Files.size(file) < DOWNLOAD_BYTES, "died too late");

      Await.until("the other is master", LIMIT, () -> heir.state().equals("master"));
      long after = System.currentTimeMillis();
      Await.until("requests are answered", LIMIT, () -> answers(requests).getLast() > after);
      int survivors = 0;
      for (int i = 0; i < CONNECTIONS; i++) {
        survivors += isServed(connections.get(i), servers.get(i)) ? 1 : 0;
      }
      Await.until("the download has ended", LIMIT, () -> !download.isAlive());
      requests.kill();
      long blackout = blackout(requests, before);
      System.out.printf(
          "%s: blackout %d ms, %d of %d open connections survived%n",
          title, blackout, survivors, CONNECTIONS);

      assertEquals(CONNECTIONS, survivors);
      assertEquals("", download.log());
      String digest = lab().client().run("sha256sum", file.toString()).out().split(" ", 2)[0];
      assertEquals(Payload.sha256(DOWNLOAD_BYTES, HttpServerMain.SEED), digest);
      assertTrue(blackout < limitMillis + SLACK_MILLIS, "blackout of " + blackout + " ms");
    } finally {
      for (HttpConnection connection : connections) {
        connection.close();
      }
    }
  }

  private static boolean isServed(HttpConnection connection, String server) {
    try {
      return connection.get("/").equals(server);
    } catch (IOException e) {
      return false;
    }
  }

  private static long known(Box box) {
    return box.director
        .ipvsadm("-Lnc")
        .out()
        .lines()
        .filter(line -> line.matches("TCP .* ESTABLISHED .*"))
        .count();
  }

  private static Background download(Path file) {
    String url = "http://" + VIP + "/bytes/" + DOWNLOAD_BYTES;
    List<String> curl = List.of("curl", "-sS", "--limit-rate", "6M", "-m", "60", "-o", "" + file);
    List<String> command = new ArrayList<>(curl);
    command.add(url);
    return lab().client().start("curl", command);
  }

  /** Asks again and again and prints when it was answered, in microseconds. */
  private static Background requests() {
    String script =
        """
        while :; do
          curl -s -o /dev/null -m 0.2 http://%s/ && echo ${EPOCHREALTIME/./}
          sleep 0.01
        done
        """
            .formatted(VIP);
    return lab().client().start("requests", List.of("bash", "-c", script));
  }

  /** When requests were answered, milliseconds since the epoch. */
  private static List<Long> answers(Background requests) {
    return requests.log().lines().map(line -> Long.parseLong(line) / 1000).toList();
  }

  /** The longest time without an answer since a moment, milliseconds. */
  private static long blackout(Background requests, long from) {
    long longest = 0;
    long last = from;
    for (long at : answers(requests)) {
      longest = Math.max(longest, at - last);
      last = Math.max(last, at);
    }
    return longest;
  }

  @Test
  void connectionsGoOnWhenTheDirectorIsKilled() throws IOException {
    Box killed = master();

    takesOver("director killed", VRRP_MILLIS, box -> box.director.daemon().kill());

    Await.until("its box gave up", LIMIT, () -> killed.state().equals("fault"));
    assertFalse(killed.has(VIP) || killed.has(NatPairLab.GATEWAY));
    restart(killed);
  }

  @Test
  void connectionsGoOnWhenTheDirectorHangs() throws IOException {
    Box hung = master();

    takesOver("director hangs", SILENCE_MILLIS, box -> signal(box, "STOP"));

    signal(hung, "KILL");
    restart(hung);
  }

  private static void signal(Box box, String signal) {
    box.host.run("kill", "-" + signal, "" + box.director.daemon().pid());
  }

  /** A director has new tables: keepalived fills them when it starts. */
  private static void restart(Box box) {
    box.director = DirectorProcess.start(box.host);
    box.keepalived.stop();
    box.keepalived = Keepalived.start(box.host, configuration(box.host), "-n");
    box.awaitBackup();
  }

  @Test
  void connectionsGoOnWhenKeepalivedIsKilled() throws IOException {
    Box killed = master();

    takesOver("keepalived killed", VRRP_MILLIS, box -> box.keepalived.kill());

    killed.keepalived = Keepalived.start(killed.host, configuration(killed.host), "-n");
    killed.awaitBackup();
  }

  @Test
  void connectionsGoOnWhenTheCableIsPulled() throws IOException {
    NatPairLab pair = Objects.requireNonNull(built);
    Box cut = master();

    takesOver("link down", VRRP_MILLIS, box -> pair.cable(box.host, false));

    pair.cable(cut.host, true);
    cut.awaitBackup();
  }

  @Test
  void aServerThatDiesGetsNoNewConnection() {
    WEB.get(1).kill();
    for (Box box : boxes) {
      Await.until(
          "it is out of the table of " + box.host, LIMIT, () -> !box.balancesTo("10.0.0.12"));
    }
    Set<String> answered = new TreeSet<>();

    for (int i = 0; i < 30; i++) {
      answered.add(lab().client().run("curl", "-sS", "-m", "5", "http://" + VIP + "/").out());
    }

    assertEquals(Set.of("server 1\n", "server 3\n"), answered);
    WEB.set(1, startServer(1));
    boxes.forEach(box -> Await.until("it is back", LIMIT, () -> box.balancesTo("10.0.0.12")));
  }
}
