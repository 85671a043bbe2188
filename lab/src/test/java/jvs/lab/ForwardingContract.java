package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every forwarding method does on every packet port. */
interface ForwardingContract {
  /** The lab that the implementing class has as its extension. */
  LabExtension lab();

  /** How much is sent at once. */
  default long transferBytes() {
    return 64L << 20;
  }

  /** What the director calls its packet port. */
  default String portName() {
    return "AF_PACKET";
  }

  @Test
  default void theDirectorSaysWhichPortItUses() {
    String log = lab().director().daemon().log();

    assertTrue(log.contains(portName()), log);
  }

  @Test
  default void theServerAddedLastAnswersFirst() {
    lab().httpRules();

    List<String> answers = lab().curlTimes(6);

    assertEquals(
        List.of("server 3", "server 2", "server 1", "server 3", "server 2", "server 1"), answers);
  }

  @ParameterizedTest(name = "ip_forward={0}")
  @ValueSource(strings = {"0", "1"})
  default void everyDatagramIsAnsweredOnce(String forward) throws IOException {
    Lab lab = lab().lab();
    lab.family().routes(lab.director(), forward.equals("1"));
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));

    long strayBefore = strayDatagrams(lab.client());

    List<String> answers = new ArrayList<>();
    // All open at a time, or one might get the port that another has left.
    try (UdpClient first = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT);
        UdpClient second = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT);
        UdpClient third = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
      for (UdpClient socket : List.of(first, second, third)) {
        for (int i = 0; i < 3; i++) {
          answers.add(socket.ask("datagram " + i));
        }
      }
    }

    List<String> expected =
        Stream.of(3, 2, 1)
            .flatMap(server -> Stream.of(0, 1, 2).map(i -> "server " + server + " datagram " + i))
            .toList();
    assertEquals(expected, answers);
    assertEquals(strayBefore, strayDatagrams(lab.client()), "answers that nobody asked for");
    lab.family().routes(lab.director(), false);
  }

  @Test
  default void datagramsOfOneClientStayOnOneServer() throws IOException {
    Lab lab = lab().lab();
    lab().rules(lab().service("-u", Lab.UDP_PORT, Lab.UDP_PORT));

    try (UdpClient socket = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT);
        UdpClient other = UdpClient.open(lab.client(), lab.vip(), Lab.UDP_PORT)) {
      assertEquals("server 3 a", socket.ask("a"));
      assertEquals("server 2 b", other.ask("b"));
      assertEquals("server 3 c", socket.ask("c"));
      assertEquals("server 2 d", other.ask("d"));
    }
  }

  @Test
  default void downloadsArriveBitForBit() throws IOException {
    Lab lab = lab().lab();
    lab().httpRules();
    Path file = lab.client().directory().resolve("download");

    lab.client()
        .run(
            "curl",
            "-sS",
            "--max-time",
            "30",
            "-o",
            file.toString(),
            lab.url() + "bytes/" + transferBytes());

    assertEquals(transferBytes(), Files.size(file));
    assertEquals(Payload.sha256(transferBytes(), HttpServerMain.SEED), Payload.sha256(file));
  }

  @Test
  default void uploadsArriveBitForBit() throws IOException {
    lab().httpRules();

    upload(lab().lab(), transferBytes());
  }

  /** Sends so many bytes to the service and compares what the server made of them. */
  static void upload(Lab lab, long bytes) throws IOException {
    long seed = 2;
    Path file = lab.client().directory().resolve("upload");
    try (OutputStream out = Files.newOutputStream(file)) {
      Payload.write(out, bytes, seed);
    }

    CommandResult answer =
        lab.client().run("curl", "-sS", "--max-time", "30", "-T", file.toString(), lab.url());

    assertEquals(Payload.sha256(bytes, seed), answer.out().strip());
  }

  @Test
  default void twoHundredConnectionsAtOnceAreSpreadEvenly()
      throws InterruptedException, ExecutionException, IOException {
    int count = 200;
    Lab lab = lab().lab();
    lab().httpRules();
    List<HttpConnection> connections = openSockets(lab, count);

    List<String> answers = askAtOnce(lab, connections);
    List<String> again = askAtOnce(lab, connections);

    Map<String, Integer> shares = new HashMap<>();
    answers.forEach(answer -> shares.merge(answer, 1, Integer::sum));
    List<Integer> sorted = new ArrayList<>(shares.values());
    Collections.sort(sorted);
    assertEquals(List.of(66, 67, 67), sorted, shares.toString());
    assertEquals(answers, again, "each connection stays on its server");
    for (HttpConnection connection : connections) {
      connection.close();
    }
    String stats = lab().director().ipvsadm("-Ln", "--stats", "-t", lab.httpService()).out();
    assertTrue(stats.contains(" " + count + " "), stats);
  }

  /** What came to the client for no socket, such as answers not from the VIP. */
  private static long strayDatagrams(Host client) {
    String counters = client.run("nstat", "-a", "-s", "-z", "UdpNoPorts", "Udp6NoPorts").out();
    return counters
        .lines()
        .filter(line -> line.startsWith("Udp"))
        .mapToLong(line -> Long.parseLong(line.split(" +", -1)[1]))
        .sum();
  }

  private static List<HttpConnection> openSockets(Lab lab, int count) {
    return Stream.generate(() -> HttpConnection.of(lab.client())).limit(count).toList();
  }

  /** Connects those that are not connected yet, asks on all of them in parallel. */
  private static List<String> askAtOnce(Lab lab, List<HttpConnection> connections)
      throws InterruptedException, ExecutionException {
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (HttpConnection connection : connections) {
        answers.add(
            clients.submit(
                () -> {
                  if (!connection.isConnected()) {
                    connection.connect(lab.vip(), Lab.HTTP_PORT, 10_000);
                  }
                  return connection.get("/");
                }));
      }
    }
    List<String> texts = new ArrayList<>();
    for (Future<String> answer : answers) {
      texts.add(answer.get());
    }
    return texts;
  }
}
