package jvs.director.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import jvs.director.control.ControlServer;
import jvs.director.control.MemoryControl;
import jvs.director.control.RawClient;
import jvs.engine.Director;
import jvs.engine.DirectorOptions;
import jvs.engine.FailedFrame;
import jvs.forwarders.Forwarders;
import jvs.schedulers.Schedulers;
import jvs.service.ConnectionEntry;
import jvs.wire.IpAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the control socket answers, field by field, is what docs/openapi.yaml says. */
final class OpenApiAnswersTest {
  private static final String TCP =
      "\"service\":{\"protocol\":\"tcp\",\"address\":\"10.99.0.1\",\"port\":80}";
  private static final String MARK = "\"service\":{\"mark\":5,\"family\":\"ipv6\"}";

  /** Together they let every field be answered that there is. */
  private static final List<String> COMMANDS =
      List.of(
          "{'command':'new-service',"
              + TCP
              + ",'settings':{'scheduler':'wlc','flags':['persistent','proxy-v2'],"
              + "'timeoutSeconds':300,'netmask':'255.255.255.0','engine':'sip'}}",
          "{'command':'new-server',"
              + TCP
              + ",'server':{'address':'10.1.0.1','port':80},'settings':{'method':'tunnel',"
              + "'weight':2,'upperThreshold':20,'lowerThreshold':10,'tunnelType':'gue',"
              + "'tunnelPort':6080,'tunnelFlags':['checksum']}}",
          "{'command':'new-local-address'," + TCP + ",'address':'10.1.0.254'}",
          "{'command':'new-service'," + MARK + ",'settings':{'scheduler':'rr','netmask':128}}",
          "{'command':'new-server',"
              + MARK
              + ",'server':{'address':'fd00::1','port':0},'settings':{'method':'route'}}",
          "{'command':'new-mark','rule':'-d 10.99.0.1 -p tcp --dport 80 --set-mark 3'}",
          "{'command':'new-daemon','daemon':{'state':'master','interface':'eth0','syncId':1}}");

  @TempDir private Path directory;

  private final OpenApiDocument document = new OpenApiDocument();
  private final List<String> problems = new ArrayList<>();
  private Path socket = Path.of("");
  private ControlServer server;

  @BeforeEach
  void serve() throws IOException {
    socket = directory.resolve("control.sock");
    Director director =
        new Director(
            DirectorOptions.of(64, 1), Schedulers.all(), Forwarders.all(), System::nanoTime);
    Path rules = Files.writeString(directory.resolve("rules"), "-A -t 10.0.0.1:80 -s rr\n");
    MemoryControl control = new MemoryControl();
    IpAddress address = IpAddress.v4(0x0a63_0001);
    control.addConnection(
        new ConnectionEntry(
            17, address, 5060, address, 5060, address, 5060, "UDP", 300, "sip", "a@b", true));
    server =
        ControlServer.start(
            socket,
            null,
            control,
            Reports.sources(director),
            Reports.actions(new LastingRules(director, rules, null)),
            line -> {});
    for (String command : COMMANDS) {
      String answer = RawClient.post(socket, "/commands", command.replace('\'', '"'));
      check(document.answer("/commands", "post", "200"), answer, command);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void check(Map<String, Object> schema, String answer, String where) {
    JsonElement body = JsonParser.parseString(answer.substring(answer.indexOf("\r\n\r\n")));
    problems.addAll(document.problems(schema, body, where));
  }

  @Test
  void everyAnswerHasTheDocumentsFieldsAndNoOthers() throws IOException {
    for (String path : document.at("paths").keySet()) {
      for (String target : targets(path)) {
        if (document.at("paths", path).containsKey("get")) {
          String answer = RawClient.request(socket, "GET", target);
          assertTrue(answer.startsWith("HTTP/1.1 200 "), target + ": " + answer);
          check(document.answer(path, "get", "200"), answer, target);
        }
      }
    }
    check(
        document.answer("/reload", "post", "200"), RawClient.post(socket, "/reload", ""), "reload");

    assertEquals(List.of(), problems);
    Set<String> unseen = new TreeSet<>();
    for (String schema :
        List.of(
            "Service",
            "ServiceSettings",
            "Server",
            "ServerSettings",
            "Timeouts",
            "Daemon",
            "Statistics",
            "ServiceEntry",
            "ServerEntry",
            "LocalAddressEntry",
            "MarkEntry",
            "Connection")) {
      unseen.addAll(document.fields(schema));
    }
    unseen.removeAll(document.seen());
    assertEquals(Set.of(), unseen, "fields that no answer had");
  }

  private static List<String> targets(String path) {
    String filled =
        path.replace("{protocol}", "tcp")
            .replace("{address}", "10.99.0.1")
            .replace("{port}", "80")
            .replace("{mark}", "5");
    return List.of(filled.replace("{markFamily}", "mark6"));
  }

  @Test
  void refusalsHaveTheDocumentsFieldsToo() throws IOException {
    String second = "[{\"command\":\"flush\"},{\"command\":\"delete-service\"," + TCP + "}]";
    Map<String, Object> refusal = document.answer("/commands", "post", "default");
    for (String answer :
        List.of(
            RawClient.post(socket, "/commands", second),
            RawClient.post(socket, "/commands", "{"),
            RawClient.request(socket, "GET", "/nothing"),
            RawClient.request(socket, "GET", "/services/tcp/10.0.0.9/80"))) {
      assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
      check(refusal, answer, answer);
    }

    assertEquals(List.of(), problems);
    assertTrue(document.seen().contains(".position"), document.seen().toString());
  }

  @Test
  void failedFramesAreDescribedFieldByField() {
    Set<String> fields =
        Arrays.stream(FailedFrame.class.getRecordComponents())
            .map(component -> "FailedFrame." + component.getName())
            .collect(Collectors.toSet());

    assertEquals(fields, document.fields("FailedFrame"));
  }

  /** The document's words for flags, methods and tunnels are those that the server knows. */
  @Test
  void enumerationsAreComplete() throws IOException {
    String service = COMMANDS.getFirst();
    String tunnel = COMMANDS.get(1);
    assertKnown(service.replace("'proxy-v2'", "'?'"), "ServiceSettings", "flags");
    assertKnown(tunnel.replace("'tunnel',", "'?',"), "ServerSettings", "method");
    assertKnown(tunnel.replace("'gue'", "'?'"), "ServerSettings", "tunnelType");
    assertKnown(tunnel.replace("'checksum'", "'?'"), "ServerSettings", "tunnelFlags");
  }

  private void assertKnown(String command, String schema, String field) throws IOException {
    String answer = RawClient.post(socket, "/commands", command.replace('\'', '"'));
    Map<String, Object> property =
        document.at("components", "schemas", schema, "properties", field);
    if (property.containsKey("items")) {
      property = document.at("components", "schemas", schema, "properties", field, "items");
    }
    String words =
        String.join(", ", ((List<?>) property.get("enum")).stream().map(String::valueOf).toList());
    assertTrue(answer.contains("expected one of " + words + "\""), answer);
  }
}
