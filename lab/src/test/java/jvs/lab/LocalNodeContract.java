package jvs.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers that are addresses of the director, by every method and over both IP versions. */
interface LocalNodeContract {
  /** The lab that the implementing class has as its extension. */
  LabExtension lab();

  /** How much is sent at once. */
  long TRANSFER_BYTES = 64L << 20;

  /** Server for requests that keep the VIP, and another for translated ones. */
  int OTHER_HTTP_PORT = 8080;

  int OTHER_UDP_PORT = 7007;

  /** Services over both IP versions on the director itself, and the programs that answer. */
  default void serve(String method) {
    startOnce();
    rules(method);
  }

  private void rules(String method) {
    List<String> rules = new ArrayList<>(services(method, false));
    rules.addAll(services(method, true));
    lab().rules(rules.toArray(String[]::new));
  }

  private List<String> services(String method, boolean isV6) {
    List<String> rules = new ArrayList<>();
    boolean isNat = method.equals("-m");
    String loopback = isV6 ? "::1" : "127.0.0.1";
    String address = isNat ? LocalNodeLab.ownAddress(family(isV6)) : loopback;
    for (String protocol : List.of("-t", "-u")) {
      boolean isTcp = protocol.equals("-t");
      int port = isTcp ? Lab.HTTP_PORT : Lab.UDP_PORT;
      int other = isTcp ? OTHER_HTTP_PORT : OTHER_UDP_PORT;
      String service = protocol + " " + urlVip(isV6) + ":" + port;
      rules.add("-A " + service + " -s rr");
      String server = Lab.endpoint(address, isNat ? other : port);
      rules.add("-a %s -r %s %s".formatted(service, server, method));
    }
    return rules;
  }

  /** Programs can bind to VIPs that the host does not have while servers keep them. */
  private void startOnce() {
    Host director = lab().lab().director();
    Path mark = director.directory().resolve("programs");
    if (Files.exists(mark)) {
      return;
    }
    rules("-g");
    List<String> vips = List.of(vip(false), vip(true));
    List<String> own =
        List.of(LocalNodeLab.ownAddress(Family.IPV4), LocalNodeLab.ownAddress(Family.IPV6));
    List<Background> programs =
        List.of(
            RealServer.startOwn(director, "kept", Lab.HTTP_PORT, Lab.UDP_PORT, vips),
            RealServer.startOwn(director, "other", OTHER_HTTP_PORT, OTHER_UDP_PORT, own));
    programs.forEach(program -> program.awaitLine("ready", Duration.ofSeconds(30)));
    director.file(mark.getFileName().toString(), "");
  }

  static Family family(boolean isV6) {
    return isV6 ? Family.IPV6 : Family.IPV4;
  }

  private static String vip(boolean isV6) {
    return LocalNodeLab.vip(family(isV6));
  }

  static String urlVip(boolean isV6) {
    return isV6 ? "[" + vip(true) + "]" : vip(false);
  }

  @ParameterizedTest(name = "{0} IPv6 {1}")
  @CsvSource({"-g,false", "-m,false", "-i,false", "-g,true", "-m,true"})
  default void theProgramSeesTheClientAndTheClientTheVip(String method, boolean isV6)
      throws IOException {
    serve(method);

    String peer = curl("http://" + urlVip(isV6) + "/peer");
    String echo;
    try (UdpClient socket = UdpClient.open(lab().lab().client(), vip(isV6), Lab.UDP_PORT)) {
      echo = socket.ask("hello");
      assertEquals(echo, socket.ask("hello"));
    }

    assertEquals(isV6 ? "2001:db8:1:0:0:0:0:10" : "198.51.100.10", peer);
    assertTrue(echo.endsWith(" hello"), echo);
  }

  @ParameterizedTest(name = "{0} IPv6 {1}")
  @CsvSource({"-g,false", "-m,false", "-g,true", "-m,true"})
  default void transfersArriveBitForBit(String method, boolean isV6) throws IOException {
    serve(method);
    Host client = lab().lab().client();
    Path download = client.directory().resolve("download");
    Path upload = client.directory().resolve("upload");
    long seed = 2;
    try (OutputStream out = Files.newOutputStream(upload)) {
      Payload.write(out, TRANSFER_BYTES, seed);
    }

    String url = "http://" + urlVip(isV6);
    client.run(
        "curl", "-gsS", "--max-time", "60", "-o", "" + download, url + "/bytes/" + TRANSFER_BYTES);
    String answer =
        client.run("curl", "-gsS", "--max-time", "60", "-T", "" + upload, url).out().strip();

    var digest = Payload.sha256();
    try (var in = new DigestInputStream(Files.newInputStream(download), digest)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    assertEquals(Payload.sha256(TRANSFER_BYTES, HttpServerMain.SEED), Payload.hex(digest));
    assertEquals(Payload.sha256(TRANSFER_BYTES, seed), answer);
  }

  @ParameterizedTest(name = "{0} IPv6 {1}")
  @CsvSource({"-g,false", "-m,false", "-g,true", "-m,true"})
  default void largeDatagramsComeBackWhole(String method, boolean isV6) throws IOException {
    serve(method);
    String text = "x".repeat(8000);

    try (UdpClient socket = UdpClient.open(lab().lab().client(), vip(isV6), Lab.UDP_PORT)) {
      assertTrue(socket.ask(text).endsWith(text));
    }
  }

  @Test
  default void repliesAreCounted() {
    serve("-m");

    curl("http://" + urlVip(false) + "/");

    String stats =
        lab().director().ipvsadm("-Ln", "--stats", "--exact", "-t", vip(false) + ":80").out();
    String row = "(?s).*-> 203\\.0\\.113\\.2:8080 +1 +[1-9]\\d* +[1-9]\\d* +[1-9].*";
    assertTrue(stats.matches(row), stats);
  }

  @Test
  default void theHostsOwnPathsStayAsTheyWere() {
    serve("-m");
    // The strictest filter asks whether replies from this port would leave where requests came in.
    lab().lab().director().sysctl("net.ipv4.conf.all.rp_filter", "2");

    assertEquals(
        "other",
        curl("http://" + LocalNodeLab.ownAddress(Family.IPV4) + ":" + OTHER_HTTP_PORT + "/"));
    String fromHost =
        lab()
            .lab()
            .director()
            .run("curl", "-sS", "--max-time", "5", "http://127.0.0.1:" + OTHER_HTTP_PORT)
            .out();
    assertEquals("other", fromHost.strip());
    lab().lab().director().sysctl("net.ipv4.conf.all.rp_filter", "1");
  }

  private String curl(String url) {
    return lab().lab().client().run("curl", "-gsS", "--max-time", "5", url).out().strip();
  }
}
