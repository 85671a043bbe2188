package jvs.director.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import jvs.service.ConnectionEntry;
import jvs.service.IpvsException;
import jvs.service.ServiceKey;
import jvs.service.ServiceSpec;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that are strange, hostile, or many. */
final class ControlServerTest {
  private static final String ADD =
      """
      {"command":"new-service",
       "service":{"protocol":"tcp","address":"10.99.0.1","port":80},
       "settings":{"scheduler":"rr"}}\
      """;

  @TempDir private Path directory;

  private final MemoryControl control = new MemoryControl();
  private Path socket;
  private ControlServerFixture server;

  @BeforeEach
  void start() throws IOException {
    socket = directory.resolve("control.sock");
    server = ControlServerFixture.start(socket, control);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ControlServerFixture startImpatient() throws IOException {
    Path path = directory.resolve("impatient.sock");
    return ControlServerFixture.start(path, control, ControlServerFixture.IMPATIENT);
  }

  @Test
  void appliesACommandOfAPerson() throws IOException {
    String answer = RawClient.post(socket, "/commands", ADD);

    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(answer.endsWith("\r\n\r\n{\"applied\":1}\n"), answer);
    assertEquals(ServiceSpec.of("rr"), control.services().getFirst().spec());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                              | body: null, expected an object",
        "[]                              | body: [], expected an object",
        "{                               | body: malformed JSON",
        "{}x                             | body: malformed JSON",
        "{} {}                           | body: malformed JSON",
        "{\"command\":5}                 | command: 5, expected a text",
        "{\"command\":\"fly\"}           | command: \\\"fly\\\", expected a command",
        "{\"command\":\"flush\",\"a\":1} | a: unknown field",
        "{\"command\":\"new-service\"}   | service: missing",
        "{\"command\":\"zero\",\"service\":7} | service: 7, expected an object",
        "{\"command\":\"delete-service\",\"service\":{\"mark\":0}} | service.mark: 0, expected a",
        "{\"command\":\"delete-service\",\"service\":{\"mark\":1.5}} | service.mark: 1.5, expect",
        "{\"command\":\"delete-service\",\"service\":{\"mark\":1e3}} | service.mark: 1e3, expect",
        "{\"command\":\"delete-service\",\"service\":{\"mark\":\"1\"}} | service.mark: \\\"1\\\"",
        "{\"command\":\"delete-service\",\"service\":{\"mark\":1,\"port\":1}} | port: unknown",
        "{\"command\":\"set-timeouts\",\"timeouts\":{\"tcp\":-1}} | timeouts.tcp: -1, expected",
        "{\"command\":\"set-timeouts\",\"timeouts\":null} | timeouts: null, expected an object",
        "{\"command\":\"delete-daemon\",\"state\":\"both\"} | state: \\\"both\\\", expected master",
      })
  void namesTheValueThatIsWrong(String body, String complaint) throws IOException {
    String answer = RawClient.post(socket, "/commands", body);

    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains("{\"error\":{\"errno\":\"EINVAL\",\"message\":\""), answer);
    assertTrue(answer.contains(complaint), answer);
    assertEquals(List.of(), control.services());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"protocol\":\"tcp\"|\"protocol\":\"icmp\"|service.protocol: \\\"icmp\\\", expected one"
            + " of",
        "\"protocol\":\"tcp\"|\"protocol\":\"esp\"|protocol 50, expected 6, 17 or 132",
        "\"10.99.0.1\"|\"10.99.0\"|service.address: \\\"10.99.0\\\", expected an IP address",
        "\"10.99.0.1\"|[1]|service.address: [1], expected a text",
        "80|65536|service.port: 65536, expected a whole number from 0 to 65535",
        "\"rr\"|5|settings.scheduler: 5, expected a text",
        "\"rr\"|\"rr\",\"flags\":\"ops\"|settings.flags: \\\"ops\\\", expected a list of words",
        "\"rr\"|\"rr\",\"flags\":[\"ops\"]|settings.flags: \\\"ops\\\", expected one of persistent",
        "\"rr\"|\"rr\",\"netmask\":24|settings.netmask: 24, expected a text",
        "\"rr\"|\"rr\",\"netmask\":\"::\"|settings.netmask: \\\"::\\\", expected an IPv4 netmask",
        "\"rr\"|\"rr\",\"weight\":1|settings.weight: unknown field",
      })
  void namesTheFieldOfAServiceThatIsWrong(String right, String wrong, String complaint)
      throws IOException {
    String answer = RawClient.post(socket, "/commands", ADD.replace(right, wrong));

    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    assertTrue(answer.contains(complaint), answer);
    assertEquals(List.of(), control.services());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "GET, /nothing, 404 Not Found, there is no '/nothing' here",
        "GET, /services/, 400 Bad Request, names no service",
        "GET, /services/tcp/10.0.0.1, 400 Bad Request, names no service",
        "GET, /services/tcp/10.0.0.1/x, 400 Bad Request, 'x' in the path",
        "GET, /services/servers, 400 Bad Request, names no service",
        "GET, /services/tcp/10.0.0.1/80, 404 Not Found, no service TCP 10.0.0.1:80",
        "GET, /services/udp/fd00::1/80/servers, 404 Not Found, no service UDP [fd00::1]:80",
        "GET, /services/mark6/5, 404 Not Found, no service FWM 5 IPv6",
        "GET, /services?x=1, 400 Bad Request, no HTTP/1.1 request",
        "GET, /%zz, 400 Bad Request, no HTTP/1.1 request",
        "DELETE, /services, 405 Method Not Allowed, expected GET",
        "GET, /commands, 405 Method Not Allowed, expected POST",
        "GET, /do, 405 Method Not Allowed, expected POST",
        "BREW, /, 405 Method Not Allowed, BREW on '/'",
        "GET, /services/tcp/10.99.0.1/80%2Fservers, 404 Not Found, no service",
      })
  void refusesStrangeTargets(String method, String path, String status, String complaint)
      throws IOException {
    String answer = RawClient.request(socket, method, path);

    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    assertTrue(answer.contains(complaint), answer);
  }

  @Test
  void refusesWhatIsNoHttp() throws IOException {
    for (String nonsense : List.of("hello\r\n\r\n", "\u0000\u0001\r\n\r\n", "GET /\r\n\r\n")) {
      try (RawClient client = new RawClient(socket)) {
        client.send(nonsense);
        String answer = client.readAll();

        assertTrue(answer.startsWith("HTTP/1.1 400 "), nonsense + ": " + answer);
      }
    }
  }

  @Test
  void refusesBodiesBeyondTheLimit() throws IOException {
    try (RawClient told = new RawClient(socket);
        RawClient chunked = new RawClient(socket)) {
      told.send("POST /commands HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n");
      String answer = told.readAll();
      assertTrue(answer.startsWith("HTTP/1.1 413 "), answer);
      assertTrue(answer.contains("the body is larger than 1048576 bytes"), answer);

      chunked.send("POST /commands HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
      String chunk = "8000\r\n" + " ".repeat(0x8000) + "\r\n";
      assertThrows(
          IOException.class,
          () -> {
            for (int i = 0; i < 1000; i++) {
              chunked.send(chunk);
            }
          });
    }
  }

  @Test
  void refusesHeadsBeyondTheLimit() throws IOException {
    try (RawClient client = new RawClient(socket)) {
      client.send("GET / HTTP/1.1\r\nX: " + "x".repeat(9000) + "\r\n\r\n");

      assertTrue(client.readAll().startsWith("HTTP/1.1 400 "));
    }
  }

  @Test
  void breaksOffARequestThatIsNotCompletedInTime() throws IOException {
    try (var impatient = startImpatient();
        RawClient half = new RawClient(impatient.path());
        RawClient idle = new RawClient(impatient.path())) {
      half.send("POST /commands HTTP/1.1\r\nContent-Length: 200\r\n\r\n" + ADD.substring(0, 40));

      String answer = half.readAll();
      assertTrue(answer.startsWith("HTTP/1.1 408 "), answer);
      assertTrue(answer.contains("no whole request within 500 ms"), answer);
      assertTrue(idle.readAll().startsWith("HTTP/1.1 408 "));
    }
    assertEquals(List.of(), control.services());
  }

  @Test
  void forgetsAHalfSentCommandWhenTheClientGoes() throws IOException {
    try (RawClient half = new RawClient(socket)) {
      half.send("POST /commands HTTP/1.1\r\nContent-Length: 200\r\n\r\n" + ADD.substring(0, 40));
    }

    RawClient.post(socket, "/commands", ADD.replace("80", "81"));
    assertEquals(1, control.services().size());
  }

  @Test
  void answersRequestsThatComeTogetherInOrder() throws IOException {
    StringBuilder requests = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    for (int i = 1; i < 50; i++) {
      requests.append("GET /nothing/" + i + " HTTP/1.1\r\n\r\n");
      expected.append("there is no '/nothing/" + i + "' here;");
    }
    requests.append("GET /nothing/50 HTTP/1.1\r\nConnection: close\r\n\r\n");
    expected.append("there is no '/nothing/50' here;");
    try (RawClient client = new RawClient(socket)) {
      client.send(requests.toString());

      String answers = client.readAll();

      StringBuilder complaints = new StringBuilder();
      Pattern.compile("there is no '[^']*' here")
          .matcher(answers)
          .results()
          .forEach(result -> complaints.append(result.group()).append(';'));
      assertEquals(expected.toString(), complaints.toString());
    }
  }

  @Test
  void servesAHundredClientsAtOnce() throws Exception {
    List<Future<Integer>> done = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        ServiceKey key = ServiceKey.of(6, IpAddress.v4(0x0a63_0000 + i), 80);
        done.add(executor.submit(() -> addAndList(key)));
      }
      for (Future<Integer> each : done) {
        assertTrue(each.get() >= 1);
      }
    }
    assertEquals(100, control.services().size());
  }

  private int addAndList(ServiceKey key) {
    try (ControlClient client = new ControlClient(socket)) {
      client.newService(key, ServiceSpec.of("wlc"));
      assertThrows(IpvsException.class, () -> client.newService(key, ServiceSpec.of("wlc")));
      return client.services().size();
    }
  }

  @Test
  void leavesNothingOfAHundredClientsThatMisbehaveAtOnce() throws Exception {
    RawClient.post(socket, "/commands", ADD);
    long descriptors = descriptors();
    for (int round = 0; round < 3; round++) {
      List<RawClient> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        RawClient client = new RawClient(socket);
        clients.add(client);
        client.send(
            switch (i % 4) {
              case 0 -> "POST /commands HTTP/1.1\r\nContent-Length: 9\r\n\r\n{\"comm";
              case 1 -> "POST /commands HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
              case 2 -> "POST /commands HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n";
              default -> "GET /connec";
            });
      }
      for (RawClient client : clients) {
        client.close();
      }
    }

    long end = System.nanoTime() + 10_000_000_000L;
    while (descriptors() > descriptors && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    assertTrue(descriptors() <= descriptors, "descriptors are left open");
    assertEquals(1, control.services().size());
    assertTrue(RawClient.request(socket, "GET", "/services").contains("10.99.0.1"));
  }

  private static long descriptors() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  @Test
  void turnsAwayClientsBeyondTheLimit() throws IOException {
    List<RawClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < ControlServerFixture.LIMITS.connections(); i++) {
        idle.add(new RawClient(socket));
      }

      String answer = RawClient.request(socket, "GET", "/");

      assertTrue(answer.startsWith("HTTP/1.1 503 "), answer);
      assertTrue(answer.contains("more than 150 clients"), answer);
    } finally {
      for (RawClient client : idle) {
        client.close();
      }
    }
  }

  @Test
  void breaksOffALongAnswerThatNobodyReadsAndServesOthersMeanwhile() throws IOException {
    IpAddress address = IpAddress.v4(0x0a00_0001);
    for (int i = 0; i < 50_000; i++) {
      control.addConnection(
          new ConnectionEntry(
              6, address, i, address, 80, address, 80, "ESTABLISHED", 900, "", "", false));
    }
    try (var impatient = startImpatient();
        RawClient lazy = new RawClient(impatient.path())) {
      lazy.send("GET /connections HTTP/1.1\r\n\r\n");

      String health = RawClient.request(impatient.path(), "GET", "/health");
      String cutOff = readAfter(lazy, 2 * ControlServerFixture.IMPATIENT.answerMillis());

      assertTrue(health.endsWith("{\"ok\":true}\n"), health);
      assertTrue(cutOff.contains("\"clientPort\":0,"));
      assertTrue(!cutOff.contains("\"clientPort\":49999,"));
    }
  }

  private static String readAfter(RawClient client, long millis) throws IOException {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return client.readAll();
  }

  @Test
  void reportsItsOwnBugsAndGoesOn() throws IOException {
    String answer = RawClient.request(socket, "GET", "/bug");

    assertTrue(answer.startsWith("HTTP/1.1 500 "), answer);
    assertEquals(
        List.of("control: GET /bug: java.lang.IllegalStateException: a bug in JsonWriter"),
        server.log());
    assertTrue(RawClient.request(socket, "GET", "/health").startsWith("HTTP/1.1 200 "));
  }

  @Test
  void doesWhatIsNoCommandByPost() throws IOException {
    String answer = RawClient.post(socket, "/do", "");

    assertTrue(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer);
    assertTrue(RawClient.request(socket, "GET", "/").contains("\"/do\""));
  }

  @Test
  void speaksWithCurl() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");

    assertEquals("{\"applied\":1}\n", curl("http://jvs/commands", "-d", ADD));
    assertEquals("[]\n", curl("http://jvs/services/tcp/10.99.0.1/80/servers"));
    assertTrue(curl("http://jvs/").startsWith("{\"paths\":[\"/\","));
  }

  private String curl(String url, String... more) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("curl", "-s", "--unix-socket", socket.toString(), url));
    command.addAll(List.of(more));
    Process curl = new ProcessBuilder(command).start();
    String answer = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, curl.waitFor());
    return answer;
  }
}
